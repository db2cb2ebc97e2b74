import { randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import type { WorkersTaken } from '#lib/core/cluster/workers-taken.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import { type ClusterKind, clusterKindSchema } from '#lib/core/cluster/kind.ts';
import { readLogTail } from '#server/process/detached-process.ts';
import { isAlive } from '#server/process/process-identity.ts';
import { measureTree, type ProcessTree } from '#server/process/process-tree.ts';
import type {
  ClusterLaunch,
  LaunchedCluster,
  LaunchRequest,
  Machine,
  OpenedLog,
  ProviderEffects,
  ProviderPort,
} from '../port.ts';
import { admit, measureMachine } from './admit.ts';
import { ClusterProcesses, logOf } from './cluster-processes.ts';
import type { LocalEngine } from './engine.ts';
import { localEngines } from './engines.ts';
import { lastWords } from './last-words.ts';
import { type ClusterRecord, listRecords, readRecord, writeRecord } from './record.ts';

/**
 * Clusters as processes of this machine, each in a folder of its own below `<home>/clusters`, on loopback, on ports that the
 * system chooses. They lead sessions of their own, so a crash of this server leaves them running; the record in the
 * folder says which processes they are. Turns of one cluster (launch, scale, stop) come one after the other.
 */
export type LocalProviderOptions = {
  /** `<home>/clusters` */
  readonly folder: string;
  readonly effects: ProviderEffects;
  readonly engines?: Readonly<Partial<Record<ClusterKind, LocalEngine>>>;
  readonly measure?: (folder: string) => Machine;
};

type Turn = { readonly stop: AbortController; readonly over: Promise<unknown> };

export class LocalProvider implements ProviderPort {
  readonly #root: string;
  readonly #effects: ProviderEffects;
  readonly #engines: Readonly<Partial<Record<ClusterKind, LocalEngine>>>;
  readonly #measure: (folder: string) => Machine;
  readonly #turns = new Map<ClusterId, Turn>();

  constructor({ folder, effects, engines, measure }: LocalProviderOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // As the system names the folders of processes.
    this.#root = realpathSync(folder);
    this.#effects = effects;
    this.#engines = engines ?? localEngines;
    this.#measure = measure ?? measureMachine;
  }

  list(): readonly ClusterId[] {
    return listRecords(this.#root);
  }

  kinds(): readonly ClusterKind[] {
    return clusterKindSchema.options.filter((kind) => this.#engines[kind] !== undefined);
  }

  machine(): Machine {
    return this.#measure(this.#root);
  }

  admit(kind: ClusterKind, size: ClusterSize): Fault | null {
    const engine = this.#engines[kind];
    return engine === undefined ? notLaunched(kind) : admit(size, engine, this.machine());
  }

  async launch(request: LaunchRequest, launch?: ClusterLaunch): Promise<Fault | LaunchedCluster> {
    const engine = this.#engines[request.kind];
    if (engine === undefined) return notLaunched(request.kind);
    if (!/^[\w-]{1,64}$/.test(request.id)) throw new Error(`${request.id} is no name for a folder`);
    if (readRecord(this.#folderOf(request.id)) !== null) throw new Error(`${request.id} was launched before`);
    const refused = admit(request.size, engine, this.machine());
    if (refused !== null) return refused;
    const record: ClusterRecord = {
      ...request,
      environment: { ...request.environment },
      size: { ...request.size },
      token: randomBytes(32).toString('hex'),
      python: '',
      head: null,
      workers: [],
      next: 1,
      launchedAt: this.#effects.now(),
      readyAt: null,
    };
    return this.#take(request.id, launch, (turn) => this.#bringUp(record, engine, turn));
  }

  async adopt(id: ClusterId, launch?: ClusterLaunch): Promise<Fault | LaunchedCluster | null> {
    const record = readRecord(this.#folderOf(id));
    if (record === null) return null;
    const engine = this.#engines[record.kind];
    if (engine === undefined) return notLaunched(record.kind);
    if (record.readyAt !== null) return this.find(id);
    launch?.onReason?.('going on with a start that was interrupted');
    return this.#take(id, launch, (turn) => this.#bringUp(record, engine, turn));
  }

  async find(id: ClusterId): Promise<Fault | LaunchedCluster | null> {
    const record = readRecord(this.#folderOf(id));
    const engine = record === null ? undefined : this.#engines[record.kind];
    if (record === null || engine === undefined) return null;
    if (record.readyAt === null && this.#turns.has(id)) return null;
    if (record.head === null || !isAlive(record.head)) {
      // What is left of it can do nothing without its head.
      if (!this.#turns.has(id)) await this.#processes(record, engine).end();
      return this.#lost(record, engine);
    }
    return this.#processes(record, engine).view() ?? this.#lost(record, engine);
  }

  measure(id: ClusterId): WorkersTaken {
    const record = readRecord(this.#folderOf(id));
    const told = (record?.workers ?? []).flatMap(({ name, ...identity }): [string, ProcessTree][] => {
      const taken = measureTree(identity.pid);
      return taken === null || !isAlive(identity) ? [] : [[name, taken]];
    });
    return { at: performance.now(), workers: new Map(told) };
  }

  async scale(id: ClusterId, workers: number, launch?: ClusterLaunch): Promise<Fault | LaunchedCluster> {
    const record = readRecord(this.#folderOf(id));
    const engine = record === null ? undefined : this.#engines[record.kind];
    if (record === null || engine === undefined) return notFound;
    const refused = admit({ ...record.size, workers }, engine, this.machine());
    if (refused !== null) return refused;
    return this.#take(id, launch, async (turn) => {
      const installed = await this.#effects.ensureEngine(engine.environment, engine.label, turn);
      if (isFault(installed)) return installed;
      const current = readRecord(this.#folderOf(id));
      if (current === null) return notFound;
      current.python = installed.python;
      return this.#processes(current, engine).scaleTo(workers, turn);
    });
  }

  async stop(id: ClusterId): Promise<void> {
    const turn = this.#turns.get(id);
    turn?.stop.abort();
    await turn?.over;
    await this.#clear(id);
  }

  listLogs(id: ClusterId): readonly string[] {
    const folder = this.#folderOf(id);
    const record = readRecord(folder);
    const head = record === null ? undefined : this.#engines[record.kind]?.headName;
    if (head === undefined) return [];
    const names = readdirSync(folder).flatMap((file) => /^([\w-]+)\.log$/.exec(file)?.[1] ?? []);
    const workers = names.filter((name) => name !== head);
    const inOrder = workers.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return names.includes(head) ? [head, ...inOrder] : inOrder;
  }

  async openLog(id: ClusterId, name: string): Promise<Fault | OpenedLog> {
    const file = logOf(this.#folderOf(id), name);
    if (!this.listLogs(id).includes(name)) return notFound;
    const { size, mtimeMs } = await stat(file);
    // One that was begun anew may have the size of the one before.
    const version = `${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}`;
    return { size, version, read: (from, to) => createReadStream(file, { start: from, end: to }) };
  }

  async #bringUp(record: ClusterRecord, engine: LocalEngine, launch: ClusterLaunch): Promise<Fault | LaunchedCluster> {
    const folder = this.#folderOf(record.id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeRecord(folder, record);
    const installed = await this.#effects.ensureEngine(engine.environment, engine.label, launch);
    if (isFault(installed)) {
      await this.#clear(record.id);
      return launch.signal?.aborted === true ? calledOff : installed;
    }
    record.python = installed.python;
    const processes = this.#processes(record, engine);
    const up = await processes.bringUp(launch).catch(async (error: unknown) => {
      // A full disk: what was started has nobody else to end it.
      await processes.end();
      throw error;
    });
    if (!isFault(up)) {
      this.#effects.log(`cluster ${record.id}: ${engine.label} is up with ${up.workers.length} workers`);
      return up;
    }
    await processes.end();
    if (up.fault === 'cluster.startCancelled') await this.#clear(record.id);
    else this.#effects.log(`cluster ${record.id}: ${up.message}`);
    return up;
  }

  #processes(record: ClusterRecord, engine: LocalEngine): ClusterProcesses {
    return new ClusterProcesses(this.#folderOf(record.id), record, engine, this.#effects.now);
  }

  #lost(record: ClusterRecord, engine: LocalEngine): Fault {
    const said = lastWords(readLogTail(logOf(this.#folderOf(record.id), engine.headName)));
    const message = `The ${engine.headName} of this cluster has ended.${said}`;
    const own = engine.ownLogs?.({ ...record, folder: this.#folderOf(record.id) });
    const more = own === undefined ? '' : ` Those of ${engine.label} itself are in ${own}.`;
    return fault('cluster.lost', message, `Launch it again. Its logs are kept until it is removed.${more}`);
  }

  /** One turn of a cluster at a time; `stop` calls it off. */
  async #take<Value>(
    id: ClusterId,
    launch: ClusterLaunch | undefined,
    work: (launch: ClusterLaunch) => Promise<Value>,
  ): Promise<Value> {
    const before = this.#turns.get(id);
    const stop = before?.stop ?? new AbortController();
    const signal = launch?.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, launch.signal]);
    const going = (before?.over ?? Promise.resolve()).then(() => work({ signal, onReason: launch?.onReason }));
    const turn = { stop, over: going.then(nothing, nothing) };
    this.#turns.set(id, turn);
    try {
      return await going;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  /** Ends what runs and removes what lies there. */
  async #clear(id: ClusterId): Promise<void> {
    const folder = this.#folderOf(id);
    const record = readRecord(folder);
    const engine = record === null ? undefined : this.#engines[record.kind];
    if (record !== null && engine !== undefined) {
      const processes = this.#processes(record, engine);
      await processes.end();
      processes.clear();
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #folderOf(id: ClusterId): string {
    return join(this.#root, id);
  }
}

const nothing = (): void => undefined;

const notFound = fault('cluster.notFound', 'There is no such cluster on this machine.');
const calledOff = fault('cluster.startCancelled', 'The start was called off.');

function notLaunched(kind: string): Fault {
  return fault('request.unsupported', `Clusters of the kind ${kind} cannot be launched on this machine.`);
}
