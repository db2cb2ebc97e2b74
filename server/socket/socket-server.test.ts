import { createServer } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/core/access/decide.ts';
import { principalId, workspaceId } from '#lib/core/ids.ts';
import { type UpName, upMessages } from '#lib/protocol/up.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { type SocketHandlers, SocketServer } from './socket-server.ts';

const owner: Principal = {
  kind: 'user',
  id: principalId('o'),
  name: 'owner',
  role: 'owner',
  workspaceId: workspaceId('w'),
};
const names = Object.keys(upMessages) as UpName[];
const doors = { port: 0 };
let principal: Principal = owner;
let called: string[] = [];
const handlers = Object.fromEntries(
  names.map((name) => [name, async () => (called.push(name), {})]),
) as unknown as SocketHandlers;
const http = createServer();
const server = new SocketServer(http, {
  handlers,
  doors,
  workspaceId: workspaceId('w'),
  principalOf: async () => principal,
});
const open: Socket[] = [];

beforeAll(async () => {
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  doors.port = (http.address() as { port: number }).port;
});
afterAll(() => server.stop());
beforeEach(() => {
  principal = owner;
  called = [];
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

/** 'connected', or the reason of the refusal. */
function connect(
  origin: string | undefined,
  transports: ('websocket' | 'polling')[],
  protocol: unknown = protocolVersion,
  headers: Record<string, string> = {},
): Promise<{ socket: Socket; outcome: string }> {
  const socket = io(`http://127.0.0.1:${doors.port}`, {
    transports,
    auth: { protocol },
    reconnection: false,
    forceNew: true,
    extraHeaders: origin === undefined ? headers : { origin, ...headers },
  });
  open.push(socket);
  return new Promise((done) => {
    socket.once('connect', () => done({ socket, outcome: 'connected' }));
    socket.once('connect_error', (error: Error & { data?: { fault: string } }) =>
      done({ socket, outcome: error.data?.fault ?? 'refused' }),
    );
  });
}

describe('admission, by upgrade and by polling', () => {
  describe.each([['websocket' as const], ['polling' as const]])('%s', (transport) => {
    it('admits the page of this server', async () => {
      expect((await connect(`http://127.0.0.1:${doors.port}`, [transport])).outcome).toBe('connected');
    });
    it.each([
      ['no origin', () => undefined],
      ['a null origin', () => 'null'],
      ['a foreign origin', () => 'http://evil.example'],
      ['our origin as prefix', () => `http://127.0.0.1:${doors.port}.evil.example`],
      ['another port', () => 'http://127.0.0.1:1'],
      ['another name of this machine', () => `http://localhost:${doors.port}`],
    ])('refuses %s', async (_, origin) => {
      expect((await connect(origin(), [transport])).outcome).toBe('refused');
    });
    it('refuses whoever is not signed in', async () => {
      principal = { kind: 'anonymous' };
      expect((await connect(`http://127.0.0.1:${doors.port}`, [transport])).outcome).toBe('refused');
    });
    it('refuses people of another workspace', async () => {
      principal = { ...owner, workspaceId: workspaceId('other') } as Principal;
      expect((await connect(`http://127.0.0.1:${doors.port}`, [transport])).outcome).toBe('refused');
    });
  });

  it('admits a polling page, whose GETs carry no origin, by the word of its browser; an upgrade never', async () => {
    const own = { 'sec-fetch-site': 'same-origin' };
    expect((await connect(undefined, ['polling'], protocolVersion, own)).outcome).toBe('connected');
    expect((await connect(undefined, ['polling'], protocolVersion, { 'sec-fetch-site': 'cross-site' })).outcome).toBe(
      'refused',
    );
    expect((await connect(undefined, ['websocket'], protocolVersion, own)).outcome).toBe('refused');
  });

  it('tells a page of another version to reload', async () => {
    expect((await connect(`http://127.0.0.1:${doors.port}`, ['websocket'], 999)).outcome).toBe('protocol.version');
  });
});

describe('messages', () => {
  it.each(names)('%s is parsed before its handler runs', async (name) => {
    const { socket } = await connect(`http://127.0.0.1:${doors.port}`, ['websocket']);
    for (const garbage of [undefined, null, 7, 'x', { path: { deep: true } }, []]) {
      const answer: unknown = await socket.timeout(5_000).emitWithAck(name, garbage);
      expect(answer).toMatchObject({ fault: 'request.invalid' });
    }
    expect(called).toEqual([]);
  });

  it('drops the socket when its session ends', async () => {
    const { socket } = await connect(`http://127.0.0.1:${doors.port}`, ['websocket']);
    const gone = new Promise((done) => socket.once('disconnect', done));
    principal = { kind: 'anonymous' };
    await server.recheck();
    expect(await gone).toBe('io server disconnect');
  });

  it('tells a handler at once that its socket has gone meanwhile', async () => {
    const { socket } = await connect(`http://127.0.0.1:${doors.port}`, ['websocket']);
    const told = new Promise<string>((done) => {
      const before = handlers['document.close'];
      const wait: SocketHandlers['document.close'] = async (client) => {
        Object.assign(handlers, { 'document.close': before });
        await new Promise<void>((gone) => client.onGone(gone));
        client.onGone(() => done('told'));
        return {};
      };
      Object.assign(handlers, { 'document.close': wait });
    });
    socket.emit('document.close', { notebookId: 'n' }, () => undefined);
    await expect.poll(() => handlers['document.close'].length).toBe(0);
    socket.disconnect();
    expect(await told).toBe('told');
  });
});
