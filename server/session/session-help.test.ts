import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import type { RunPayload } from '#lib/protocol/run-payload.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-help-'));
  bench = await new SessionBench(jupyter, folder).open();
  await bench.start();
});
afterAll(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
  await jupyter.stop();
});

it('tells whoever asked for a run what it left, once and beside the log', async () => {
  const told: (readonly [cellId: string, payload: RunPayload])[] = [];
  const stop = bench.host.help.onPayload((run, payload) => told.push([run.cellId, payload]));
  const help = bench.source.set('help', 'len?');
  const next = bench.source.set('next', 'get_ipython().set_next_input("x=1")');
  await bench.runAndWait(help, next);
  expect(told).toMatchObject([
    ['help', { kind: 'page', data: { 'text/plain': expect.stringContaining('len(') } }],
    ['next', { kind: 'nextInput', text: 'x=1', replace: false }],
  ]);
  expect(bench.outputs(help)).toEqual([]);
  for (const name of await readdir(folder)) {
    expect(await readFile(path.join(folder, name), 'latin1')).not.toContain('Return the number of items');
  }
  stop();
  await bench.runAndWait(next);
  expect(told).toHaveLength(2);
});

it('helps while a cell runs, and the kernel stays known as busy', async () => {
  const slow = bench.source.set('slow', 'import os, time\nprint("begun", flush=True)\ntime.sleep(60)');
  await bench.run(slow);
  await bench.when(() => bench.text(slow) !== '' && bench.session().status === 'busy', 'the cell to have begun');
  const states = new Set<string>();
  const stop = bench.host.onChanged(() => states.add(bench.session().status));
  // The first question of a kernel's life may take longer than a person waits.
  let told = await bench.host.help.complete({ code: 'os.getcw', cursor: 8 });
  while (isFault(told) && told.fault === 'kernel.noAnswer')
    told = await bench.host.help.complete({ code: 'os.getcw', cursor: 8 });
  expect(told).toMatchObject({ matches: [{ text: expect.stringContaining('getcwd') }, {}] });
  expect(bench.session().status).toBe('busy');
  expect(bench.runOf(slow)?.state).toBe('running');
  expect([...states]).not.toContain('idle');
  stop();
});
