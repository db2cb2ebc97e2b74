import { failureOf } from '#lib/core/connection-failure.ts';
import { fault, FaultError, type Fault } from '#lib/core/fault.ts';
import { readBounded } from '#lib/core/read-bounded.ts';
import type { GatewayEffects, GatewayEndpoint } from '../port.ts';

export type RestRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the base URL, without a leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /** Calls the request off. */
  readonly signal?: AbortSignal;
  /** Anybody may ask this: an answer says nothing about the credentials. */
  readonly anonymous?: boolean;
  /** A 403 is no refusal of the credentials here, but an answer like others. */
  readonly passes403?: boolean;
};

/** An answer that is neither a success nor a refusal: the caller knows what 404 and 500 mean for its request. */
export type RestReply = { readonly status: number; readonly json: unknown };

const maxBodyBytes = 16 * 1024 * 1024;

/** One request to a Jupyter Server. Credentials travel in headers alone, never in a URL. */
export async function askJupyter(
  endpoint: GatewayEndpoint,
  request: RestRequest,
  effects: GatewayEffects,
): Promise<Fault | RestReply> {
  const url = new URL(request.path, endpoint.baseUrl);
  const refused = await effects.checkUrl(url);
  if (refused !== null) return refused;
  const place = url.host;
  const timeoutMs = request.timeoutMs ?? 10_000;
  const headers: Record<string, string> = { Accept: 'application/json', ...endpoint.headers };
  if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    const answer = await effects.fetch(url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: withLimit(timeoutMs, request.signal),
      ...(endpoint.tls === undefined ? {} : { tls: endpoint.tls }),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const text = await readBounded(answer.body, maxBodyBytes);
    if (text === null) {
      return fault(
        'gateway.notJupyter',
        `${place} answers with more than ${maxBodyBytes / 1024 / 1024} MB, which no Jupyter Server does here.`,
        'Check the address.',
      );
    }
    if (answer.status === 403 && request.passes403 === true) return { status: 403, json: tryParse(text) };
    return readAnswer(place, answer.status, answer.headers.get('content-type') ?? '', text);
  } catch (error) {
    return faultOf(error, place, timeoutMs);
  }
}

function withLimit(limitMs: number, signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(limitMs);
  return signal === undefined ? limit : AbortSignal.any([limit, signal]);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function readAnswer(place: string, status: number, contentType: string, text: string): Fault | RestReply {
  if (status === 401 || status === 403) {
    return fault(
      'gateway.refused',
      `The server at ${place} refused the token.`,
      'Copy its present token (jupyter server list prints it) and enter it again.',
    );
  }
  if (status >= 300 && status < 400) {
    return fault(
      'gateway.notJupyter',
      `The server at ${place} redirects instead of answering.`,
      'Use the final address of the Jupyter Server, and give its token.',
    );
  }
  if (status === 204 || text === '') return { status, json: null };
  if (status === 502 || status === 503 || status === 504) {
    return fault(
      'gateway.unreachable',
      `A proxy before ${place} answers that the server is not there (${status}).`,
      'Start the Jupyter Server, or wait until it is up.',
    );
  }
  try {
    return { status, json: JSON.parse(text) as unknown };
  } catch {
    const what = contentType.includes('html') ? 'a web page' : 'something that is not JSON';
    return fault(
      'gateway.notJupyter',
      `${place} answers with ${what}, not as a Jupyter Server.`,
      'Check the address; a server under a prefix needs the prefix too.',
    );
  }
}

/** What is thrown on the way to a gateway, by whatever part of it, is one more reason why it cannot be reached. */
export async function orFault<Value>(work: () => Promise<Value>): Promise<Fault | Value> {
  try {
    return await work();
  } catch (error) {
    return thrownFault(error);
  }
}

export function thrownFault(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  const why = error instanceof Error ? error.message : String(error);
  return fault('gateway.unreachable', `The gateway cannot be reached: ${why}.`, 'It is tried again.');
}

/** Says what a failed connection means. */
export function faultOf(error: unknown, place: string, timeoutMs: number): Fault {
  const failure = failureOf(error);
  const isSlow = 'Check that the address is right and that no firewall is between.';
  switch (failure.why) {
    case 'fault':
      return failure.fault;
    case 'limit':
      return fault('gateway.timeout', `${place} did not answer within ${Math.round(timeoutMs / 1000)} s.`, isSlow);
    case 'timeout':
      return fault('gateway.timeout', `${place} did not answer in time.`, isSlow);
    case 'certificate':
      return fault(
        'gateway.certificate',
        `The certificate of ${place} is not accepted: ${failure.message}.`,
        'Use the name the certificate was made for, or enter the certificate of its authority with the gateway.',
      );
    case 'name':
      return fault(
        'gateway.unreachable',
        `The name of ${place} cannot be resolved.`,
        'Check the spelling of the address.',
      );
    case 'refused':
      return fault(
        'gateway.unreachable',
        `Nothing listens at ${place}.`,
        'Start the Jupyter Server there, or check the port.',
      );
    case 'other':
      return fault(
        'gateway.unreachable',
        `${place} cannot be reached: ${failure.message}.`,
        'Check the address and the network.',
      );
  }
}
