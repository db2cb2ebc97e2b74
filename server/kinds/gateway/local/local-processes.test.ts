import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { kernelId } from '#lib/core/ids.ts';
import { LocalProcesses } from './local-processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'farfield-processes-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(!existsSync('/proc/meminfo'))('adds up what a process and those it started take', async () => {
  // The shell waits; what it started spins and holds memory.
  const held = 'const kept = Buffer.alloc(80e6, 1); const end = Date.now() + 20e3; while (Date.now() < end) kept[0]++;';
  const shell = spawn('/bin/sh', ['-c', '"$0" -e "$1" & wait', process.execPath, held], { detached: true });
  try {
    writeFileSync(join(folder, 'life-k1.json'), JSON.stringify({ pid: shell.pid, exit: null }));
    const processes = new LocalProcesses(() => folder);
    const until = async (enough: (usage: { cpuMs: number; memory: number }) => boolean) => {
      for (;;) {
        const usage = await processes.usage(kernelId('k1'));
        if (usage !== null && enough(usage)) return usage;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const first = await until(({ memory }) => memory > 80e6);
    const later = await until(({ cpuMs }) => cpuMs >= first.cpuMs + 200);
    expect(later.machine.busyMs - first.machine.busyMs).toBeGreaterThanOrEqual(150);
    expect(await processes.usage(kernelId('k2'))).toBeNull();
  } finally {
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
  }
});
