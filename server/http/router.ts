import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Principal } from '#lib/core/access/decide.ts';
import { type Fault, type FaultCode, FaultError, fault, isFault } from '#lib/core/fault.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import { type RouteName, type Routes, routes } from '#lib/protocol/http/routes.ts';
import { authorise, checkUnsafe, type Doors } from './access.ts';
import { compressAnswer } from './compress-answer.ts';
import { setApiHeaders } from './headers.ts';
import { type Download, sendFile } from './send-file.ts';

/** What a handler gets: parsed input, who asks, and the raw pair for cookies. */
export type Call<Name extends RouteName> = {
  readonly params: z.output<Routes[Name]['params']>;
  readonly query: z.output<Routes[Name]['query']>;
  readonly body: z.output<Routes[Name]['body']>;
  readonly principal: Principal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

export type Handlers = {
  readonly [Name in RouteName]: (
    call: Call<Name>,
  ) => Promise<Fault | (Routes[Name] extends { bytes: true } ? Download : z.input<Routes[Name]['reply']>)>;
};

const maxBodyBytes = 64 * 1024 * 1024;
/** Of routes that need no sign-in. */
const maxOpenBodyBytes = 4096;
const openActions = new Set(['server.health', 'session.signIn', 'api.describe']);

/** `/api/v1`: finds the route, checks origin and rights, parses, calls the handler, answers JSON. */
export class ApiRouter {
  readonly #handlers: Handlers;
  readonly #doors: Doors;
  readonly #workspaceId: WorkspaceId;
  readonly #principalOf: (request: IncomingMessage) => Promise<Principal>;

  constructor(parts: {
    handlers: Handlers;
    doors: Doors;
    workspaceId: WorkspaceId;
    principalOf: (request: IncomingMessage) => Promise<Principal>;
  }) {
    this.#handlers = parts.handlers;
    this.#doors = parts.doors;
    this.#workspaceId = parts.workspaceId;
    this.#principalOf = parts.principalOf;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setApiHeaders(response);
    try {
      const answer = await this.#answer(request, response);
      if (isFault(answer)) send(response, statusOf(answer.fault), answer);
    } catch (error) {
      if (error instanceof FaultError) return send(response, statusOf(error.fault.fault), error.fault);
      console.error(`${request.method} ${request.url?.split('?')[0]} failed:`, error);
      send(response, 500, fault('file.io', 'The server failed at this request; the cause is in its log.'));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Fault | null> {
    const url = new URL(request.url ?? '/', 'http://server');
    const found = findRoute(request.method ?? 'GET', url.pathname);
    if (isFault(found)) return found;
    const { name, params } = found;
    const description = routes[name];
    const principal = await this.#principalOf(request);
    const object = openActions.has(description.action)
      ? ({ kind: 'server' } as const)
      : ({ kind: 'workspace', workspaceId: this.#workspaceId } as const);
    const refused =
      authorise(principal, description.action, object) ??
      (description.method === 'GET' ? null : checkUnsafe(request, this.#doors));
    if (refused !== null) return refused;
    if (
      description.method === 'GET' &&
      'bytes' in description &&
      !['same-origin', 'none', undefined].includes(header(request, 'sec-fetch-site'))
    ) {
      return fault('access.origin', 'Files are not served to other sites.');
    }
    const takesBytes = 'takesBytes' in description;
    if (takesBytes && header(request, 'content-type') !== 'application/octet-stream')
      return fault('request.unsupported', 'The body must be sent as application/octet-stream.');
    const body =
      takesBytes || description.method === 'GET' || description.method === 'DELETE'
        ? {}
        : await readJson(request, openActions.has(description.action) ? maxOpenBodyBytes : maxBodyBytes);
    if (isFault(body)) return body;
    const input = parseInput(description, params, Object.fromEntries(url.searchParams), body);
    if (isFault(input)) return input;
    const handler = this.#handlers[name] as (call: unknown) => Promise<unknown>;
    const answer = await handler({ ...input, principal, request, response });
    if (isFault(answer)) return answer;
    if ('bytes' in description) return sendFile(request, response, answer as Download);
    send(response, 200, answer);
    return null;
  }
}

function parseInput(
  description: Routes[RouteName],
  params: unknown,
  query: unknown,
  body: unknown,
): Fault | { params: unknown; query: unknown; body: unknown } {
  const parsed: Record<string, unknown> = {};
  for (const [part, schema, value] of [
    ['params', description.params, params],
    ['query', description.query, query],
    ['body', description.body, body],
  ] as const) {
    const result = schema.safeParse(value);
    if (!result.success) return invalid(part, result.error);
    parsed[part] = result.data;
  }
  return parsed as { params: unknown; query: unknown; body: unknown };
}

/** One sentence that names the field. */
export function invalid(part: string, error: z.ZodError): Fault {
  const issue = error.issues[0];
  return fault(
    'request.invalid',
    `${part}${issue === undefined || issue.path.length === 0 ? '' : `.${issue.path.join('.')}`}: ${issue?.message ?? 'invalid'}`,
  );
}

function findRoute(method: string, pathname: string): Fault | { name: RouteName; params: Record<string, string> } {
  let pathKnown = false;
  for (const [name, description] of Object.entries(routes)) {
    const params = matchPath(description.path, pathname);
    if (params === null) continue;
    pathKnown = true;
    if (description.method === method) return { name: name as RouteName, params };
  }
  return fault(
    'request.unsupported',
    pathKnown ? `${method} is not offered at ${pathname}.` : `There is no ${pathname}.`,
    'GET /api/v1/openapi.json lists the API.',
  );
}

function matchPath(pattern: string, pathname: string): Record<string, string> | null {
  const want = pattern.split('/');
  const have = pathname.split('/');
  if (want.length !== have.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of want.entries()) {
    const value = have[index] ?? '';
    if (segment.startsWith(':')) {
      try {
        params[segment.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (segment !== value) return null;
  }
  return params;
}

async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = header(request, 'content-type')?.split(';')[0]?.trim();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return fault('file.tooLarge', `The request is larger than ${limit / 1024} kB.`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  if (type !== 'application/json') return fault('request.unsupported', 'The body must be sent as application/json.');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    return fault('request.invalid', `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent) return void response.end();
  compressAnswer(response.req, response);
  // A 416 has set its own.
  response.statusCode = response.statusCode === 200 ? status : response.statusCode;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}

function statusOf(code: FaultCode): number {
  if (code === 'access.signedOut' || code === 'access.code') return 401;
  if (code.startsWith('access.')) return 403;
  if (code.endsWith('.notFound') || code.endsWith('.notOpen')) return 404;
  if (code === 'request.unsupported' || code === 'cluster.notOffered') return 404;
  if (
    code.startsWith('request.') ||
    code === 'file.path' ||
    code === 'file.kind' ||
    code === 'cell.notCode' ||
    code === 'cluster.size'
  )
    return 400;
  if (
    code === 'file.exists' ||
    code === 'file.changed' ||
    code === 'upload.offset' ||
    code === 'gateway.exists' ||
    code === 'terminal.tooMany' ||
    code === 'resource.tooMany' ||
    code === 'cluster.busy' ||
    code === 'cluster.startCancelled' ||
    code === 'template.shipped' ||
    code === 'template.tooMany' ||
    code === 'session.none' ||
    code === 'document.epoch'
  )
    return 409;
  if (code === 'file.tooLarge') return 413;
  if (/^(?:gateway|kernel|cluster|engine)\./.test(code) || code === 'outbound.refused') return 502;
  return code === 'file.noSpace' ? 507 : 500;
}
