import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** Share of all cores in use over `ms`, 0…1; NaN where the system does not tell. */
export async function busyShare(ms: number): Promise<number> {
  const before = readTimes();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = readTimes();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

export const loadAverage = (): number => loadavg()[0] ?? Number.NaN;

/** Resident memory of one process, bytes. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;
}

/** Most resident memory of one process since `forgetPeak`, bytes. */
export function peakBytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;
}

/** The kernel's own mark of the most begins anew (proc(5), clear_refs: 5). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

const ticksPerSecond = 100;

/** Processor time that a process has used, of itself and its threads. */
export function cpuSeconds(pid: number): number {
  // The name in parentheses may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').map(Number) ?? [];
  return ((fields[11] ?? Number.NaN) + (fields[12] ?? Number.NaN)) / ticksPerSecond;
}

function readTimes(): { idle: number; all: number } {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  return { idle: (fields[3] ?? 0) + (fields[4] ?? 0), all: fields.slice(0, 8).reduce((sum, one) => sum + one, 0) };
}
