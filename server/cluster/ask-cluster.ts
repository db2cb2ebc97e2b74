import { failureOf } from '#lib/core/connection-failure.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import { readBounded } from '#lib/core/read-bounded.ts';
import type { ClusterEffects } from '#server/kinds/cluster/port.ts';
import type { GuardedFetch } from '#server/kinds/gateway/port.ts';

const mostBytes = 32 * 1024 * 1024;
const usualLimitMs = 8_000;

/** The way of cluster adapters to the web pages of their engines. Credentials travel in headers alone. */
export function askThrough(fetch: GuardedFetch): ClusterEffects['ask'] {
  return async (endpoint, request) => {
    const url = new URL(request.path, endpoint.dashboard);
    const limitMs = request.timeoutMs ?? usualLimitMs;
    const place = url.host;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    try {
      const answer = await fetch(url, {
        method: request.method,
        headers: { ...endpoint.headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        redirect: 'manual',
        signal: AbortSignal.timeout(limitMs),
        ...(endpoint.tls === undefined ? {} : { tls: endpoint.tls }),
        ...(body === undefined ? {} : { body }),
      });
      const text = await readBounded(answer.body, mostBytes);
      if (text === null) return notThis(`${place} answers with more than ${mostBytes / 1024 / 1024} MB.`);
      const refused = refusalOf(place, answer.status);
      return refused ?? { status: answer.status, contentType: answer.headers.get('content-type') ?? '', text };
    } catch (error) {
      return faultOf(error, place, limitMs);
    }
  };
}

function notThis(message: string): Fault {
  return fault('cluster.notThis', message, 'Check the address of its dashboard.');
}

/** Null: an answer whose meaning the adapter knows. */
function refusalOf(place: string, status: number): Fault | null {
  if (status === 401 || status === 403) {
    return fault('cluster.refused', `${place} does not let us in (${status}).`, 'Enter its present token.');
  }
  if (status >= 300 && status < 400) return notThis(`${place} redirects instead of answering.`);
  if (status === 502 || status === 503 || status === 504) {
    const message = `A proxy before ${place} answers that the cluster is not there (${status}).`;
    return fault('cluster.unreachable', message, 'Start the cluster, or wait until it is up.');
  }
  return null;
}

function faultOf(error: unknown, place: string, limitMs: number): Fault {
  const failure = failureOf(error);
  const isSlow = 'Check that the address is right and that no firewall is between.';
  switch (failure.why) {
    case 'fault':
      return failure.fault;
    case 'limit':
    case 'timeout':
      return fault('cluster.timeout', `${place} did not answer within ${Math.round(limitMs / 1000)} s.`, isSlow);
    case 'certificate':
      return fault(
        'cluster.certificate',
        `The certificate of ${place} is not accepted: ${failure.message}.`,
        'Use the name the certificate was made for.',
      );
    case 'name':
      return fault('cluster.unreachable', `The name of ${place} cannot be resolved.`, 'Check its spelling.');
    case 'refused':
      return fault('cluster.unreachable', `Nothing listens at ${place}.`, 'Start the cluster, or check the port.');
    case 'other':
      return fault('cluster.unreachable', `${place} cannot be reached: ${failure.message}.`, isSlow);
  }
}
