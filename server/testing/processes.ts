import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ProcessIdentity } from '#server/process/process-identity.ts';

/** What Linux tells of running processes, each of which may end at any moment. */

/** The arguments of a process, or its environment; nothing of one that has ended. */
export const toldOf = (pid: number, what: 'cmdline' | 'environ'): string =>
  orElse('', () => readFileSync(`/proc/${pid}/${what}`, 'utf8'));

/** Addresses at which these processes listen, as the system has them (`0100007F` is 127.0.0.1). */
export function listeningHosts(processes: readonly ProcessIdentity[]): Set<string> {
  const openOf = (pid: number): readonly string[] => orElse([], () => readdirSync(`/proc/${pid}/fd`));
  const target = (pid: number, name: string): string => orElse('', () => readlinkSync(`/proc/${pid}/fd/${name}`));
  const inodes = new Set(
    processes.flatMap(({ pid }) =>
      openOf(pid).flatMap((name) => /^socket:\[(\d+)\]$/.exec(target(pid, name))?.[1] ?? []),
    ),
  );
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1),
  );
  const listening = rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[3] === '0A' && inodes.has(row[9] ?? ''));
  return new Set(listening.map((row) => row[1]?.split(':')[0] ?? ''));
}

function orElse<Value>(other: Value, read: () => Value): Value {
  try {
    return read();
  } catch {
    return other;
  }
}
