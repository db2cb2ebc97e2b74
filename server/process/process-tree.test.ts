import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { measureTree } from './process-tree.ts';

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) process.kill(-pid, 'SIGKILL');
});

it.skipIf(!existsSync('/proc/meminfo'))('adds up what a thread of a process has started, too', async () => {
  const held = 'import time; kept = bytearray(90_000_000); time.sleep(60)';
  const starts = `import subprocess, sys, threading
threading.Thread(target=lambda: subprocess.run([sys.executable, '-c', ${JSON.stringify(held)}])).start()`;
  const child = spawn('python3', ['-c', starts], { detached: true, stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('no python3');
  started.push(child.pid);
  const { pid } = child;
  await vi.waitUntil(() => (measureTree(pid)?.memory ?? 0) > 90e6, { timeout: 20_000 });
});

it('tells nothing of a process that is gone', () => {
  expect(measureTree(2 ** 31 - 1)).toBeNull();
});
