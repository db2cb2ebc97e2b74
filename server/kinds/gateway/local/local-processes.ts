import { readFile } from 'node:fs/promises';
import { constants, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { KernelId } from '#lib/core/ids.ts';
import { measureTree, readProc } from '#server/process/process-tree.ts';
import type { KernelProcesses } from '../port.ts';
import { GpuReader } from './gpu-reader.ts';

/** As gateway-launcher.py writes it. */
const lifeSchema = z.object({
  pid: z.number().int().positive().nullable(),
  exit: z.object({ code: z.number().int(), asked: z.boolean(), at: z.number() }).nullable(),
});

/** The processes behind the kernels of the embedded gateway, from what its launcher writes and from /proc (Linux). */
export class LocalProcesses implements KernelProcesses {
  readonly #folder: () => string;
  readonly #gpus = new GpuReader();

  /** `folder`: the runtime folder of the gateway. */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  async memory(kernelId: KernelId): ReturnType<KernelProcesses['memory']> {
    const pid = (await this.#life(kernelId))?.pid ?? null;
    const taken = pid === null ? null : measureTree(pid);
    if (taken === null) return null;
    return { kernel: taken.memory, ...memoryOfMachine(), oomKills: oomKills() };
  }

  async usage(kernelId: KernelId): ReturnType<KernelProcesses['usage']> {
    const pid = (await this.#life(kernelId))?.pid ?? null;
    const taken = pid === null ? null : measureTree(pid);
    if (taken === null) return null;
    const times = cpus().map((core) => core.times);
    const busyMs = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0);
    return { ...taken, machine: { cores: times.length, busyMs, memory: memoryOfMachine() } };
  }

  gpus(): ReturnType<KernelProcesses['gpus']> {
    return this.#gpus.last();
  }

  async exit(kernelId: KernelId): ReturnType<KernelProcesses['exit']> {
    const exit = (await this.#life(kernelId))?.exit ?? null;
    if (exit === null) return null;
    const { code, asked, at } = exit;
    const ended = code < 0 ? { code: null, signal: signalName(-code) } : { code, signal: null };
    return { ...ended, asked, at, oomKills: oomKills() };
  }

  async #life(kernelId: KernelId): Promise<z.infer<typeof lifeSchema> | null> {
    if (!/^[\w-]+$/.test(kernelId)) return null;
    try {
      return lifeSchema.parse(JSON.parse(await readFile(join(this.#folder(), `life-${kernelId}.json`), 'utf8')));
    } catch {
      return null; // a gateway of an earlier version, or a kernel that another program started
    }
  }
}

/** Of the machine, or of the limit that was set for this server and what it starts. */
function memoryOfMachine(): { readonly used: number; readonly total: number } {
  const total = totalmem();
  const limit = process.constrainedMemory();
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readProc('/proc/meminfo'))?.[1];
  const available = Math.min(
    kilobytes === undefined ? total : Number(kilobytes) * 1024,
    limit > 0 && limit < total ? process.availableMemory() : total,
  );
  const all = limit > 0 && limit < total ? limit : total;
  return { used: Math.max(0, all - available), total: all };
}

function oomKills(): number | null {
  const count = /^oom_kill (\d+)/m.exec(readProc('/proc/vmstat'))?.[1];
  return count === undefined ? null : Number(count);
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
