import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/core/access/decide.ts';
import { type Fault, type FaultCode, fault } from '#lib/core/fault.ts';
import { principalId, workspaceId } from '#lib/core/ids.ts';
import { type RouteName, routes } from '#lib/protocol/http/routes.ts';
import { isOwnHost, isOwnOrigin, readCookie } from './access.ts';
import { ApiRouter, type Handlers } from './router.ts';

const owner: Principal = {
  kind: 'user',
  id: principalId('o'),
  name: 'owner',
  role: 'owner',
  workspaceId: workspaceId('w'),
};
const stranger: Principal = { ...owner, workspaceId: workspaceId('other') };

let port = 0;
let principal: Principal = { kind: 'anonymous' };
let called: string[] = [];
let answer: Fault | null = null;
const doors = { port: 0 };

const names = Object.keys(routes) as RouteName[];
const handlers = Object.fromEntries(
  names.map((name) => [name, async () => (called.push(name), answer ?? { name: 'f', bytes: new Uint8Array() })]),
) as unknown as Handlers;
const router = new ApiRouter({ handlers, doors, workspaceId: workspaceId('w'), principalOf: async () => principal });
const server = createServer((request, response) => void router.handle(request, response));

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as { port: number }).port;
  doors.port = port;
});
afterAll(() => server.close());
beforeEach(() => {
  called = [];
  principal = { kind: 'anonymous' };
});

function call(
  name: RouteName,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const { method, path } = routes[name];
  const body = method === 'POST' || method === 'PUT' ? { body: '{}' } : {};
  return fetch(`http://127.0.0.1:${port}${path.replace(/:\w+/g, 'x')}`, {
    method,
    ...body,
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });
}

const open: readonly RouteName[] = ['health', 'openapi', 'signIn'];
const closed = names.filter((name) => !open.includes(name));
const unsafe = names.filter((name) => routes[name].method !== 'GET');

describe('every route passes decide()', () => {
  it('has routes to enumerate', () => expect(closed.length).toBeGreaterThan(15));

  it.each(closed)('%s refuses anonymous callers', async (name) => {
    expect((await call(name)).status).toBe(401);
    expect(called).toEqual([]);
  });

  it.each(closed)('%s refuses people of another workspace', async (name) => {
    principal = stranger;
    expect((await call(name)).status).toBe(403);
    expect(called).toEqual([]);
  });

  it.each(unsafe)('%s refuses pages of other origins', async (name) => {
    principal = owner;
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${port}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await call(name, { headers })).status).toBe(403);
    }
    expect(called).toEqual([]);
  });

  it('lets the owner through', async () => {
    principal = owner;
    expect((await call('listGateways', { headers: {} })).status).toBe(200);
    expect(called).toEqual(['listGateways']);
  });
});

describe('a fault', () => {
  it.each<[FaultCode, number]>([
    ['cluster.notFound', 404],
    ['cluster.notOffered', 404],
    ['template.notFound', 404],
    ['cluster.size', 400],
    ['cluster.busy', 409],
    ['template.shipped', 409],
    ['template.tooMany', 409],
    ['cluster.unreachable', 502],
    ['cluster.refused', 502],
    ['engine.missing', 502],
    ['gateway.unreachable', 502],
    ['file.noSpace', 507],
    ['file.io', 500],
  ])('%s is status %i', async (code, status) => {
    principal = owner;
    answer = fault(code, 'why', 'what next');
    const got = await call('listGateways');
    answer = null;
    expect([got.status, await got.json()]).toEqual([status, { fault: code, message: 'why', hint: 'what next' }]);
  });
});

describe('bad requests', () => {
  beforeEach(() => {
    principal = owner;
  });

  it.each([
    ['no JSON', '{', 400],
    ['a missing field', '{}', 400],
    ['a wrong type', '{"path": 7}', 400],
  ])('names %s', async (_, body, status) => {
    const answer = await call('trashFile', { body });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      fault: 'request.invalid',
      message: expect.stringMatching(/body/) as unknown,
    });
    expect(called).toEqual([]);
  });

  it('takes a body only as JSON', async () => {
    const answer = await call('trashFile', { body: '{"path":"x"}', headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(404);
    expect(called).toEqual([]);
  });

  it('reads little of somebody who is not signed in', async () => {
    principal = { kind: 'anonymous' };
    const answer = await call('signIn', { body: JSON.stringify({ code: 'x'.repeat(5_000) }) });
    expect(answer.status).toBe(413);
    expect(called).toEqual([]);
  });

  it('says what exists instead of an unknown route or method', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/nothing`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/health`, { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/gateways/%E0%A4%A`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('Host and Origin', () => {
  const own = { port: 4747 };
  it.each(['127.0.0.1:4747', 'localhost:4747', '[::1]:4747'])('%s is this server', (host) =>
    expect(isOwnHost(host, own)).toBe(true),
  );
  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4747',
    '127.0.0.1',
    '127.0.0.1:4748',
    'localhost.:4747',
    'localhost:4747.evil.example',
    'xlocalhost:4747',
  ])('%s is not', (host) => expect(isOwnHost(host, own)).toBe(false));
  it.each([
    ['http://127.0.0.1:4747', true],
    ['http://localhost:4747', false],
    ['https://127.0.0.1:4747', false],
    ['null', false],
    [undefined, false],
    ['http://127.0.0.1:4747.evil.example', false],
  ])('origin %s for 127.0.0.1:4747: %s', (origin, expected) =>
    expect(isOwnOrigin(origin, '127.0.0.1:4747', own)).toBe(expected),
  );
  it('reads one cookie among others', () => {
    expect(readCookie('a=1; farfield-4747=secret; farfield-47=no', 'farfield-4747')).toBe('secret');
    expect(readCookie(undefined, 'a')).toBeUndefined();
  });
});
