import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';
import { IdleCuller } from './idle-culler.ts';

const minute = 60_000;
let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;
let policy: number | null;
/** How far the culler's clock is ahead. */
let ahead: number;
let culler: IdleCuller;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-idle-'));
  bench = await new SessionBench(jupyter, folder).open();
  policy = 60;
  ahead = 0;
  culler = new IdleCuller({
    hosts: () => [bench.host],
    minutes: () => policy,
    effects: {
      now: () => Date.now() + ahead * minute,
      after: () => () => undefined,
      report: (problem) => expect.fail(problem),
    },
  });
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const later = async (minutes: number): Promise<void> => {
  ahead = minutes;
  await culler.sweep();
};
const minutesLeft = () => {
  const { idleEnd } = bench.session();
  return idleEnd === null ? null : Math.round((idleEnd - Date.now()) / minute) - ahead;
};

it('announces the end of an idle kernel, shuts it down, says so, and starts and replays it on request', async () => {
  const a = bench.source.set('a', 'z = 3');
  await bench.start();
  await bench.runAndWait(a);
  await later(54);
  expect(minutesLeft()).toBeNull();
  await later(56);
  expect(minutesLeft()).toBe(5);
  expect(bench.host.views()[0]?.idleEnd).not.toBeNull();
  await later(60);
  expect(bench.session().status).toBe('idle');
  const { kernelId, id } = bench.session().binding;
  await later(61.5);
  expect(bench.session()).toMatchObject({
    status: 'dead',
    reason: 'shut down: idle for 1 h',
    death: { idleMinutes: 60, ran: [a] },
  });
  expect(await bench.gateway().findKernel(kernelId)).toBeNull();
  const z = bench.source.set('z', 'z');
  unwrap(await bench.host.deaths.replay(id, tester));
  await bench.run(z);
  await bench.whenFinished(z);
  expect(bench.outputs(z)).toMatchObject([{ data: { 'text/plain': '3' } }]);
});

it('keeps a kernel that runs, has queued work or waits for input, and one that somebody keeps or uses', async () => {
  const a = bench.source.set('a', "input('still there? ')");
  const b = bench.source.set('b', '1');
  await bench.start();
  await bench.run(a, b);
  await bench.when(() => bench.runOf(a)?.input != null, 'the question');
  await later(600);
  await later(700);
  expect(bench.session()).toMatchObject({ status: 'busy', idleEnd: null });
  const run = bench.runOf(a);
  if (run?.input == null) throw new Error('no question');
  bench.host.inputs.answer({ runId: run.id, inputId: run.input.id, text: 'yes', by: tester });
  await bench.whenFinished(b);
  await later(800);
  expect(minutesLeft()).toBe(5);
  expect(bench.host.idle.keep(bench.session().binding.id, tester)).toBeNull();
  expect(minutesLeft()).toBeNull();
  await later(54);
  expect(minutesLeft()).toBeNull();
  await later(58);
  expect(minutesLeft()).toBe(5);
  await bench.runAndWait(b);
  expect(minutesLeft()).toBeNull();
  policy = null;
  await later(9_999);
  await later(19_999);
  expect(bench.session().status).toBe('idle');
});

it('a policy that is withdrawn withdraws what was announced', async () => {
  await bench.start();
  await later(59);
  expect(minutesLeft()).not.toBeNull();
  policy = null;
  await later(70);
  expect(minutesLeft()).toBeNull();
  expect(bench.session().status).toBe('idle');
});
