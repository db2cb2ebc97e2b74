import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { cellId, gatewayId, kernelId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { tokenEndpoint } from '#server/kinds/gateway/port.ts';
import { FakeGateway, legacyFrame, subprotocol, v1Frame, v1Parts, v1Raw } from '#server/testing/fake-gateway.ts';
import { openEffects } from '#server/testing/session-bench.ts';
import { realEffects } from './session-effects.ts';
import { SessionLink } from './session-link.ts';

const frames = 12_000;
const perBatch = 200;
const seed = Number(process.env['FARFIELD_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const by = principalId('server');
const cell = cellId('c');

/** A session's real link on a gateway that says whatever it is told to. */
class Bench {
  state: NotebookRunState;
  events = 0;
  readonly link: SessionLink;

  constructor(gateway: FakeGateway) {
    const session = {
      id: sessionId('s'),
      gatewayId: gatewayId('g'),
      gatewayLabel: 'fake',
      kernelId: kernelId(gateway.kernelId),
      kernelName: 'python3',
      displayName: 'Python 3',
      language: 'python',
      clientId: 'client',
    };
    const { url } = gateway;
    const stamp = { at: 1, by };
    const run = { ...stamp, runId: runId('r') };
    this.state = replaySession(emptyRunState, [
      { type: 'SessionBound', ...stamp, session },
      { type: 'RunRequested', ...run, cellId: cell, sessionId: session.id },
      { type: 'RunStarted', ...run, msgId: 'm1' },
    ]);
    const port = new JupyterGateway(async () => tokenEndpoint(url, ''), openEffects, { subshells: false });
    const dispatch = (events: readonly SessionEvent[]): void => {
      this.events += events.length;
      this.state = replaySession(this.state, events);
    };
    const nothing = (): void => undefined;
    const told = { dispatch, agent: () => null, payload: nothing, working: nothing, died: nothing };
    const host = { ...told, state: () => this.state, gateway: () => port, by };
    this.link = new SessionLink(session, host, realEffects);
    this.link.run();
  }

  get status() {
    return this.state.sessions.get(sessionId('s'))?.status;
  }

  get text(): string {
    const outputs = this.state.cells.get(cell)?.outputs ?? [];
    return outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');
  }
}

const header = (type: string, n: number) => ({
  msg_id: `kernel_1_${n}`,
  msg_type: type,
  session: 'kernel',
  username: 'u',
  date: '2026-01-01T00:00:00Z',
  version: '5.3',
});
const said = (type: string, content: unknown, n: number, channel = 'iopub') => ({
  channel,
  header: header(type, n),
  parent_header: { msg_id: 'm1', session: 'client', msg_type: 'execute_request' },
  metadata: {},
  content,
});

const types =
  'stream status display_data execute_result error execute_input clear_output comm_open comm_msg update_display_data'
    .concat(' execute_reply kernel_info_reply input_request debug_event nonsense')
    .split(' ');
const anything = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '\ud800', '\0', 'x'.repeat(10_000)) },
);
const known = fc.record(
  {
    name: anything,
    text: anything,
    data: anything,
    metadata: anything,
    execution_state: fc.oneof(anything, fc.constantFrom('idle', 'busy', 'starting', 'sleeping')),
    transient: fc.oneof(anything, fc.record({ display_id: anything })),
    status: anything,
    ename: anything,
    traceback: anything,
    execution_count: anything,
    wait: anything,
    payload: anything,
    prompt: anything,
  },
  { requiredKeys: [] },
);
const message = fc.record(
  {
    channel: fc.oneof(fc.constantFrom('iopub', 'shell', 'stdin', 'control', 'elsewhere', ''), anything),
    header: fc.oneof(
      fc.record({
        ...Object.fromEntries(['username', 'version', 'date'].map((key) => [key, anything])),
        msg_type: fc.constantFrom(...types),
        msg_id: fc.oneof(
          fc.integer().map((n) => `kernel_1_${n}`),
          fc.uuid(),
        ),
        session: fc.constantFrom('kernel', 'client', ''),
      }),
      anything,
    ),
    parent_header: fc.oneof(
      fc.constantFrom(
        {},
        { msg_id: 'm1', session: 'client', msg_type: 'execute_request' },
        { msg_id: 'client_1_4', session: 'client' },
      ),
      anything,
    ),
    metadata: fc.oneof(fc.constant({}), anything),
    content: fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: anything }),
    buffers: fc.oneof(fc.constant([]), anything),
  },
  { requiredKeys: [] },
);
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
const deep = fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));

const v1 = fc.oneof(
  { weight: 6, arbitrary: message.map((made) => v1Frame(complete(made))) },
  { weight: 1, arbitrary: bytes },
  // Parts that are no JSON, and offsets that lead anywhere.
  { weight: 1, arbitrary: fc.array(bytes, { maxLength: 8 }).map(v1Parts) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(fc.oneof(fc.nat(500), fc.maxSafeNat()), { maxLength: 12 }), bytes)
      .map(([offsets, part]) => v1Raw(offsets, [part])),
  },
  { weight: 1, arbitrary: deep.map((json) => v1Parts(['iopub', ...v1Texts(), json].map((text) => Buffer.from(text)))) },
  // A good frame with one byte changed, or cut off.
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.nat(255), fc.boolean()).map(([at, byte, cut]) => {
      const frame = v1Frame(said('stream', { name: 'stdout', text: 'spoilt' }, 3));
      if (cut) return frame.subarray(0, at % frame.length);
      frame[at % frame.length] = byte;
      return frame;
    }),
  },
);
const legacy = fc.oneof(
  { weight: 5, arbitrary: message.map((made) => JSON.stringify(made)) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: deep },
  {
    weight: 2,
    arbitrary: fc
      .tuple(message, fc.array(bytes, { maxLength: 3 }))
      .map(([made, buffers]) => legacyFrame({ ...complete(made), buffers })),
  },
  { weight: 1, arbitrary: bytes },
);

function v1Texts(): string[] {
  const { header: head, parent_header: parent } = said('display_data', {}, 4);
  return [JSON.stringify(head), JSON.stringify(parent), '{}'];
}

/** As a frame needs them: all parts are there, whatever they are. */
function complete(made: Record<string, unknown>) {
  const part = (key: string) => (made[key] ?? null) as object;
  const { channel } = made;
  return {
    channel: typeof channel === 'string' ? channel : JSON.stringify(channel ?? ''),
    header: part('header'),
    parent_header: part('parent_header'),
    metadata: part('metadata'),
    content: part('content'),
  };
}

let complaints: ReturnType<typeof vi.spyOn>[];
beforeAll(() => {
  complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')].map((spy) =>
    spy.mockImplementation(() => undefined),
  );
});
afterAll(() => {
  for (const spy of complaints) spy.mockRestore();
});

it.each([
  ['with a name', subprotocol, v1],
  ['of old', '', legacy],
] as const)(
  `frames of all kinds in the framing %s leave the link as it was`,
  { timeout: 180_000 },
  async (_, protocol, arbitrary) => {
    console.info(`seed ${seed}`);
    await using gateway = await FakeGateway.start(protocol === '' ? { subprotocol: false } : {});
    const bench = new Bench(gateway);
    onTestFinished(() => bench.link.stop());
    await vi.waitUntil(() => bench.status === 'busy' || bench.status === 'idle', { timeout: 10_000 });
    expect(gateway.socket.protocol).toBe(protocol);
    const opened = gateway.sockets.length;
    const before = process.memoryUsage().heapUsed;
    const made = fc.sample(arbitrary, { numRuns: frames / 2, seed });
    for (let at = 0; at < made.length; at += perBatch) {
      for (const frame of made.slice(at, at + perBatch)) gateway.socket.send(frame);
      // A word that arrives only if all before it did no harm.
      const word = `word ${at}\n`;
      const stream = said('stream', { name: 'stdout', text: word }, 1_000_000 + at);
      gateway.socket.send(protocol === '' ? JSON.stringify(stream) : v1Frame(stream));
      await vi.waitUntil(() => bench.text.includes(word), { timeout: 20_000 });
    }
    expect(gateway.sockets).toHaveLength(opened);
    expect(gateway.socket.readyState).toBe(gateway.socket.OPEN);
    expect(['idle', 'busy', 'starting']).toContain(bench.status);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * 1024 * 1024);
  },
);
