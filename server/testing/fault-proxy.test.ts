import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { FaultProxy } from './fault-proxy.ts';

/** A server that answers every byte with itself, and remembers its side of each connection. */
let server: Server;
let sides: Socket[];
let proxy: FaultProxy;
beforeEach(async () => {
  sides = [];
  server = createServer((socket) => {
    sides.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await FaultProxy.start((server.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const side of sides) side.destroy();
  server.close();
});

class Client {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  end = '';

  constructor(port = proxy.port) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.end = error.code ?? 'error'));
    this.socket.on('end', () => (this.end ||= 'FIN'));
  }

  get text(): string {
    return this.received.toString();
  }

  async echo(text: string): Promise<void> {
    const wanted = this.received.length + text.length;
    this.socket.write(text);
    await expect.poll(() => this.received.length).toBe(wanted);
  }
}
const moment = () => new Promise((resolve) => setTimeout(resolve, 150));

it('hands on every byte in order, and ends of streams as they are', async () => {
  const client = new Client();
  const sent = Buffer.from(Array.from({ length: 400_000 }, (_, index) => index % 251));
  client.socket.end(sent);
  await expect.poll(() => client.end).toBe('FIN');
  expect(client.received.equals(sent)).toBe(true);
  expect(proxy.counts).toMatchObject({ accepted: 1, open: 0, forwarded: { up: 400_000, down: 400_000 } });
});

it.each([
  ['reset', 'ECONNRESET'],
  ['end', 'FIN'],
] as const)('cuts what is open with %s, and takes the next connection', async (how, end) => {
  const client = new Client();
  await client.echo('before');
  expect(proxy.cut(how)).toBe(1);
  await expect.poll(() => client.end).toBe(end);
  await expect.poll(() => sides[0]?.destroyed).toBe(true);
  await new Client().echo('after');
  expect(proxy.counts).toMatchObject({ accepted: 2, open: 1, cut: 1 });
});

it('refuses new connections and leaves the open ones alone, until it accepts again', async () => {
  const client = new Client();
  await client.echo('1');
  await proxy.refuse();
  const turnedAway = new Client();
  await expect.poll(() => turnedAway.end).toBe('ECONNREFUSED');
  await client.echo('2');
  await proxy.accept();
  await new Client().echo('3');
});

it.each(['up', 'down', 'both'] as const)(
  'eats what goes %s without a word, on open and new connections',
  async (sides) => {
    const client = new Client();
    await client.echo('ok');
    proxy.blackHole(sides);
    const late = new Client();
    client.socket.write('gone');
    late.socket.write('gone');
    await expect
      .poll(() => proxy.counts.eaten)
      .toEqual({ up: sides === 'down' ? 0 : 8, down: sides === 'down' ? 8 : 0 });
    await moment();
    expect([client.text, client.end, late.text, late.end]).toEqual(['ok', '', '', '']);
    proxy.heal();
    client.socket.write('behind a gap');
    await new Client().echo('new');
    await moment();
    expect(client.text).toBe('ok');
  },
);

it('keeps the death of one side to itself while there is a hole', async () => {
  const client = new Client();
  await client.echo('ok');
  proxy.blackHole();
  client.socket.resetAndDestroy();
  await moment();
  expect(sides[0]?.destroyed).toBe(false);
});

it('holds everything while it is frozen, and loses nothing of it', async () => {
  const client = new Client();
  await client.echo('a');
  proxy.freeze();
  const late = new Client();
  client.socket.write('b');
  late.socket.write('c');
  await moment();
  expect([client.text, late.text]).toEqual(['a', '']);
  proxy.heal();
  await expect.poll(() => [client.text, late.text]).toEqual(['ab', 'c']);
});

it('throttles one direction to its bytes per second', async () => {
  proxy.throttle('down', 20_000);
  const client = new Client();
  const startedAt = performance.now();
  client.socket.write(Buffer.alloc(10_000));
  await expect.poll(() => proxy.counts.forwarded.up).toBe(10_000);
  await expect.poll(() => client.received.length, { timeout: 10_000 }).toBe(10_000);
  // Half a second's worth, less the slice that leaves at once. It may take longer on a busy machine, never less.
  expect(performance.now() - startedAt).toBeGreaterThan(400);
});

it('delays without changing the order', async () => {
  proxy.delay('up', 200);
  const client = new Client();
  const startedAt = performance.now();
  for (const text of ['a', 'b', 'c']) {
    client.socket.write(text);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await expect.poll(() => client.text).toBe('abc');
  expect(performance.now() - startedAt).toBeGreaterThan(195);
});

it('blocks WebSockets and passes everything else', async () => {
  const web = createHttp((_, response) => response.end('page'));
  const sockets = new WebSocketServer({ server: web });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  proxy.aim((web.address() as AddressInfo).port);
  const open = async (): Promise<string> => {
    const socket = new WebSocket(proxy.origin.replace('http', 'ws'));
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('silence'), 300);
      const settle = (text: string) => {
        clearTimeout(timer);
        resolve(text);
      };
      socket.on('open', () => settle('open'));
      socket.on('unexpected-response', (_, { statusCode }) => settle(String(statusCode)));
      socket.on('error', (error) => settle(error.message));
    }).then((text) => {
      socket.on('error', () => undefined);
      socket.terminate();
      return text as string;
    });
  };
  expect(await open()).toBe('open');
  proxy.upgrades('refuse');
  expect(await open()).toBe('403');
  proxy.upgrades('swallow');
  expect(await open()).toBe('silence');
  expect(await (await fetch(proxy.origin)).text()).toBe('page');
  expect(proxy.counts.upgradesBlocked).toBe(2);
  sockets.close();
  web.closeAllConnections();
  web.close();
});

it('leaves nothing open when it is disposed of', async () => {
  const client = new Client();
  await client.echo('a');
  await proxy[Symbol.asyncDispose]();
  await expect.poll(() => client.end).toBe('ECONNRESET');
  const turnedAway = new Client();
  await expect.poll(() => turnedAway.end).toBe('ECONNREFUSED');
});
