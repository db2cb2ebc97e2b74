import type { z } from 'zod';
import { type Fault, fault, faultSchema } from '#lib/core/fault.ts';
import { apiUrl, type ApiInput } from '#lib/protocol/http/api-url.ts';
import { type RouteName, type Routes, routes } from '#lib/protocol/http/routes.ts';

type Input<Name extends RouteName> = ApiInput<Name> & {
  /** Of a route that takes bytes. */
  readonly bytes?: ArrayBuffer;
  /** Ends the request; the answer is then a fault like that of a lost line. */
  readonly signal?: AbortSignal;
};

export type ApiReply<Name extends RouteName> = z.output<Routes[Name]['reply']>;

/** The one fetch wrapper: calls a route of `/api/v1` by name. Never rejects; trouble is a fault. */
export async function callApi<Name extends RouteName>(
  name: Name,
  input: Input<Name> = {},
): Promise<Fault | ApiReply<Name>> {
  const description = routes[name];
  const init: RequestInit = { method: description.method, credentials: 'same-origin' };
  if (input.signal !== undefined) init.signal = input.signal;
  if (input.bytes !== undefined) {
    init.headers = { 'content-type': 'application/octet-stream' };
    init.body = input.bytes;
  } else if (description.method === 'POST' || description.method === 'PUT') {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(input.body ?? {});
  }
  try {
    const response = await fetch(apiUrl(name, input), init);
    const answer: unknown = await response.json();
    if (response.ok) return description.reply.parse(answer) as ApiReply<Name>;
    const known = faultSchema.safeParse(answer);
    return known.success ? known.data : fault('server.stopping', `The server answered ${response.status}.`);
  } catch (error) {
    return fault(
      'server.stopping',
      `The server does not answer (${error instanceof Error ? error.message : String(error)}).`,
      'Check that it is still running, then try again.',
    );
  }
}
