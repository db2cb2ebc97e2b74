import { statSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { renderOutput } from '#lib/core/notebook/render-cell.ts';
import { hasStoredValues } from '#lib/core/session/stored-values.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import { Journal } from './journal.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-values-host-'));
  bench = await new SessionBench(jupyter, folder).open();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const letters = 2_000_000;
const show = (count: number) =>
  `from IPython.display import display\nfor i in range(${count}):\n` +
  `    display({'image/png': chr(65 + i % 26) * ${letters}, 'text/plain': f'<{i}>'}, raw=True)`;
const weigh = (cell: Parameters<SessionBench['outputs']>[0]) =>
  bench.outputs(cell).reduce((sum, output) => sum + weighOutput(output), 0);
const journalBytes = async () => (await stat(path.join(folder, 'journal'))).size;

it('what a cell displays leaves memory and journal, and is whole in file, page and the next process', async () => {
  const a = bench.source.set('a', show(4));
  await bench.start();
  await bench.runAndWait(a);
  await bench.when(() => bench.outputs(a).every(hasStoredValues), 'the values to be stored');
  expect(weigh(a)).toBeLessThan(2_000);
  // Compacted with the end of the run.
  expect(await journalBytes()).toBeLessThan(64 * 1024);

  const file = bench.host.fileOutputs(a, bench.host.results(a) ?? { outputs: [], executionCount: null });
  const expected = Array.from({ length: 4 }, (_, n) => ({
    data: { 'image/png': String.fromCharCode(65 + n).repeat(letters), 'text/plain': `<${n}>` },
    metadata: {},
    output_type: 'display_data',
  }));
  expect(JSON.stringify(file.map((output) => renderOutput(output, false))) === JSON.stringify(expected)).toBe(true);

  await bench.host.stop();
  await bench.open();
  expect(bench.host.recovered).toBe(true);
  expect(weigh(a)).toBeLessThan(2_000);
  const shown = (await bench.host.feed.read([a])).cells[0]?.outputs ?? [];
  const names = shown.map((output) => /images\/(\w+)\?/.exec(JSON.stringify(output))?.[1] ?? '');
  for (const [n, name] of names.entries()) {
    const image = await bench.host.feed.image(a, name);
    const bytes = image !== null && !isFault(image) ? image.bytes : Buffer.alloc(0);
    // Compared as a whole: the words of a difference would be as long.
    expect(bytes.equals(Buffer.from(expected[n]?.data['image/png'] ?? '', 'base64')), name).toBe(true);
  }
});

it('a cell that shows one picture after another is bounded while it runs', { timeout: 60_000 }, async () => {
  const a = bench.source.set('a', show(20));
  await bench.start();
  let most = 0;
  const off = bench.host.onChanged(() => (most = Math.max(most, weigh(a))));
  await bench.runAndWait(a);
  off();
  expect(bench.outputs(a)).toHaveLength(20);
  expect(most).toBeGreaterThan(letters);
  expect(most).toBeLessThan(16 * 1024 * 1024);
});

it('what another process left in memory leaves it without anything happening', async () => {
  const a = bench.source.set('a', 'pass');
  await bench.start();
  await bench.runAndWait(a);
  await bench.host.stop();
  const journal = new Journal(folder, { now: Date.now, report: () => undefined, snapshot: () => [] }, () => undefined);
  const output = (n: number) => ({
    output_type: 'display_data' as const,
    data: { 'image/png': `${n % 10}`.repeat(letters) },
    metadata: {},
  });
  const run = bench.runOf(a);
  if (run === null) throw new Error('nothing ran');
  journal.append(
    Array.from({ length: 20 }, (_, n) => ({
      type: 'OutputArrived' as const,
      at: 1,
      by: tester,
      runId: run.id,
      output: output(n),
    })),
    () => [],
  );
  journal.close({ remove: false });
  await bench.open();
  expect(weigh(a)).toBeGreaterThan(letters);
  await bench.when(() => bench.outputs(a).every(hasStoredValues), 'the values to be stored');
  await bench.when(() => statSync(path.join(folder, 'journal')).size < 64 * 1024, 'the journal to be compacted');
});
