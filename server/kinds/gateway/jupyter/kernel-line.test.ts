import { KernelMessage } from '@jupyterlab/services';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { kernelId } from '#lib/core/ids.ts';
import { FakeGateway, legacyFrame, subprotocol, v1Frame, type FakeAnswers } from '#server/testing/fake-gateway.ts';
import { openEffects } from '#server/testing/session-bench.ts';
import { tokenEndpoint, type KernelGap, type KernelMessage as Heard } from '../port.ts';
import { JupyterGateway } from './adapter.ts';
import { KernelLine } from './kernel-line.ts';
import { maxPayload } from './pong-socket.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function fake(answers: FakeAnswers = {}): Promise<FakeGateway> {
  const gateway = await FakeGateway.start(answers);
  open.push(() => gateway[Symbol.asyncDispose]());
  return gateway;
}

function join(gateway: FakeGateway) {
  const messages: Heard[] = [];
  const states: string[] = [];
  const gaps: KernelGap[] = [];
  const refused: number[] = [];
  const url = gateway.url;
  const port = new JupyterGateway(async () => tokenEndpoint(url, ''), openEffects, { subshells: false });
  const link = port.connect(kernelId(gateway.kernelId), 'client', {
    message: (message) => void messages.push(message),
    connection: (state, reason) => void states.push(reason === undefined ? state : `${state}: ${reason}`),
    status: (status) => void states.push(status),
    gap: (gap) => void gaps.push(gap),
    refused: ({ mostBytes }) => void refused.push(mostBytes),
  });
  open.push(() => link.close());
  return { messages, states, gaps, refused, link };
}

const said = (n: number, buffers: Buffer[] = []) => ({
  channel: 'iopub',
  header: { msg_id: `kernel_1_${n}`, msg_type: 'stream', session: 'kernel', username: '', version: '5.3', date: '' },
  parent_header: { msg_id: 'm1', session: 'client' },
  metadata: {},
  content: { name: 'stdout', text: `${n}` },
  buffers,
});
const framings = [
  ['with a name', subprotocol, {}, v1Frame],
  ['of old, from a gateway that takes no other', '', { subprotocol: false }, legacyFrame],
] as const;

describe.each(framings)('the framing %s', (_, protocol, answers, frame) => {
  it('is what is spoken, and brings buffers', async () => {
    const gateway = await fake(answers);
    const { messages, states } = join(gateway);
    await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
    expect(gateway.socket.protocol).toBe(protocol);
    const buffers = [Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.from('x'.repeat(5_000))];
    gateway.socket.send(frame(said(1, buffers)));
    await vi.waitUntil(() => messages.length === 1);
    const heard = (messages[0]?.buffers ?? []).map((view) =>
      Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex'),
    );
    expect(heard).toEqual(buffers.map((buffer) => buffer.toString('hex')));
    expect(messages[0]).toMatchObject({ type: 'stream', content: { text: '1' }, number: { n: 1 } });
  });

  it('takes buffers to the kernel, each with its own bytes alone', async () => {
    const gateway = await fake(answers);
    const opened = Promise.withResolvers<void>();
    const line = await KernelLine.open(
      {
        kernelId: kernelId(gateway.kernelId),
        clientId: 'client',
        endpoint: async () => tokenEndpoint(gateway.url, ''),
        effects: openEffects,
        pong: true,
        subprotocols: protocol !== '',
      },
      { open: opened.resolve, received() {}, sent() {}, sign() {}, down() {} },
    );
    if (isFault(line)) throw new Error(line.message);
    open.push(() => line.close());
    await opened.promise;
    const memory = Uint8Array.from({ length: 100 }, (_byte, at) => at);
    const message = KernelMessage.createMessage<KernelMessage.ICommMsgMsg<'shell'>>({
      msgType: 'comm_msg',
      channel: 'shell',
      session: 'client',
      content: { comm_id: 'c', data: {} },
      buffers: [memory.subarray(10, 14), new DataView(memory.buffer, 50, 3)],
    });
    line.connection.sendShellMessage(message, false);
    const ends = Buffer.from([10, 11, 12, 13, 50, 51, 52]);
    const sent = () => gateway.received.find((one) => one.includes('comm_msg'));
    await vi.waitUntil(() => sent() !== undefined);
    const bytes = Buffer.from(sent() ?? '');
    expect(bytes.subarray(-ends.length)).toEqual(ends);
    // Nothing of the rest of that memory.
    expect(bytes.includes(Buffer.from([8, 9, 10, 11]))).toBe(false);
    expect(bytes.at(-ends.length - 1)).toBe('}'.charCodeAt(0));
  });
});

it('an endpoint that throws, also while a kernel is looked for, is one more reason to try again', async () => {
  const gateway = await fake();
  let broken = true;
  const states: string[] = [];
  const port = new JupyterGateway(async () => {
    if (broken) throw new Error('the disk is full');
    return tokenEndpoint(gateway.url, '');
  }, openEffects);
  const link = port.connect(kernelId(gateway.kernelId), 'client', {
    message: () => undefined,
    connection: (state, reason) => void states.push(reason === undefined ? state : `${state}: ${reason}`),
    status: () => undefined,
  });
  open.push(() => link.close());
  const said = () => states.filter((state) => state.includes('the disk is full')).length;
  await vi.waitUntil(() => said() > 1, { timeout: 10_000 });
  broken = false;
  await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
  broken = true;
  gateway.socket.terminate();
  const before = said();
  await vi.waitUntil(() => said() > before, { timeout: 10_000 });
  broken = false;
  await vi.waitUntil(() => states.filter((state) => state === 'connected').length === 2, { timeout: 10_000 });
});

it('a name is judged by the port that is dialled', async () => {
  const gateway = await fake();
  const { port: dialled } = new URL(gateway.url);
  const ports: string[] = [];
  const lookupFor = (url: URL) => {
    ports.push(url.port);
    return openEffects.lookupFor(url);
  };
  const found = tokenEndpoint(`http://localhost:${dialled}/`, '');
  const port = new JupyterGateway(async () => found, { ...openEffects, lookupFor });
  const states: string[] = [];
  const link = port.connect(kernelId(gateway.kernelId), 'client', {
    message: () => undefined,
    connection: (state) => void states.push(state),
    status: () => undefined,
  });
  open.push(() => link.close());
  await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
  expect(new Set(ports)).toEqual(new Set([dialled]));
});

it('a listener that throws does not end the tries', async () => {
  const gateway = await fake();
  let told = 0;
  const states: string[] = [];
  const port = new JupyterGateway(async () => tokenEndpoint(gateway.url, ''), openEffects);
  const link = port.connect(kernelId(gateway.kernelId), 'client', {
    message: () => undefined,
    connection: (state) => {
      states.push(state);
      if (state === 'connecting' && (told += 1) === 1) throw new Error('the log cannot take it');
    },
    status: () => undefined,
  });
  open.push(() => link.close());
  await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
  expect(told).toBe(1);
});

describe('what is no kernel', () => {
  const page = '<!doctype html><title>Welcome</title>';

  it('a page in the place of the socket and of REST: the link waits, and says why', async () => {
    const gateway = await fake({
      rest: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(page);
        return true;
      },
      upgrade: (_, socket) => {
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
        return true;
      },
    });
    const { states } = join(gateway);
    await vi.waitUntil(() => states.some((state) => state.startsWith('reconnecting: ')), { timeout: 10_000 });
    expect(states.join('\n')).toContain('not as a Jupyter');
    expect(states).not.toContain('connected');
    expect(states).not.toContain('dead');
  });

  it.each([301, 302, 307, 308])('a redirect (%i) of the socket leads nowhere', async (status) => {
    const other = await fake();
    const gateway = await fake({
      upgrade: (_, socket) => {
        socket.end(
          `HTTP/1.1 ${status} Moved\r\nLocation: ${other.url.replace('http', 'ws')}\r\nContent-Length: 0\r\n\r\n`,
        );
        return true;
      },
    });
    const { states } = join(gateway);
    await vi.waitUntil(() => gateway.asked.filter((path) => path.includes('channels')).length > 1, { timeout: 10_000 });
    expect(other.asked).toEqual([]);
    expect(states).not.toContain('connected');
  });

  it('a framing that nobody asked for: the link goes on trying and takes nothing from it', async () => {
    const gateway = await fake({
      upgrade: (request, socket) => {
        void request;
        socket.end(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
        );
        return true;
      },
    });
    const { states } = join(gateway);
    await vi.waitUntil(() => gateway.asked.filter((path) => path.includes('channels')).length > 1, { timeout: 10_000 });
    expect(states).not.toContain('connected');
  });
});

it('a message above the limit is refused before it is read; the next socket hears the rest, and knows what is missing', async () => {
  const gateway = await fake();
  const { messages, states, gaps, refused } = join(gateway);
  await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
  gateway.socket.send(v1Frame(said(1)));
  await vi.waitUntil(() => messages.length === 1);
  const head = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(maxPayload + 1), 2);
  gateway.sendRaw(head);
  await vi.waitUntil(() => gateway.sockets.length === 2, { timeout: 10_000 });
  expect(refused).toEqual([maxPayload]);
  await vi.waitUntil(() => states.filter((state) => state === 'connected').length === 2, { timeout: 10_000 });
  gateway.socket.send(v1Frame(said(3)));
  await vi.waitUntil(() => messages.length === 2);
  expect(gaps[0]).toMatchObject({ cause: 'connection', missing: 1 });
});

it('what a second socket says again is heard once', async () => {
  const gateway = await fake();
  const { messages, states } = join(gateway);
  await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
  for (const n of [1, 2, 3]) gateway.socket.send(v1Frame(said(n)));
  await vi.waitUntil(() => messages.length === 3);
  gateway.socket.terminate();
  await vi.waitUntil(() => states.filter((state) => state === 'connected').length === 2, { timeout: 10_000 });
  for (const n of [2, 3, 4]) gateway.socket.send(v1Frame(said(n)));
  await vi.waitUntil(() => messages.length === 4);
  expect(messages.map(({ number }) => number?.n)).toEqual([1, 2, 3, 4]);
});
