import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Faults of the real system, for those tests that can have them: each `lacks…` answers what this machine is missing for
 * it, in words for “not run: needs …”, or null.
 */

/** Whether a process is there and no zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Stops a process without its notice; disposing of the answer lets it go on. */
export function freeze(pid: number): Disposable {
  process.kill(pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => void (isRunning(pid) && process.kill(pid, 'SIGCONT')) };
}

export function lacksMounts(): string | null {
  const probe = ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()];
  return spawnSync('unshare', probe, { stdio: 'ignore' }).status === 0
    ? null
    : 'unshare and the right to mount a tmpfs';
}

/**
 * A command prefix that runs a program with a small disk of its own at `folder`, seen by that program alone. From
 * outside it lies below `/proc/<pid>/root`.
 */
export function withSmallDisk(folder: string, bytes: number): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = 'mount -t tmpfs -o mode=700,size="$1" tmpfs "$2" && shift 2 && exec "$@"';
  return ['unshare', '-rm', 'sh', '-c', script, 'sh', String(bytes), folder];
}

export function lacksStrace(): string | null {
  if (spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) return 'strace';
  const child = spawn('sleep', ['5'], { stdio: 'ignore' });
  const traced = spawnSync('timeout', ['0.5', 'strace', '-qq', '-p', String(child.pid), '-o', '/dev/null']);
  child.kill('SIGKILL');
  return /not permitted/i.test(traced.stderr.toString()) ? 'the right to trace processes' : null;
}

/** Every fsync of a running process fails with EIO until this is disposed of. */
export async function failFsync(pid: number): Promise<AsyncDisposable> {
  const calls = 'fsync,fdatasync';
  const args = ['-f', '-p', String(pid), '-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`, '-o', '/dev/null'];
  const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(tracer.stderr, 'data');
  return {
    [Symbol.asyncDispose]: async () => {
      tracer.kill('SIGINT');
      if (tracer.exitCode === null && tracer.signalCode === null) await once(tracer, 'exit');
    },
  };
}

const cgroups = '/sys/fs/cgroup/memory';

export function lacksMemoryGroup(): string | null {
  try {
    rmdirSync(mkdtempSync(join(cgroups, 'farfield-probe-')));
    return null;
  } catch {
    return 'the right to make a memory cgroup (v1)';
  }
}

/** A command prefix that runs a program, in its own process, with at most this much memory: the system kills it above. */
export function withLittleMemory(bytes: number): { readonly prefix: readonly string[] } & Disposable {
  const group = mkdtempSync(join(cgroups, 'farfield-test-'));
  writeFileSync(join(group, 'memory.limit_in_bytes'), String(bytes));
  return {
    prefix: ['sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'sh'],
    [Symbol.dispose]: () => {
      if (readFileSync(join(group, 'cgroup.procs'), 'utf8') === '') rmdirSync(group);
    },
  };
}

/** A command prefix under which allocations above this much address space fail, as `ulimit -v`. */
export function withLittleAddressSpace(bytes: number): readonly string[] {
  return ['sh', '-c', `ulimit -v ${Math.floor(bytes / 1024)} && exec "$@"`, 'sh'];
}

export function lacksPrlimit(): string | null {
  return spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0 && existsSync('/proc/self/fd')
    ? null
    : 'prlimit';
}

/** No file descriptor is left for a running process, until this is disposed of. What it has open it keeps. */
export function exhaustDescriptors(pid: number): Disposable {
  const before = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? '1024';
  const set = (soft: string) => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${soft}:`]);
  // The limit is one of numbers, not of how many: none above those of the standard streams may be given out.
  set('3');
  return { [Symbol.dispose]: () => void (isRunning(pid) && set(before)) };
}
