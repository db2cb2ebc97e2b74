import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { endProcess, readLogTail, startDetached } from '#server/process/detached-process.ts';
import {
  isAlive,
  listDescendants,
  listInFolder,
  type ProcessIdentity,
  signalQuietly,
} from '#server/process/process-identity.ts';
import type { ClusterLaunch, LaunchedCluster } from '../port.ts';
import type { EngineCommand, EngineHead, EnginePlan, LocalEngine } from './engine.ts';
import { lastWords } from './last-words.ts';
import { type ClusterRecord, writeRecord } from './record.ts';

const headLimitMs = 60_000;
/** Workers that start together share the cores. */
const workersLimitMs = 180_000;
const lookAgainMs = 100;
const termLimitMs = 15_000;
/** Without its head a worker has nobody to hand over to; Ray's would wait for it. */
const headlessLimitMs = 2_000;

/** File of the log of the head or of a worker. */
export function logOf(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

/**
 * The processes of one cluster: starts what is missing, waits for it, and ends it. Changes the record, and writes it after
 * each process that is started, so that none is forgotten when this server is killed.
 */
export class ClusterProcesses {
  readonly #folder: string;
  readonly #record: ClusterRecord;
  readonly #engine: LocalEngine;
  readonly #now: () => number;

  constructor(folder: string, record: ClusterRecord, engine: LocalEngine, now: () => number) {
    this.#folder = folder;
    this.#record = record;
    this.#engine = engine;
    this.#now = now;
  }

  /** Null: the head has not said where it answers. */
  view(): LaunchedCluster | null {
    const head = this.#engine.readHead(this.#plan());
    if (head === null) return null;
    const names = this.#record.workers.map(({ name }) => name);
    return {
      ...head,
      workers: this.#record.workers.filter(isAlive).map(({ name }) => name),
      logs: [this.#engine.headName, ...names],
      launchedAt: this.#record.launchedAt,
    };
  }

  /** Starts what does not run yet of a launch, and waits until all of it is up. */
  async bringUp(launch: ClusterLaunch): Promise<Fault | LaunchedCluster> {
    await this.#endStrays();
    const head = await this.#bringUpHead(launch);
    if (isFault(head)) return head;
    this.#record.workers = this.#record.workers.filter(isAlive);
    const grown = await this.#grow(head, this.#record.size.workers, launch);
    if (grown !== null) return grown;
    this.#record.readyAt = this.#now();
    this.#write();
    return this.view() ?? this.#gone();
  }

  /** Fewer: those that came last go, after they have handed over what they hold. */
  async scaleTo(workers: number, launch: ClusterLaunch): Promise<Fault | LaunchedCluster> {
    const { head } = this.#record;
    const answers = this.#engine.readHead(this.#plan());
    if (head === null || !isAlive(head) || answers === null) return this.#gone();
    this.#record.workers = this.#record.workers.filter(isAlive);
    const before = this.#record.workers.length;
    const failed =
      workers < before ? await this.#shrink(answers, workers, launch) : await this.#grow(answers, workers, launch);
    if (failed !== null) return failed;
    this.#record.size = { ...this.#record.size, workers };
    this.#write();
    return this.view() ?? this.#gone();
  }

  /** Ends all processes, also those that no record knows: whatever works in the folder. */
  async end(): Promise<void> {
    const { head, workers } = this.#record;
    const limitMs = head === null || !isAlive(head) ? headlessLimitMs : termLimitMs;
    // Without its scheduler a worker would wait for it: they are told at once, each to end.
    await Promise.all([...workers, ...(head === null ? [] : [head])].map((one) => endProcess(one, limitMs)));
    await endThoseIn(this.#folder);
    this.#engine.ended?.(this.#plan());
  }

  /** Removes what lies outside of the folder; called when nothing of it runs. */
  clear(): void {
    this.#engine.clear?.(this.#plan());
  }

  /** Those of which a server that was killed could not write down that it had started them. */
  async #endStrays(): Promise<void> {
    const { head, workers } = this.#record;
    const known = [...(head === null ? [] : [head]), ...workers];
    const ours = new Set(known.flatMap((one) => [one, ...listDescendants(one.pid)]).map(({ pid }) => pid));
    const strays = listInFolder(this.#folder).filter(({ pid }) => !ours.has(pid));
    await Promise.all(strays.map((one) => endProcess(one, termLimitMs)));
  }

  async #bringUpHead(launch: ClusterLaunch): Promise<Fault | EngineHead> {
    const { headName } = this.#engine;
    const plan = this.#plan();
    if (this.#record.head === null || !isAlive(this.#record.head)) {
      launch.onReason?.(`starting the ${headName}`);
      await this.end();
      this.clear();
      this.#engine.prepare(plan);
      this.#record.head = this.#start(this.#engine.head(plan), headName);
      this.#record.workers = [];
      this.#write();
    }
    const deadline = performance.now() + headLimitMs;
    while (performance.now() < deadline) {
      if (launch.signal?.aborted === true) return calledOff;
      const head = this.#engine.readHead(plan);
      if (head !== null && (await this.#engine.workersOf(head)) !== null) return head;
      if (!isAlive(this.#record.head)) return this.#ended(headName);
      await sleep(lookAgainMs);
    }
    return this.#late(headName, headLimitMs);
  }

  /** Starts workers until there are `count`. On a fault those that it started are ended again. */
  async #grow(head: EngineHead, count: number, launch: ClusterLaunch): Promise<Fault | null> {
    const { worker } = this.#engine;
    if (worker === null) return null;
    const started: ProcessIdentity[] = [];
    const fresh = count - this.#record.workers.length;
    if (fresh > 0) launch.onReason?.(fresh === 1 ? 'starting 1 worker' : `starting ${fresh} workers`);
    let failed: Fault | null = null;
    let thrown: unknown = null;
    try {
      while (this.#record.workers.length < count) {
        const name = `worker-${this.#record.next}`;
        mkdirSync(join(this.#folder, name), { recursive: true, mode: 0o700 });
        const identity = this.#start(worker(this.#plan(), head, name, this.#record.size), name);
        started.push(identity);
        this.#record.next += 1;
        this.#record.workers.push({ ...identity, name });
        this.#write();
      }
      failed = await this.#untilThere(head, launch);
    } catch (error) {
      thrown = error;
    }
    if (failed === null && thrown === null) return null;
    await Promise.all(started.map((one) => endProcess(one, termLimitMs)));
    this.#record.workers = this.#record.workers.filter(({ pid }) => !started.some((one) => one.pid === pid));
    this.#write();
    if (thrown !== null) throw thrown;
    return failed;
  }

  async #untilThere(head: EngineHead, launch: ClusterLaunch): Promise<Fault | null> {
    const wanted = this.#record.workers;
    const deadline = performance.now() + workersLimitMs;
    let missing = wanted[0]?.name ?? '';
    while (performance.now() < deadline) {
      if (launch.signal?.aborted === true) return calledOff;
      const there = new Set(await this.#engine.workersOf(head));
      const absent = wanted.filter(({ name }) => !there.has(name));
      if (absent.length === 0) return null;
      const ended = absent.find((worker) => !isAlive(worker));
      if (ended !== undefined) return this.#ended(ended.name);
      if (this.#record.head !== null && !isAlive(this.#record.head)) return this.#ended(this.#engine.headName);
      if (absent.length < wanted.length)
        launch.onReason?.(`${wanted.length - absent.length} of ${wanted.length} workers are there`);
      missing = absent[0]?.name ?? missing;
      await sleep(lookAgainMs);
    }
    return this.#late(missing, workersLimitMs);
  }

  async #shrink(head: EngineHead, count: number, launch: ClusterLaunch): Promise<Fault | null> {
    const leaving = this.#record.workers.slice(count);
    const names = leaving.map(({ name }) => name);
    launch.onReason?.(`${names.join(', ')} hand over what they hold`);
    const stays = await this.#engine.retire(head, names);
    if (stays !== null) return stays;
    await Promise.all(leaving.map((one) => endProcess(one, termLimitMs)));
    this.#record.workers = this.#record.workers.slice(0, count);
    for (const name of names) {
      // An executor that its worker started while it ended would fail task after task without its folder.
      await endThoseIn(join(this.#folder, name));
      rmSync(join(this.#folder, name), { recursive: true, force: true, maxRetries: 5 });
      rmSync(logOf(this.#folder, name), { force: true });
    }
    return null;
  }

  #start(command: EngineCommand, name: string): ProcessIdentity {
    return startDetached({ ...command, log: logOf(this.#folder, name) }).identity;
  }

  #plan(): EnginePlan {
    const { python, token, size, environment } = this.#record;
    return { folder: this.#folder, python, token, size, environment };
  }

  #write(): void {
    writeRecord(this.#folder, this.#record);
  }

  #ended(name: string): Fault {
    const log = logOf(this.#folder, name);
    const tail = readLogTail(log);
    const hint = this.#whereLogsAre(log);
    if (tail.includes('No space left on device')) {
      return fault('file.noSpace', `The disk is full: the ${name} of ${this.#engine.label} could not write.`, hint);
    }
    return fault('cluster.start', `The ${name} of ${this.#engine.label} ended at once.${lastWords(tail)}`, hint);
  }

  #late(name: string, limitMs: number): Fault {
    const log = logOf(this.#folder, name);
    const said = lastWords(readLogTail(log));
    const message = `The ${name} of ${this.#engine.label} was not there after ${limitMs / 1000} s.${said}`;
    return fault('cluster.timeout', message, this.#whereLogsAre(log));
  }

  #whereLogsAre(log: string): string {
    const own = this.#engine.ownLogs?.(this.#plan());
    return own === undefined
      ? `Its log is ${log}.`
      : `Its log is ${log}; those of ${this.#engine.label} itself are in ${own}.`;
  }

  #gone(): Fault {
    return fault('cluster.lost', `The ${this.#engine.headName} of this cluster has ended.`, 'Launch it again.');
  }
}

/** Ends at once whatever works in a folder. */
async function endThoseIn(folder: string): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    const left = listInFolder(folder);
    if (left.length === 0) return;
    for (const { pid } of left) signalQuietly(pid, 'SIGKILL');
    await sleep(50);
  }
}

const calledOff = fault('cluster.startCancelled', 'The start was called off.');
