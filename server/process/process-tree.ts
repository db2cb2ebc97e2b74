import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a process and those it started take, from /proc (Linux). */

/** At most so many processes are added up. */
const mostProcesses = 200;
const pageBytes = 4096;
/** Linux counts CPU time for programs in hundredths of a second. */
const tickMs = 10;

/** `memory`: resident bytes, what they share counted once; `cpuMs`: CPU time since each began, those that have ended and were waited for included. */
export type ProcessTree = { readonly memory: number; readonly cpuMs: number };

/** Null: it is gone, or this system does not tell. */
export function measureTree(pid: number): ProcessTree | null {
  if (!existsSync('/proc/meminfo')) return null;
  let own: number | null = null;
  let shared = 0;
  let cpuMs = 0;
  const open = [pid];
  for (let seen = 0; seen < mostProcesses; seen += 1) {
    const next = open.pop();
    if (next === undefined) break;
    // Resident pages, and those of them that are of files or of memory that several have mapped (proc(5), statm).
    const [, pages = Number.NaN, common = 0] = readProc(`/proc/${next}/statm`).split(' ').map(Number);
    // One that has ended and that its parent has not looked at yet has none.
    if (!Number.isFinite(pages) || pages === 0) continue;
    own = (own ?? 0) + (pages - common) * pageBytes;
    shared = Math.max(shared, common * pageBytes);
    cpuMs += cpuTime(readProc(`/proc/${next}/stat`));
    open.push(...childrenOf(next));
  }
  return own === null ? null : { memory: own + shared, cpuMs };
}

/** Each thread lists those that it started itself. */
function childrenOf(pid: number): readonly number[] {
  return listProc(`/proc/${pid}/task`).flatMap((thread) =>
    readProc(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .flatMap((child) => (child.trim() === '' ? [] : [Number(child)])),
  );
}

/** Of a process and its children that have ended. The name before it may hold anything, brackets too. */
function cpuTime(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return Number.isFinite(ticks) ? ticks * tickMs : 0;
}

function listProc(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // as below
  }
}

/** A file of /proc; empty: what it tells of has ended, or this system does not tell. */
export function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // said above
  }
}
