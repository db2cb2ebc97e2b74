import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CellId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;
beforeAll(async () => {
  jupyter = await startJupyter({ limiter: true });
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-limiter-'));
  bench = await new SessionBench(jupyter, folder).open();
  await bench.start();
});
afterAll(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await jupyter.stop();
  await rm(folder, { recursive: true, force: true });
});

const lines = 400;
/** One message per line, of 20 kB each: the limiter lets pass about 3 MB in 3 s. */
const printing = (after = '') =>
  `import sys, time
for i in range(${lines}):
    sys.stdout.write(f'line {i} ' + 'x' * 20_000 + '\\n')
    sys.stdout.flush()
${after}`;

const shown = (cell: CellId) =>
  bench.outputs(cell).reduce((sum, output) => sum + (output.output_type === 'stream' ? (output.lines ?? 0) : 0), 0);
const markers = (cell: CellId) =>
  bench
    .outputs(cell)
    .map(readMarker)
    .filter((marker) => marker !== null);
const dropped = (cell: CellId) =>
  markers(cell).reduce((sum, marker) => sum + (marker.kind === 'limited' ? (marker.messages ?? 0) : 0), 0);

it('the limiter of a Jupyter Server is marked in the cell, with what lifts it and how many messages it dropped', async () => {
  const cell = bench.source.set('a', printing());
  await bench.runAndWait(cell);
  expect(shown(cell)).toBeLessThan(lines);
  // The reply may come after the idle: then it is counted for a moment.
  await bench.when(() => shown(cell) + dropped(cell) === lines, 'all lines to be shown or counted');
  expect(markers(cell)[0]).toMatchObject({
    kind: 'limited',
    setting: expect.stringContaining('--ZMQChannelsWebsocketConnection.limit_rate=False'),
    limit: expect.stringContaining('(bytes/sec)'),
  });
  expect(new Set(markers(cell).map(({ kind }) => kind))).toEqual(new Set(['limited']));
  expect(bench.text(cell)).not.toContain('rate exceeded');
  expect(bench.runOf(cell)?.state).toBe('ok');
});

it('what is said after the limiter has let go again comes after the mark', async () => {
  const cell = bench.source.set('b', printing("time.sleep(6)\nprint('after', flush=True)"));
  await bench.runAndWait(cell);
  await bench.when(() => shown(cell) + dropped(cell) === lines + 1, 'all lines to be shown or counted');
  const kinds = bench.outputs(cell).map((output) => readMarker(output)?.kind ?? output.output_type);
  expect(kinds.slice(0, 2)).toEqual(['stream', 'limited']);
  expect(kinds.at(-1)).toBe('stream');
  expect(bench.text(cell).endsWith('after\n')).toBe(true);
});

it('a cell that writes the same words to stderr is not taken for the limiter', async () => {
  const words = 'IOPub message rate exceeded.\\nServerApp.iopub_msg_rate_limit=1 (msgs/sec)';
  const cell = bench.source.set('c', `import sys\nprint('${words}', file=sys.stderr, flush=True)`);
  await bench.runAndWait(cell);
  expect(bench.outputs(cell).map(({ output_type: type }) => type)).toEqual(['stream']);
});
