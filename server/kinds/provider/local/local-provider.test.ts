import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { WorkersTaken } from '#lib/core/cluster/workers-taken.ts';
import { clusterId } from '#lib/core/ids.ts';
import { isAlive, listInFolder } from '#server/process/process-identity.ts';
import { logText } from '#server/testing/engine-room.ts';
import type { ClusterLaunch, LaunchedCluster, LaunchRequest, Machine, ProviderEffects } from '../port.ts';
import type { EngineCommand, EnginePlan, LocalEngine } from './engine.ts';
import { LocalProvider } from './local-provider.ts';
import { readRecord } from './record.ts';

/** An engine of shell scripts: its head and its workers say by files that they are up. */
const shell = (plan: EnginePlan, folder: string, script: string): EngineCommand => ({
  program: '/bin/sh',
  args: ['-c', script],
  folder,
  env: { PATH: '/usr/bin:/bin', ...plan.environment },
});
const scripts: LocalEngine = {
  label: 'Scripts',
  environment: 'scripts',
  headName: 'head',
  leastMemoryBytes: 1_000_000,
  prepare: () => undefined,
  head: (plan) => shell(plan, plan.folder, 'echo head begins; touch up; exec sleep 600'),
  readHead: ({ folder, token }) =>
    existsSync(join(folder, 'up'))
      ? { place: { address: 'a:1', dashboard: folder }, keys: { token }, headers: {} }
      : null,
  worker: (plan, _head, name) => shell(plan, join(plan.folder, name), 'echo $SAY; touch up; exec sleep 600'),
  workersOf: async ({ place }) =>
    readdirSync(place.dashboard).filter((name) => existsSync(join(place.dashboard, name, 'up'))),
  retire: async () => null,
};

const id = clusterId('one');
const machine: Machine = { cores: 2, memoryBytes: 8e9, freeDiskBytes: 9e9 };
const request: LaunchRequest = {
  id,
  kind: 'dask',
  size: { workers: 2, threads: 1, memoryBytes: 5e8 },
  environment: { SAY: 'worker begins' },
};
let root: string;
let opened: LocalProvider[];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'farfield-provider-')));
  opened = [];
});
afterEach(async () => {
  for (const provider of opened) for (const one of provider.list()) await provider.stop(one);
  rmSync(root, { recursive: true, force: true });
});

function open(
  engine: Partial<LocalEngine> = {},
  ensure?: ProviderEffects['ensureEngine'],
  has = machine,
): LocalProvider {
  const provider = new LocalProvider({
    folder: root,
    effects: { ensureEngine: ensure ?? (async () => ({ python: '' })), now: () => 7, log: () => undefined },
    engines: { dask: { ...scripts, ...engine } },
    measure: () => has,
  });
  opened.push(provider);
  return provider;
}

function must(value: Fault | LaunchedCluster | null): LaunchedCluster {
  if (value === null || isFault(value)) throw new Error(value === null ? 'nothing' : value.message);
  return value;
}

function follow(): { readonly reasons: string[]; readonly launch: ClusterLaunch } {
  const reasons: string[] = [];
  return { reasons, launch: { onReason: (text) => void reasons.push(text) } };
}

it('launches a head and workers, says what it waits for, keeps their logs, and leaves nothing behind', async () => {
  const provider = open();
  const { reasons, launch } = follow();
  const up = must(await provider.launch(request, launch));
  expect(up).toMatchObject({
    place: { address: 'a:1' },
    workers: ['worker-1', 'worker-2'],
    logs: ['head', 'worker-1', 'worker-2'],
    launchedAt: 7,
  });
  expect(reasons.slice(0, 2)).toEqual(['starting the head', 'starting 2 workers']);
  expect(await logText(provider, id, 'head')).toBe('head begins\n');
  expect(await logText(provider, id, 'worker-2')).toBe('worker begins\n');
  expect(await provider.openLog(id, '../../etc/passwd')).toMatchObject({ fault: 'cluster.notFound' });
  expect(statSync(join(root, id)).mode & 0o777).toBe(0o700);
  expect(statSync(join(root, id, 'cluster.json')).mode & 0o777).toBe(0o600);
  expect(provider.list()).toEqual([id]);
  expect(listInFolder(join(root, id))).toHaveLength(3);

  await provider.stop(id);
  expect([listInFolder(join(root, id)), readdirSync(root), provider.list()]).toEqual([[], [], []]);
  expect(await provider.find(id)).toBeNull();
  await provider.stop(id);
});

it('a log that was begun anew is another one, though it has the size of the one before', async () => {
  const provider = open();
  await provider.launch(request);
  const opened = async () => {
    const log = await provider.openLog(id, 'head');
    if (isFault(log)) throw new Error(log.message);
    return { size: log.size, version: log.version };
  };
  const before = await opened();
  expect(await opened()).toEqual(before);
  writeFileSync(join(root, id, 'head.log'), 'HEAD BEGINS\n');
  const after = await opened();
  expect([after.size, after.version === before.version]).toEqual([before.size, false]);
});

it('another process of this server finds it as it is', async () => {
  const up = must(await open().launch(request));
  expect(must(await open().adopt(id))).toEqual(up);
});

it('goes on with a launch that was interrupted', async () => {
  const starting = open({ worker: (plan, _head, name) => shell(plan, join(plan.folder, name), 'exec sleep 600') });
  const going = starting.launch(request);
  while ((readRecord(join(root, id))?.workers.length ?? 0) < 2) await new Promise((done) => setTimeout(done, 20));
  // As if the machine had killed the workers with the server.
  for (const worker of readRecord(join(root, id))?.workers ?? []) process.kill(worker.pid, 'SIGKILL');
  const { reasons, launch } = follow();
  await going;
  expect(must(await open().adopt(id, launch)).workers).toEqual(['worker-3', 'worker-4']);
  expect(reasons[0]).toBe('going on with a start that was interrupted');
});

it('grows and shrinks, the newest first; a worker that has ended is seen, and made good for', async () => {
  const provider = open();
  await provider.launch(request);
  expect(must(await provider.scale(id, 3)).workers).toEqual(['worker-1', 'worker-2', 'worker-3']);
  expect(must(await provider.scale(id, 1)).workers).toEqual(['worker-1']);
  expect(readdirSync(join(root, id)).filter((name) => name.startsWith('worker-'))).toEqual([
    'worker-1',
    'worker-1.log',
  ]);
  const [worker] = readRecord(join(root, id))?.workers ?? [];
  if (worker === undefined) throw new Error('no worker');
  process.kill(worker.pid, 'SIGKILL');
  while (isAlive(worker)) await new Promise((done) => setTimeout(done, 20));
  expect(must(await provider.find(id)).workers).toEqual([]);
  expect(must(await provider.scale(id, 2)).workers).toEqual(['worker-4', 'worker-5']);
});

it('what an engine wrote outside of the folder stays as long as the logs, and is not of the next start', async () => {
  const outside = join(root, 'outside');
  const asked: string[] = [];
  const writes: Partial<LocalEngine> = {
    prepare: () => {
      asked.push(`prepare ${existsSync(outside)}`);
      mkdirSync(outside);
    },
    ended: () => void asked.push('ended'),
    ownLogs: () => outside,
    clear: () => rmSync(outside, { recursive: true, force: true }),
  };
  const provider = open(writes);
  mkdirSync(outside);
  must(await provider.launch(request));
  const head = readRecord(join(root, id))?.head;
  if (head == null) throw new Error('no head');
  process.kill(head.pid, 'SIGKILL');
  while (isAlive(head)) await new Promise((done) => setTimeout(done, 20));
  expect(await provider.find(id)).toMatchObject({ fault: 'cluster.lost', hint: expect.stringContaining(outside) });
  expect([existsSync(outside), asked]).toEqual([true, ['ended', 'prepare false', 'ended']]);
  await provider.stop(id);
  expect(existsSync(outside)).toBe(false);

  const failing = open({ ...writes, head: (plan) => shell(plan, plan.folder, 'exit 1') });
  expect(await failing.launch(request)).toMatchObject({ fault: 'cluster.start' });
  expect(existsSync(outside)).toBe(true);
  await failing.stop(id);
  expect([existsSync(outside), readdirSync(root)]).toEqual([false, []]);
});

it.skipIf(!existsSync('/proc/meminfo'))('measures what each worker and its children take', async () => {
  const busy = 'touch up; (while :; do :; done) & wait';
  const provider = open({ worker: (plan, _head, name) => shell(plan, join(plan.folder, name), busy) });
  must(await provider.launch(request));
  const first = provider.measure(id);
  expect([...first.workers.keys()]).toEqual(['worker-1', 'worker-2']);
  const cpuOf = (taken: WorkersTaken) => taken.workers.get('worker-2')?.cpuMs ?? 0;
  await vi.waitUntil(() => cpuOf(provider.measure(id)) >= cpuOf(first) + 100, { timeout: 20_000 });
  expect(first.workers.get('worker-1')?.memory).toBeGreaterThan(100_000);
  expect(provider.measure(clusterId('none')).workers.size).toBe(0);
});

it('what a worker starts while it ends is ended before its folder goes', async () => {
  const late = 'trap "setsid sleep 600 & exit" TERM; touch up; sleep 600 & wait';
  const provider = open({ worker: (plan, _head, name) => shell(plan, join(plan.folder, name), late) });
  must(await provider.launch(request));
  expect(must(await provider.scale(id, 1)).workers).toEqual(['worker-1']);
  expect(existsSync(join(root, id, 'worker-2'))).toBe(false);
  // The head, and the worker that stays with its child.
  expect(listInFolder(join(root, id))).toHaveLength(3);
});

it('a head that ends is told with its last lines; its workers end, its logs stay until it is removed', async () => {
  const provider = open();
  await provider.launch(request);
  const head = readRecord(join(root, id))?.head;
  if (head == null) throw new Error('no head');
  process.kill(head.pid, 'SIGKILL');
  while (isAlive(head)) await new Promise((done) => setTimeout(done, 20));
  const lost = await provider.find(id);
  expect(lost).toMatchObject({ fault: 'cluster.lost', message: expect.stringContaining('head begins') });
  expect(listInFolder(join(root, id))).toEqual([]);
  expect(await logText(provider, id, 'worker-1')).toBe('worker begins\n');
  await provider.stop(id);
  expect(readdirSync(root)).toEqual([]);
});

it.each<[string, Partial<LocalEngine>, string]>([
  ['a head', { head: (plan) => shell(plan, plan.folder, 'echo port 1 is taken >&2; exit 1') }, 'port 1 is taken'],
  [
    'a worker',
    { worker: (plan, _head, name) => shell(plan, join(plan.folder, name), 'echo wrong Java; exit 1') },
    'wrong Java',
  ],
  ['a program', { head: (plan) => ({ ...shell(plan, plan.folder, ''), program: '/none/such' }) }, 'ended at once'],
])('%s that cannot start is told with its last lines, and nothing runs on', async (_, engine, said) => {
  const provider = open(engine);
  const failed = await provider.launch(request);
  expect(failed).toMatchObject({ fault: 'cluster.start', message: expect.stringContaining(said) });
  expect(listInFolder(join(root, id))).toEqual([]);
  expect(provider.list()).toEqual([id]);
});

it('a disk that is full while it starts or grows leaves no process without a name', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  let room = 1;
  const worker: LocalEngine['worker'] = (...asked) => {
    if ((room -= 1) < 0) throw full;
    return (scripts.worker as NonNullable<LocalEngine['worker']>)(...asked);
  };
  const provider = open({ worker });
  await expect(provider.launch(request)).rejects.toThrow('ENOSPC');
  expect(listInFolder(join(root, id))).toEqual([]);
  await provider.stop(id);
  room = 3;
  must(await provider.launch(request));
  await expect(provider.scale(id, 4)).rejects.toThrow('ENOSPC');
  expect(must(await provider.find(id)).workers).toEqual(['worker-1', 'worker-2']);
  expect(readRecord(join(root, id))?.workers).toHaveLength(2);
});

it('a full disk is told in words', async () => {
  const full = 'echo "OSError: [Errno 28] No space left on device"; exit 1';
  const provider = open({ head: (plan) => shell(plan, plan.folder, full) });
  expect(await provider.launch(request)).toMatchObject({ fault: 'file.noSpace' });
});

it.each<[string, (provider: LocalProvider, stop: AbortController) => void]>([
  ['called off', (_, stop) => stop.abort()],
  ['stopped', (provider) => void provider.stop(id)],
])('a start that is %s answers, and leaves nothing behind', async (_, end) => {
  const stop = new AbortController();
  const provider = open({ worker: (plan, _head, name) => shell(plan, join(plan.folder, name), 'exec sleep 600') });
  const onReason = (text: string): void => {
    if (text === 'starting 2 workers') setTimeout(() => end(provider, stop), 50);
  };
  const answer = await provider.launch(request, { signal: stop.signal, onReason });
  expect(answer).toMatchObject({ fault: 'cluster.startCancelled' });
  expect([listInFolder(join(root, id)), readdirSync(root)]).toEqual([[], []]);
});

it('an engine that cannot be installed says so, and leaves nothing behind', async () => {
  const why = fault('engine.missing', 'no network');
  expect(await open({}, async () => why).launch(request)).toEqual(why);
  expect(readdirSync(root)).toEqual([]);
});

it.each<[string, Partial<LaunchRequest['size']>, Partial<Machine>, string, RegExp]>([
  ['no worker', { workers: 0 }, {}, 'cluster.size', /at least one worker/],
  ['half a worker', { workers: 1.5 }, {}, 'cluster.size', /at least one worker/],
  ['very many', { workers: 65 }, { cores: 64 }, 'cluster.size', /65 workers are more/],
  ['too many threads', { threads: 8 }, {}, 'cluster.size', /2 × 8 threads do not go well on 2 cores/],
  ['too little memory', { memoryBytes: 5e5 }, {}, 'cluster.size', /needs at least 1.0 MB/],
  ['too much memory', { memoryBytes: 5e9 }, {}, 'cluster.size', /2 × 5.0 GB is more memory than this machine has/],
  ['no disk', {}, { freeDiskBytes: 1e6 }, 'file.noSpace', /Only 1.0 MB are free/],
])('impossible: %s', async (_, size, has, code, message) => {
  const provider = open({}, undefined, { ...machine, ...has });
  const refused = await provider.launch({ ...request, size: { ...request.size, ...size } });
  expect(refused).toMatchObject({ fault: code, message: expect.stringMatching(message) });
  expect(readdirSync(root)).toEqual([]);
});

it('what it does not launch, it says', async () => {
  expect(await open().launch({ ...request, kind: 'ray' })).toMatchObject({ fault: 'request.unsupported' });
  expect(await open().scale(id, 2)).toMatchObject({ fault: 'cluster.notFound' });
  expect(await open().adopt(id)).toBeNull();
});

it('a secret lies in files of ours alone', async () => {
  const provider = open();
  const { token } = must(await provider.launch(request)).keys;
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  for (const { pid } of listInFolder(join(root, id))) {
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(token);
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(token);
  }
});
