import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { gatewayId, requestId, type CellId, type RunId } from '#lib/core/ids.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';

/** The queue of a session on a real Jupyter Server: what people do with it, and what a restart of this server leaves of it. */
let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-queue-'));
  bench = await new SessionBench(jupyter, folder).open();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const id = () => bench.session().binding.id;
const waiting = () => bench.session().queue.map((run) => bench.host.state().runs.get(run)?.cellId);
const runIdOf = (cell: CellId): RunId => {
  const run = bench.runOf(cell);
  if (run === null) throw new Error(`cell ${cell} has no run`);
  return run.id;
};
const change = (what: Parameters<typeof bench.host.queues.change>[1]) =>
  unwrap(bench.host.queues.change(id(), what, tester));
const reopen = async () => {
  await bench.host.stop();
  await bench.open();
};

/** A cell that runs until the file is there; cells behind it append their names to a list. */
async function busy(): Promise<{
  a: CellId;
  b: CellId;
  c: CellId;
  d: CellId;
  last: CellId;
  release: () => Promise<void>;
}> {
  const gate = path.join(folder, 'gate');
  const code = `seen = []\nimport os, time\nprint('in', flush=True)\nwhile not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.02)`;
  const a = bench.source.set('a', code);
  const [b, c, d] = ['b', 'c', 'd'].map((name) => bench.source.set(name, `seen.append('${name}')`)) as [
    CellId,
    CellId,
    CellId,
  ];
  const last = bench.source.set('last', "print(' '.join(seen))");
  await bench.start();
  await bench.run(a, b, c, d, last);
  await bench.when(() => bench.text(a) === 'in\n', 'the cell to be inside');
  const { writeFile } = await import('node:fs/promises');
  return { a, b, c, d, last, release: () => writeFile(gate, '') };
}

describe('what waits', () => {
  it('runs in the order that it was given, also after a restart of this server', async () => {
    const { b, c, d, last, release } = await busy();
    change({ order: [runIdOf(d), runIdOf(c)] });
    expect(waiting()).toEqual([d, c, b, last]);
    await reopen();
    expect(waiting()).toEqual([d, c, b, last]);
    await release();
    await bench.whenFinished(last);
    expect(bench.text(last)).toBe('d c b\n');
  });

  it('is held over a restart of this server, also when the running cell ends meanwhile, and goes on when released', async () => {
    const { a, b, last, release } = await busy();
    change({ held: true });
    await reopen();
    expect(bench.session().held).toMatchObject({ why: 'asked', by: tester });
    await release();
    await bench.whenFinished(a);
    await bench.whenStatus('idle');
    const e = bench.source.set('e', "seen.append('e')");
    await bench.run(e);
    await reopen();
    await bench.whenStatus('idle');
    // Whatever could have left the queue would have left before this answer of the kernel.
    unwrap(await bench.host.help.history(1));
    expect(bench.runOf(b)?.state).toBe('queued');
    change({ held: false });
    await bench.whenFinished(e);
    expect(bench.text(last)).toBe('b c d\n');
  });

  it('goes on after an error when that was chosen, and the choice is kept', async () => {
    const a = bench.source.set('a', '1/0');
    const b = bench.source.set('b', "print('went on')");
    await bench.start();
    change({ stopOnError: false });
    await reopen();
    await bench.whenStatus('idle');
    await bench.runAndWait(a, b);
    expect(bench.runOf(a)?.state).toBe('error');
    expect(bench.text(b)).toBe('went on\n');
    change({ stopOnError: true });
    await bench.runAndWait(a, b);
    expect(bench.runOf(b)?.state).toBe('cancelled');
  });
});

describe('an interrupt', () => {
  it('stops the running cell alone: the rest is held, over a restart too, and goes on when released', async () => {
    const { a, b, c, last } = await busy();
    expect(await bench.host.runs.interrupt(id(), tester)).toBeNull();
    await bench.whenFinished(a);
    expect(bench.runOf(a)?.state).toBe('error');
    expect(bench.outputs(a).at(-1)).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(bench.session()).toMatchObject({ running: null, held: { why: 'interrupted', by: tester } });
    await reopen();
    await bench.whenStatus('idle');
    expect([b, c, last].map((cell) => bench.runOf(cell)?.state)).toEqual(['queued', 'queued', 'queued']);
    change({ held: false });
    await bench.whenFinished(last);
    expect(bench.text(last)).toBe('b c d\n');
  });

  it('of one run holds what waits behind it, and a cleared queue runs what comes next', async () => {
    const { a, b } = await busy();
    expect(await bench.host.runs.cancel(runIdOf(a), tester)).toBeNull();
    await bench.whenFinished(a);
    expect(bench.runOf(b)?.state).toBe('queued');
    expect(bench.host.runs.cancelWaiting(null, tester)).toBe(4);
    expect(bench.session().held).toBeNull();
    await bench.runAndWait(b);
    expect(bench.runOf(b)?.state).toBe('ok');
  });

  it('with nothing behind it holds nothing', async () => {
    const a = bench.source.set('a', "import time\nprint('in', flush=True)\ntime.sleep(60)");
    const b = bench.source.set('b', '1');
    await bench.start();
    await bench.run(a);
    await bench.when(() => bench.text(a) === 'in\n', 'the cell to be inside');
    expect(await bench.host.runs.interrupt(id(), tester)).toBeNull();
    await bench.whenFinished(a);
    await bench.runAndWait(b);
    expect(bench.runOf(b)?.state).toBe('ok');
  });

  it('that the gateway refuses leaves the queue going', async () => {
    const { release, last } = await busy();
    const gateway = bench.gateways.port(gatewayId('test'));
    if (isFault(gateway)) throw new Error(gateway.message);
    const refused = { fault: 'gateway.failed', message: 'no' } as const;
    const interrupt = gateway.interruptKernel.bind(gateway);
    Object.assign(gateway, { interruptKernel: async () => refused });
    expect(await bench.host.runs.interrupt(id(), tester)).toEqual(refused);
    Object.assign(gateway, { interruptKernel: interrupt });
    expect(bench.session().held).toBeNull();
    await release();
    await bench.whenFinished(last);
    expect(bench.text(last)).toBe('b c d\n');
  });
});

describe('a press that comes twice', () => {
  const request = { stateVector: null, by: tester };
  const count = async (cell: CellId) => {
    await bench.whenFinished(cell);
    await bench.when(() => bench.session().queue.length === 0 && bench.session().running === null, 'all to be over');
    const probe = bench.source.set('probe', 'print(n)');
    await bench.runAndWait(probe);
    return bench.text(probe);
  };

  it('on a running cell queues nothing, unless its source is another by now or it is asked for again', async () => {
    const slow = "n = globals().get('n', 0) + 1\nprint('in', flush=True)\nimport time\ntime.sleep(0.5)";
    const a = bench.source.set('a', slow);
    await bench.start();
    await bench.run(a);
    await bench.when(() => bench.text(a) === 'in\n', 'the cell to be inside');
    const running = runIdOf(a);
    const twice = unwrap(await bench.host.runs.request({ cellIds: [a], ...request }));
    expect(twice).toEqual({ runIds: [running], alreadyRunning: [a] });
    expect(bench.session().queue).toEqual([]);
    bench.source.set('a', `${slow}\n# changed`);
    const changed = unwrap(await bench.host.runs.request({ cellIds: [a], ...request }));
    expect(changed.alreadyRunning).toEqual([]);
    expect(bench.session().queue).toEqual(changed.runIds);
    bench.source.set('a', slow);
    // What waits keeps its place, whatever is asked.
    expect(unwrap(await bench.host.runs.request({ cellIds: [a], ...request, again: true })).runIds).toEqual(
      changed.runIds,
    );
    expect(await count(a)).toBe('2\n');
    await bench.run(a);
    const again = unwrap(await bench.host.runs.request({ cellIds: [a], ...request, again: true }));
    expect(bench.session().queue).toEqual(again.runIds);
    expect(await count(a)).toBe('4\n');
  });

  it('on a cell that an earlier server began queues nothing', async () => {
    const { a, release } = await busy();
    bench.host.runs.cancelWaiting(null, tester);
    await reopen();
    expect(unwrap(await bench.host.runs.request({ cellIds: [a], ...request })).alreadyRunning).toEqual([a]);
    await release();
    await bench.whenFinished(a);
  });

  it('sent again under its id gets the same answer and runs once: after the run, after a restart, and at once', async () => {
    const a = bench.source.set('a', "n = globals().get('n', 0) + 1");
    await bench.start();
    const sent = { cellIds: [a], ...request, requestId: requestId('press-1') };
    const [first, second] = await Promise.all([bench.host.runs.request(sent), bench.host.runs.request(sent)]);
    expect(unwrap(second)).toEqual(unwrap(first));
    await bench.whenFinished(a);
    expect(await bench.host.runs.request(sent)).toEqual(first);
    await reopen();
    await bench.whenStatus('idle');
    expect(await bench.host.runs.request(sent)).toEqual(first);
    expect(await count(a)).toBe('1\n');
    await bench.host.runs.request({ ...sent, requestId: requestId('press-2') });
    expect(await count(a)).toBe('2\n');
  });

  it('on a cell that waited, whose answer was lost, does not run it again after it has run', async () => {
    const { a, b, last, release } = await busy();
    const sent = { cellIds: [b], ...request, requestId: requestId('press') };
    const answer = unwrap(await bench.host.runs.request(sent));
    await release();
    await bench.whenFinished(last);
    expect(unwrap(await bench.host.runs.request(sent))).toEqual(answer);
    expect(bench.runOf(a)?.state).toBe('ok');
    await bench.runAndWait(last);
    expect(bench.text(last)).toBe('b c d\n');
  });
});
