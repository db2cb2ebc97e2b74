import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, listDescendants, type ProcessIdentity, signalQuietly } from './process-identity.ts';

/**
 * Processes of ours that outlive us: each leads a session of its own, writes its log into a file, and is known again by
 * its identity, which whoever starts it writes down.
 */
export type DetachedStart = {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** File that its output is added to. */
  readonly log: string;
};

const largestLog = 5 * 1024 * 1024;

/** Starts it. It may also end at once; one that could not be started at all counts as ended. */
export function startDetached(start: DetachedStart): {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<void>;
} {
  const log = openLog(start.log);
  const child = spawn(start.program, start.args, {
    cwd: start.folder,
    detached: true,
    // Next's types demand NODE_ENV of every environment; a child that is no Node has no use for it.
    env: start.env as NodeJS.ProcessEnv,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.unref();
  const identity = child.pid === undefined ? null : identify(child.pid);
  return { identity: identity ?? { pid: child.pid ?? 2 ** 31, birth: '' }, ended };
}

/** Ends it and what it started, by asking first. `children`: those to end with it, where they were listed before. */
export async function endProcess(
  process: ProcessIdentity,
  termLimitMs: number,
  children: readonly ProcessIdentity[] = listDescendants(process.pid),
): Promise<void> {
  if (isAlive(process)) {
    signalQuietly(process.pid, 'SIGTERM');
    await untilDead(process, termLimitMs);
  }
  if (isAlive(process)) signalQuietly(-process.pid, 'SIGKILL');
  // Some have process groups of their own; those that ignored the polite way end here.
  for (const child of children) if (isAlive(child)) signalQuietly(child.pid, 'SIGKILL');
}

export async function untilDead(process: ProcessIdentity, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (isAlive(process) && performance.now() < deadline) await sleep(50);
}

/** The user's environment without what belongs to this server and to npm. */
export function inheritedEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const ours =
    /^(FARFIELD_|NODE_|npm_|NEXT_|NEXTAUTH_|__NEXT|TURBOPACK|VITEST|PLAYWRIGHT_)|^(DATABASE_URL|INIT_CWD|TEST|VITE_.*)$/;
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !ours.test(name)) kept[name] = value;
  }
  const path = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => basename(entry) !== 'node-gyp-bin' && !entry.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
  return { ...kept, PATH: path };
}

/** The last lines of a log, for a person to read. */
export function readLogTail(path: string, most = { bytes: 4_000, lines: 12 }): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return ''; // it has not said anything yet
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, most.bytes));
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, read).toString('utf8').trim().split('\n').slice(-most.lines).join('\n');
  } finally {
    closeSync(file);
  }
}

/** Whole or not at all, and for our own eyes. */
export function writePrivately(path: string, value: object): void {
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > largestLog) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
