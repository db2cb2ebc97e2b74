import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState, type Run } from '#lib/core/session/state.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';
import type { Batch } from './broadcast.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-host-'));
  bench = await new SessionBench(jupyter, folder).open();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const never = (): never => {
  throw new Error('the cell has no results');
};
const countingLines = (count: number, pause: number): string =>
  `import time\nfor i in range(${count}):\n    print('line', i, flush=True)\n    time.sleep(${pause})`;
const linesOf = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('');

describe('a session on a real Jupyter Server', () => {
  it('runs cells in order with counts, results and times', async () => {
    const a = bench.source.set('a', 'x = 20\nx + 1');
    const b = bench.source.set('b', 'x * 2');
    await bench.start();
    await bench.runAndWait(a, b);
    expect(bench.outputs(a)).toMatchObject([
      { output_type: 'execute_result', data: { 'text/plain': '21' }, execution_count: 1 },
    ]);
    expect(bench.outputs(b)).toMatchObject([{ output_type: 'execute_result', data: { 'text/plain': '40' } }]);
    expect(bench.host.results(b)?.executionCount).toBe(2);
    expect(bench.runOf(a)).toMatchObject({ state: 'ok', by: tester });
  });

  it('refuses without a session, for unknown cells and for Markdown', async () => {
    const a = bench.source.set('a', '1');
    const text = bench.source.set('t', '# hello', 'markdown');
    const request = { stateVector: null, by: tester };
    expect(await bench.host.runs.request({ cellIds: [a], ...request })).toMatchObject({ fault: 'session.none' });
    await bench.start();
    expect(await bench.host.runs.request({ cellIds: [text], ...request })).toMatchObject({ fault: 'cell.notCode' });
    bench.source.delete('a');
    expect(await bench.host.runs.request({ cellIds: [a], ...request })).toMatchObject({ fault: 'cell.notFound' });
  });

  it('keeps streams apart, merges each, shows an error once and cancels what waits', async () => {
    const a = bench.source.set(
      'a',
      "import sys\nprint('one')\nprint('two')\nsys.stdout.flush()\nprint('oh', file=sys.stderr)",
    );
    const b = bench.source.set('b', '1/0');
    const c = bench.source.set('c', "print('never')");
    await bench.start();
    await bench.runAndWait(a, b, c);
    expect(bench.outputs(a)).toMatchObject([
      { output_type: 'stream', name: 'stdout', text: 'one\ntwo\n', lines: 2 },
      { output_type: 'stream', name: 'stderr', text: 'oh\n', lines: 1 },
    ]);
    expect(bench.outputs(b)).toMatchObject([{ output_type: 'error', ename: 'ZeroDivisionError' }]);
    expect(bench.runOf(b)?.state).toBe('error');
    expect(bench.runOf(c)).toMatchObject({ state: 'cancelled', startedAt: null });
  });

  it('an empty cell ends at once without a count', async () => {
    const a = bench.source.set('a', '  \n');
    await bench.start();
    await bench.runAndWait(a);
    expect(bench.runOf(a)?.state).toBe('ok');
    expect(bench.host.results(a)).toMatchObject({ outputs: [], executionCount: null });
  });

  it('updates displays in other cells and clears outputs, at once and waiting', async () => {
    const a = bench.source.set('a', "h = display('first', display_id=True)");
    const b = bench.source.set('b', "h.update('second')");
    const c = bench.source.set(
      'c',
      "from IPython.display import clear_output\nprint('gone', flush=True)\nclear_output()\nprint('kept', flush=True)\nclear_output(wait=True)",
    );
    const d = bench.source.set('d', "print('gone', flush=True)\nclear_output(wait=True)\nprint('there')");
    await bench.start();
    await bench.runAndWait(a, b, c, d);
    expect(bench.outputs(a)).toMatchObject([{ output_type: 'display_data', data: { 'text/plain': "'second'" } }]);
    expect(bench.outputs(b)).toEqual([]);
    expect(bench.text(c)).toBe('kept\n');
    expect(bench.outputs(d)).toMatchObject([{ output_type: 'stream', text: 'there\n', lines: 1 }]);
  });

  it('restarts: cancels, keeps outputs, and runs again in a fresh namespace', async () => {
    const a = bench.source.set('a', "y = 1\nimport time\nprint('in', flush=True)\ntime.sleep(60)");
    const b = bench.source.set('b', "print('y' in globals())");
    await bench.start();
    await bench.run(a, b);
    await bench.when(() => bench.text(a) === 'in\n', 'the cell to be inside');
    expect(await bench.host.kernels.restart(bench.session().binding.id, tester)).toBeNull();
    expect(bench.runOf(a)?.state).toBe('cancelled');
    expect(bench.runOf(b)?.state).toBe('cancelled');
    expect(bench.text(a)).toBe('in\n');
    await bench.whenStatus('idle');
    await bench.runAndWait(b);
    expect(bench.text(b)).toBe('False\n');
    expect(bench.host.results(b)?.executionCount).toBe(1);
  });

  it('a kernel that kills itself loses the running cell; the gateway starts it anew', async () => {
    const a = bench.source.set(
      'a',
      "import os, signal\nprint('in', flush=True)\nimport time; time.sleep(0.3)\nos.kill(os.getpid(), signal.SIGKILL)",
    );
    const b = bench.source.set('b', '6 * 7');
    await bench.start();
    await bench.run(a, b);
    await bench.whenFinished(a);
    expect(bench.runOf(a)).toMatchObject({ state: 'lost', reason: 'the kernel died' });
    expect(bench.text(a)).toBe('in\n');
    expect(bench.runOf(b)?.state).toBe('cancelled');
    await bench.whenStatus('idle');
    await bench.runAndWait(b);
    expect(bench.outputs(b)).toMatchObject([{ data: { 'text/plain': '42' } }]);
    // The gateway looks for dead kernels every few seconds, and starts another one beside busy tests.
  }, 90_000);

  it('a kernel that is shut down elsewhere is dead, and says so to the next run', async () => {
    const a = bench.source.set('a', '1');
    await bench.start();
    const { kernelId } = bench.session().binding;
    const gateway = bench.gateways.port(bench.session().binding.gatewayId);
    if ('fault' in gateway) throw new Error(gateway.message);
    expect(await gateway.shutdownKernel(kernelId)).toBeNull();
    await bench.whenStatus('dead');
    expect(await bench.host.runs.request({ cellIds: [a], stateVector: null, by: tester })).toMatchObject({
      fault: 'kernel.dead',
    });
  });

  it('a restarted server gets every line once, also those printed while it was gone', async () => {
    const a = bench.source.set('a', countingLines(40, 0.05));
    const b = bench.source.set('b', "print('after')");
    await bench.start();
    await bench.run(a, b);
    await bench.when(() => bench.text(a).includes('line 5\n'), 'some lines');
    await bench.host.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await bench.open();
    expect(bench.host.recovered).toBe(true);
    expect(bench.session().status).toBe('reconnecting');
    expect(bench.runOf(b)?.state).toBe('queued');
    await bench.whenFinished(b);
    expect(bench.text(a)).toBe(linesOf(40));
    expect(bench.runOf(a)?.state).toBe('ok');
    expect(bench.text(b)).toBe('after\n');
  });

  it('stopped and started five times while a kernel prints 200 lines a second: every line once', async () => {
    const a = bench.source.set('a', countingLines(1_000, 0.005));
    await bench.start();
    await bench.run(a);
    await bench.when(() => bench.text(a).includes('line 5\n'), 'some lines');
    for (let restart = 0; restart < 5; restart += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300 + 7 * restart));
      await bench.host.stop();
      await bench.open();
    }
    await bench.whenFinished(a);
    expect(bench.text(a)).toBe(linesOf(1_000));
    expect(bench.outputs(a)).toHaveLength(1);
    expect(bench.runOf(a)?.state).toBe('ok');
  });

  it('a run that ended while the server was gone is known to be over', async () => {
    const a = bench.source.set('a', countingLines(10, 0.05));
    await bench.start();
    await bench.run(a);
    await bench.when(() => bench.text(a).includes('line 2\n'), 'some lines');
    await bench.host.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await bench.open();
    await bench.whenFinished(a);
    expect(bench.text(a)).toBe(linesOf(10));
    expect(bench.runOf(a)?.state).toBe('ok');
  });

  it('a run whose end went to another client is lost, with its reason, and the next one runs', async () => {
    const a = bench.source.set('a', countingLines(10, 0.05));
    const b = bench.source.set('b', "print('after')");
    await bench.start();
    await bench.run(a, b);
    await bench.when(() => bench.text(a).includes('line 2\n'), 'some lines');
    const { kernelId, gatewayId } = bench.session().binding;
    await bench.host.stop();
    const gateway = bench.gateways.port(gatewayId);
    if ('fault' in gateway) throw new Error(gateway.message);
    // Another session id makes the gateway throw away what it kept for ours.
    const opened = Promise.withResolvers<void>();
    const other = gateway.connect(kernelId, 'another-client', {
      message: () => undefined,
      status: () => undefined,
      connection: (state) => state === 'connected' && opened.resolve(),
    });
    await opened.promise;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    other.close();
    await bench.open();
    await bench.whenFinished(b);
    expect(bench.runOf(a)).toMatchObject({ state: 'lost', reason: 'its end was not received; output may be missing' });
    expect(bench.text(b)).toBe('after\n');
    // All lines are there or counted; what the other client asked, with its answers, was not heard either.
    const marker = bench
      .outputs(a)
      .map(readMarker)
      .find((one) => one !== null);
    const shown = bench.text(a).split('\n').length - 1;
    expect(marker).toMatchObject({ kind: 'gap', cause: 'server' });
    expect(marker?.kind === 'gap' ? marker.messages : 0).toBeGreaterThanOrEqual(10 - shown);
    expect(bench.outputs(b).map(readMarker)).toEqual([null]);
  });

  it('a kernel that is gone at the next start leaves its run lost and its output there', async () => {
    const a = bench.source.set('a', countingLines(200, 0.05));
    await bench.start();
    await bench.run(a);
    await bench.when(() => bench.text(a).includes('line 2\n'), 'some lines');
    const { kernelId, gatewayId } = bench.session().binding;
    await bench.host.stop();
    const gateway = bench.gateways.port(gatewayId);
    if ('fault' in gateway) throw new Error(gateway.message);
    unwrap(await gateway.shutdownKernel(kernelId));
    await bench.open();
    await bench.whenStatus('dead');
    expect(bench.runOf(a)?.state).toBe('lost');
    expect(bench.text(a).startsWith('line 0\nline 1\nline 2\n')).toBe(true);
  });

  it('followers see what the host knows: from the start, later, and from a cursor', async () => {
    const a = bench.source.set('a', countingLines(20, 0.01));
    await bench.start();
    const batches: Batch[] = [];
    const first = await bench.host.feed.follow(null, (batch) => batches.push(batch));
    expect(first.reply.reset).toBe(true);
    await bench.runAndWait(a);
    const resumed = await bench.host.feed.follow(first.reply.next, () => undefined);
    const fresh = await bench.host.feed.follow({ generation: 1, seq: 0 }, () => undefined);
    expect(resumed.reply.reset).toBe(false);
    expect(fresh.reply.reset).toBe(true);
    const base = replaySession(emptyRunState, first.reply.events);
    expect(
      replaySession(
        base,
        batches.flatMap((batch) => [...batch.events]),
      ),
    ).toEqual(followed(bench.host.state()));
    expect(replaySession(base, resumed.reply.events)).toEqual(followed(bench.host.state()));
    expect(replaySession(emptyRunState, fresh.reply.events)).toEqual(followed(bench.host.state()));
    let at = first.reply.next;
    for (const batch of batches) {
      expect(batch.from).toEqual(at);
      at = batch.next;
    }
    expect(at).toEqual(resumed.reply.next);
  });

  it('a long text: whole in memory and blobs, and the file is written again when the run that was cut in it ends', async () => {
    const a = bench.source.set('a', 'for i in range(300_000): print(i)\nimport time\ntime.sleep(1)');
    await bench.start();
    await bench.run(a);
    const output = () => {
      const [first] = bench.outputs(a);
      return first?.output_type === 'stream' ? first : undefined;
    };
    await bench.when(() => output()?.lines === 300_000, 'all lines');
    const open = bench.host.results(a);
    const kinds = () => bench.host.fileOutputs(a, bench.host.results(a) ?? never()).map((one) => one.output_type);
    expect([open?.outputs.length, kinds()]).toEqual([1, ['stream', 'display_data', 'stream']]);
    let told = 0;
    bench.host.onChanged(() => (told += 1));
    await bench.whenFinished(a);
    expect([told > 0, kinds()]).toEqual([true, ['stream']]);
    const [whole] = bench.host.fileOutputs(a, bench.host.results(a) ?? never());
    const lines = Array.from({ length: 300_000 }, (_, n) => `${n}\n`).join('');
    expect(whole?.output_type === 'stream' && whole.text === lines).toBe(true);
    expect(output()?.text.length).toBeLessThan(1_400_000);
  });

  it('cancels waiting runs alone', async () => {
    const a = bench.source.set('a', 'import time; time.sleep(0.5)');
    const b = bench.source.set('b', '1');
    await bench.start();
    await bench.run(a, b);
    expect(bench.host.runs.cancelWaiting([runId('unknown')], tester)).toBe(0);
    expect(bench.host.runs.cancelWaiting(null, tester)).toBe(1);
    await bench.whenFinished(a);
    expect(bench.runOf(a)?.state).toBe('ok');
    expect(bench.runOf(b)?.state).toBe('cancelled');
  });
});

/** What followers are told: all but the code that was sent and the numbers of the kernel's messages. */
function followed(state: NotebookRunState): NotebookRunState {
  const without = <Of extends Run | null>(run: Of): Of => (run === null ? run : { ...run, source: null });
  return {
    answered: new Map(),
    cells: new Map([...state.cells].map(([id, cell]) => [id, { ...cell, run: without(cell.run) }])),
    runs: new Map([...state.runs].map(([id, run]) => [id, without(run)])),
    sessions: new Map([...state.sessions].map(([id, session]) => [id, { ...session, heard: [] }])),
  };
}
