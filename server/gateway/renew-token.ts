import { z } from 'zod';
import { type Fault, FaultError, fault } from '#lib/core/fault.ts';
import type { GatewayAuth, GatewaySecrets } from '#lib/protocol/gateway-settings.ts';
import type { GuardedFetch, TlsTrust } from '#server/kinds/gateway/port.ts';

type Bearer = Extract<GatewayAuth, { kind: 'bearer' }>;

export type RenewedToken = {
  readonly accessToken: string;
  /** How long it is good for, ms; null when that was not said. */
  readonly lifeMs: number | null;
  /** The one to use next time; null: the same again. */
  readonly refreshToken: string | null;
};

const answerSchema = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().max(16_384).optional(),
});
const refusalSchema = z.object({ error: z.string().max(200), error_description: z.string().optional() });

const limitMs = 15_000;
const maxAnswer = 65_536;

/**
 * A new access token from an OAuth 2 token endpoint: by the refresh token where there is one, else by the client's own
 * credentials. `gateway.refused`: only other secrets can help; any other fault may pass by itself.
 */
export async function renewToken(
  auth: Bearer,
  secrets: GatewaySecrets,
  tls: TlsTrust,
  fetch: GuardedFetch,
): Promise<Fault | RenewedToken> {
  const refreshToken = secrets['refreshToken'];
  const grant: Record<string, string> =
    refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken };
  if (auth.scope !== '') grant['scope'] = auth.scope;
  const url = new URL(auth.tokenUrl);
  const clientSecret = secrets['clientSecret'];
  // RFC 6749 §2.3.1: a client with a secret names itself by Basic; some servers know only the form.
  const ways: { readonly headers: Record<string, string>; readonly form: Record<string, string> }[] =
    clientSecret === undefined
      ? [{ headers: {}, form: auth.clientId === '' ? {} : { client_id: auth.clientId } }]
      : [
          { headers: { Authorization: basic(auth.clientId, clientSecret) }, form: {} },
          { headers: {}, form: { client_id: auth.clientId, client_secret: clientSecret } },
        ];
  let last: Fault | RenewedToken = unreachable(url, 'nothing was asked');
  for (const { headers, form } of ways) {
    last = await ask(url, headers, new URLSearchParams({ ...grant, ...form }), tls, fetch);
    if (!('fault' in last) || last.fault !== 'gateway.refused') return last;
  }
  return last;
}

async function ask(
  url: URL,
  headers: Record<string, string>,
  form: URLSearchParams,
  tls: TlsTrust,
  fetch: GuardedFetch,
): Promise<Fault | RenewedToken> {
  let status: number;
  let json: unknown;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: form.toString(),
      signal: AbortSignal.timeout(limitMs),
      tls,
    });
    status = answer.status;
    json = parse(await readShort(answer));
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return unreachable(url, cause instanceof Error ? cause.message : String(cause));
  }
  const good = status < 300 ? answerSchema.safeParse(json).data : undefined;
  if (good !== undefined) {
    const lifeMs = good.expires_in === undefined ? null : good.expires_in * 1000;
    return { accessToken: good.access_token, lifeMs, refreshToken: good.refresh_token ?? null };
  }
  const refusal = refusalSchema.safeParse(json).data;
  if (status === 401 || status === 403 || (status === 400 && refusal !== undefined)) {
    return fault(
      'gateway.refused',
      `${url.host} does not renew the access token any more (${refusal?.error ?? status}).`,
      'Enter a new refresh token or client secret.',
    );
  }
  return unreachable(url, `it answered ${status}${status >= 300 && status < 400 ? ', a redirect' : ''}`);
}

/** RFC 6749 asks for form encoding inside of Basic. */
function basic(id: string, secret: string): string {
  const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}

/** The body, or nothing of one that is too long for a token. */
async function readShort(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    // Leaving the loop cancels the stream.
    if (bytes > maxAnswer) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function unreachable(url: URL, why: string): Fault {
  return fault(
    'gateway.unreachable',
    `The access token could not be renewed at ${url.host}: ${why}.`,
    'Check the address of the token endpoint, and whether it is up.',
  );
}
