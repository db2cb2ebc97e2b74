import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { KernelId } from '#lib/core/ids.ts';
import type { KernelProcesses } from '../port.ts';
import { GpuReader } from './gpu-reader.ts';

/** As gateway-launcher.py writes it. */
const lifeSchema = z.object({
  pid: z.number().int().positive().nullable(),
  exit: z.object({ code: z.number().int(), asked: z.boolean(), at: z.number() }).nullable(),
});

/** At most so many processes of a kernel are added up. */
const mostProcesses = 200;
const pageBytes = 4096;
/** Linux counts CPU time for programs in hundredths of a second. */
const tickMs = 10;

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
    if (pid === null || !existsSync('/proc/meminfo')) return null;
    const taken = takenBy(pid);
    if (taken === null) return null;
    return { kernel: taken.memory, ...memoryOfMachine(), oomKills: oomKills() };
  }

  async usage(kernelId: KernelId): ReturnType<KernelProcesses['usage']> {
    const pid = (await this.#life(kernelId))?.pid ?? null;
    const taken = pid === null || !existsSync('/proc/meminfo') ? null : takenBy(pid);
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

/** What a process and those it started have taken: resident bytes, and CPU time in ms; null when it is gone. */
function takenBy(pid: number): { readonly memory: number; readonly cpuMs: number } | null {
  let memory: number | null = null;
  let cpuMs = 0;
  const open = [pid];
  for (let seen = 0; seen < mostProcesses; seen += 1) {
    const next = open.pop();
    if (next === undefined) break;
    const pages = Number(readProc(`/proc/${next}/statm`).split(' ')[1]);
    // One that has ended and that its parent has not looked at yet has none.
    if (!Number.isFinite(pages) || pages === 0) continue;
    memory = (memory ?? 0) + pages * pageBytes;
    cpuMs += cpuTime(readProc(`/proc/${next}/stat`));
    for (const child of readProc(`/proc/${next}/task/${next}/children`).split(' ')) {
      if (child.trim() !== '') open.push(Number(child));
    }
  }
  return memory === null ? null : { memory, cpuMs };
}

/** Of a process and its children that have ended. The name before it may hold anything, brackets too. */
function cpuTime(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return Number.isFinite(ticks) ? ticks * tickMs : 0;
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

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended, or this system does not tell
  }
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
