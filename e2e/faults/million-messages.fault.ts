import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { gatewayId, kernelId, notebookId, type CellId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { tokenEndpoint, type KernelLinkListener } from '#server/kinds/gateway/port.ts';
import { SessionHost } from '#server/session/session-host.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { FakeGateway, legacyFrame, v1Frame, type SaidMessage } from '#server/testing/fake-gateway.ts';
import { MemorySource } from '#server/testing/memory-source.ts';
import { gatewayDirectory, openEffects, quietLedger, tester, unwrap } from '#server/testing/session-bench.ts';
import { faultTest } from './fault-test.ts';
import { pause } from './kernel-rig.ts';
import { countLines } from './line-count.ts';

/**
 * What no kernel says in the time of a test: the gateway is a fake, whose WebSocket sends a million messages as fast as
 * they are taken. The link, the session host and its journal are the real ones. Nothing is said about time: counts and
 * sizes alone are.
 */
const million = 1_000_000;
const flood = 'flood of messages on one line';
const inWords = (count: number) => count.toLocaleString('en');
const mebibyte = 1024 * 1024;

type Parent = { readonly msg_id: string; readonly session: string };

const said = (n: number, type: string, content: object, parent: Parent): SaidMessage => ({
  channel: type.endsWith('_reply') ? 'shell' : 'iopub',
  header: { msg_id: `kernel_1_${n}`, msg_type: type, session: 'kernel', username: '', version: '5.3', date: '' },
  parent_header: parent,
  metadata: {},
  content,
});
const line = (n: number, parent: Parent) => said(n, 'stream', { name: 'stdout', text: `line ${n}\n` }, parent);
const status = (n: number, state: string, parent: Parent) => said(n, 'status', { execution_state: state }, parent);
const reply = (n: number, parent: Parent) => said(n, 'execute_reply', { status: 'ok', execution_count: 1 }, parent);

/** Sends messages as fast as the other side takes them: at most a few MB of them wait. */
async function send(gateway: FakeGateway, count: number, frame: (n: number) => Buffer | string): Promise<void> {
  const { socket } = gateway;
  for (let n = 0; n < count; n += 1) {
    socket.send(frame(n));
    while (socket.bufferedAmount > 4 * mebibyte) await pause(1);
    if (n % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
  }
}

const buffers = [Buffer.from([1])];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20);
}

for (const [count, framing, answers, frame] of [
  [million, 'the framing with a name', {}, v1Frame],
  [million / 5, 'the framing of old', { subprotocol: false }, (message: SaidMessage) => JSON.stringify(message)],
  // Bytes are sent in it where there are buffers.
  [
    million / 5,
    'the framing of old with buffers',
    { subprotocol: false },
    (message: SaidMessage) => legacyFrame({ ...message, buffers }),
  ],
] as const) {
  faultTest(flood, `${inWords(count)} in ${framing}`, { timeout: 600_000 }, async (row) => {
    await using gateway = await FakeGateway.start(answers);
    const port = new JupyterGateway(async () => tokenEndpoint(gateway.url, ''), openEffects);
    let next = 0;
    let others = 0;
    let joined = 0;
    let missing = 0;
    const states: string[] = [];
    const listen = (take: (n: number) => boolean, gap: NonNullable<KernelLinkListener['gap']>): KernelLinkListener => ({
      message: ({ number, content }) => {
        const { text } = content as { readonly text: string };
        expect(text).toBe(`line ${number?.n}\n`);
        return take(number?.n ?? -1);
      },
      gap,
      connection: (state) => void states.push(state),
      status: () => undefined,
    });
    // Every second message is of this one; the others are of a notebook that is not open yet.
    const link = port.connect(
      kernelId(gateway.kernelId),
      'client',
      listen(
        (n) => {
          expect(n).toBe(next);
          next += 1;
          return n % 2 === 0;
        },
        () => expect.fail('nothing is missing'),
      ),
    );
    await until(() => states.includes('connected'));
    const sockets = gateway.sockets.length;
    const [ours, theirs] = ['ours', 'theirs'].map((msgId) => ({ msg_id: msgId, session: 'client' }));
    if (ours === undefined || theirs === undefined) throw new Error('two of them');
    await send(gateway, count, (n) => frame(line(n, n % 2 === 0 ? ours : theirs)));
    await until(() => next === count);
    let size = 0;
    const late = port.connect(
      kernelId(gateway.kernelId),
      'client',
      listen(
        (n) => {
          size += 500 + weighJson({ name: 'stdout', text: `line ${n}\n` }).characters;
          expect(n).toBeGreaterThan(others);
          others = n;
          joined += 1;
          return true;
        },
        (gap) => {
          missing += gap.missing;
          return true;
        },
      ),
    );
    await pause(50);
    // What was kept is the newest of it, within its bound, and what was not is counted.
    expect(size).toBeLessThanOrEqual(16 * mebibyte);
    expect(size).toBeGreaterThan(7 * mebibyte);
    expect([others, joined + missing]).toEqual([count - 1, count / 2]);
    expect(states.at(-1)).toBe('connected');
    expect(gateway.sockets).toHaveLength(sockets);
    row.note = `${inWords(joined)} kept for a notebook that is opened later, ${inWords(missing)} counted for it`;
    link.close();
    late.close();
  });
}

faultTest(flood, `${inWords(million)} into one cell`, { timeout: 900_000 }, async (row) => {
  await using gateway = await FakeGateway.start();
  await using other = await FakeGateway.start();
  const root = await mkdtemp(join(tmpdir(), 'farfield-million-'));
  const source = new MemorySource();
  const blobs = new BlobStore(join(root, 'blobs'));
  const hosts: SessionHost[] = [];
  const gateways = gatewayDirectory({ url: gateway.url, token: '' });
  /** A notebook with one cell and a session on the fake's kernel. */
  const open = async (name: string, at: FakeGateway, directory = gateways) => {
    const cell = source.set(name, name);
    const folder = join(root, name);
    const parts = { notebookId: notebookId(name), folder, blobs, source, gateways: directory, ledger: quietLedger };
    const host = await SessionHost.open({ ...parts, outputLimit: 64 * mebibyte });
    hosts.push(host);
    const id = kernelId(at.kernelId);
    unwrap(await host.kernels.start({ gatewayId: gatewayId('test'), kernelId: id, shutdownPrevious: false }, tester));
    await until(() => host.views()[0]?.status === 'idle');
    const run = async (): Promise<Parent> => {
      unwrap(await host.runs.request({ cellIds: [cell], stateVector: null, by: tester }));
      const session = [...host.state().sessions.values()][0]?.binding.clientId ?? '';
      return { msg_id: [...host.state().runs.values()].at(-1)?.msgId ?? '', session };
    };
    return { host, cell, folder, run };
  };
  try {
    const loud = await open('loud', gateway);
    const shared = await open('shared', gateway);
    const apart = await open('apart', other, gatewayDirectory({ url: other.url, token: '' }));
    const loudId = await loud.run();
    const sharedId = await shared.run();
    const apartId = await apart.run();
    let sent = 0;
    const say = (message: (n: number) => SaidMessage): void => {
      gateway.socket.send(v1Frame(message(sent)));
      sent += 1;
    };
    say((n) => status(n, 'busy', loudId));
    await send(gateway, million, () => {
      sent += 1;
      return v1Frame(line(sent - 1, loudId));
    });
    // In the middle of it the notebook on another kernel runs its cell from beginning to end.
    const outputs = (host: SessionHost, cell: CellId) => host.state().cells.get(cell)?.outputs ?? [];
    const isOver = (host: SessionHost, cell: CellId) => host.state().cells.get(cell)?.run?.finishedAt != null;
    const lines = () => {
      const [first] = outputs(loud.host, loud.cell);
      return first?.output_type === 'stream' ? (first.lines ?? 0) : 0;
    };
    row.note = `${inWords(lines())} there when the last was sent`;
    const quick = [status(0, 'busy', apartId), line(1, apartId), reply(2, apartId), status(3, 'idle', apartId)];
    for (const message of quick) other.socket.send(v1Frame(message));
    await until(() => isOver(apart.host, apart.cell));
    say((n) => reply(n, loudId));
    say((n) => status(n, 'idle', loudId));
    say((n) => status(n, 'busy', sharedId));
    say((n) => line(n, sharedId));
    say((n) => reply(n, sharedId));
    say((n) => status(n, 'idle', sharedId));
    await until(() => isOver(loud.host, loud.cell) && isOver(shared.host, shared.cell));

    const results = loud.host.results(loud.cell);
    const whole = results === undefined ? [] : loud.host.fileOutputs(loud.cell, results);
    const text = whole.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');
    const wanted = Array.from({ length: million }, (_, n) => `line ${n + 1}\n`).join('');
    expect(text === wanted).toBe(true);
    row.lines = { ...countLines(million + 1, whole), expected: million };
    expect(lines()).toBe(million);
    for (const { host, cell } of [shared, apart]) {
      expect(outputs(host, cell)).toMatchObject([
        { output_type: 'stream', text: expect.stringMatching(/^line \d+\n$/) },
      ]);
    }
    for (const { host, cell } of [loud, shared, apart]) {
      expect(outputs(host, cell).map(readMarker)).toEqual([null]);
      // What stays of it in memory is a cell's beginning and end, and what was heard is a few numbers.
      const { cells, sessions } = host.state();
      expect(weighJson([...cells.values()].map((one) => one.outputs)).characters).toBeLessThan(2 * mebibyte);
      const [session] = sessions.values();
      expect(weighJson(session?.heard ?? []).characters).toBeLessThan(2_000);
      expect(host.views()[0]?.status).toBe('idle');
    }
    const { size } = await stat(join(loud.folder, 'journal'));
    row.note += `; journal of ${Math.round(size / mebibyte)} MiB`;
    expect(gateway.sockets).toHaveLength(1);
  } finally {
    for (const host of hosts) await host.stop();
    await rm(root, { recursive: true, force: true });
  }
});
