import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that cannot be confused with a later one of the same number. */
export type ProcessIdentity = { readonly pid: number; readonly birth: string };

/** The identity of a living process; null when there is none (a zombie has ended). */
export function identify(pid: number): ProcessIdentity | null {
  const birth = process.platform === 'linux' ? birthFromProc(pid) : birthFromPs(pid);
  return birth === null ? null : { pid, birth };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.birth === identity.birth;
}

/** Children, grandchildren and so on of a process, at this instant. Linux only; elsewhere none. */
export function listDescendants(pid: number): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const boot = bootId();
  const children = new Map<number, ProcessIdentity[]>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat === null) continue;
    const siblings = children.get(stat.parent) ?? [];
    siblings.push({ pid: Number(name), birth: `${boot}/${stat.birth}` });
    children.set(stat.parent, siblings);
  }
  const found: ProcessIdentity[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

/** Processes of this user that work in a folder or below it. Linux only; elsewhere none. */
export function listInFolder(folder: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    const current = /^\d+$/.test(name) ? currentFolderOf(name) : null;
    const found = current === folder || current?.startsWith(`${folder}/`) === true ? identify(Number(name)) : null;
    return found === null ? [] : [found];
  });
}

/** Sends a signal unless the process, or the group (negative pid), is gone already. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}

function currentFolderOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // it ended, or is somebody else's
  }
}

function birthFromProc(pid: number): string | null {
  const stat = readStat(pid);
  return stat === null ? null : `${bootId()}/${stat.birth}`;
}

/** Start times count from boot: the same number may come again after the next one. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function readStat(pid: number): { readonly parent: number; readonly birth: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses itself; fields are counted after its last one.
    const [state, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Field 22 of proc(5), in clock ticks since boot.
    const birth = rest[17];
    if (birth === undefined || state === 'Z' || state === 'X') return null;
    return { parent: Number(parent), birth };
  } catch {
    return null; // it ended
  }
}

function birthFromPs(pid: number): string | null {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' ? null : text;
  } catch {
    return null; // ps exits with 1 when there is no such process
  }
}
