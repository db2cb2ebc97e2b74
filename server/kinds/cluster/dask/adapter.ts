import type { z } from 'zod';
import type { ClusterPicture, TaskCounts, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterPort, ClusterReply, ClusterRequest, FindClusterEndpoint } from '../port.ts';
import { countsModel, type DaskWorker, identityModel } from './models.ts';
import { Questions } from '../questions.ts';
import { failedAt, noLog, notThis, readReply } from '../read-reply.ts';
import { readLogPage, readWorkersPage } from './read-pages.ts';

/** A large list of workers takes the scheduler its time; it computes nothing meanwhile. */
const describeLimitMs = 15_000;

type Workers = { readonly version: string | null; readonly workers: readonly WorkerPicture[] };

/** A Dask scheduler, asked over its HTTP server. Of its clients it tells only how many there are. */
export class DaskCluster implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;
  readonly #questions: Questions<{ readonly counts: z.output<typeof countsModel>; readonly found: Workers }>;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
    this.#questions = new Questions(
      {
        counts: { everyMs: 2_000, ask: () => this.#counts() },
        found: { everyMs: 2_000, ask: () => this.#workers() },
      },
      effects.ticks,
    );
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const counts = await this.#counts();
    if (isFault(counts)) return counts;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const looked = await this.#questions.look();
    if (isFault(looked)) return looked;
    const { counts, found } = looked.answers;
    return {
      ...found,
      tasks: tasksOf(counts),
      tasksAge: looked.ageOf('counts'),
      workersAge: looked.ageOf('found'),
      // The scheduler counts itself as one.
      clients: Math.max(0, counts.clients - 1),
      wantedWorkers: counts.desired_workers,
    };
  }

  async logs(workerId: string | null): Promise<Fault | readonly string[]> {
    const page = workerId === null ? 'info/main/logs.html' : `info/logs/${encodeURIComponent(workerId)}.html`;
    const reply = await this.#ask({ method: 'GET', path: page });
    if (isFault(reply)) return reply;
    if (reply.status === 404) return noLog(workerId, 'This scheduler shows no logs.');
    return reply.status === 200 ? readLogPage(reply.text) : failedAt(scheduler, reply);
  }

  async #counts(): Promise<Fault | z.output<typeof countsModel>> {
    const reply = await this.#ask({ method: 'GET', path: 'json/counts.json' });
    if (isFault(reply)) return reply;
    if (reply.status >= 500) return failedAt(scheduler, reply);
    return readReply(reply, countsModel) ?? notThis(reply, where, hint);
  }

  async #workers(): Promise<Fault | Workers> {
    const reply = await this.#ask({ method: 'GET', path: 'json/identity.json', timeoutMs: describeLimitMs });
    if (isFault(reply)) return reply;
    // It cannot write its own measures as JSON for a second or so after a task has ended (their names are tuples).
    if (reply.status === 500) return this.#workersOfPage(reply);
    const read = readReply(reply, identityModel);
    if (read === null) return notThis(reply, where, hint);
    const workers = Object.entries(read.workers).map(([id, worker]) => pictureOf(id, worker));
    return { version: read.version ?? null, workers };
  }

  /** Less is told there, but always. */
  async #workersOfPage(failure: ClusterReply): Promise<Fault | Workers> {
    const reply = await this.#ask({ method: 'GET', path: 'info/main/workers.html', timeoutMs: describeLimitMs });
    if (isFault(reply)) return reply;
    if (reply.status !== 200) return failedAt(scheduler, failure);
    return { version: null, workers: readWorkersPage(reply.text) };
  }

  async #ask(request: ClusterRequest): Promise<Fault | ClusterReply> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    this.#questions.count();
    return this.#effects.ask(endpoint, request);
  }
}

function tasksOf(counts: z.output<typeof countsModel>): TaskCounts {
  const { tasks, waiting, processing, memory, erred, released, unrunnable, cores } = counts;
  // Some of those that are with a worker wait there for a thread.
  const running = Math.min(processing, cores);
  // Those that wait at the scheduler for a free worker are not counted: they are what is left. Copies of results make it
  // too few.
  const left = Math.max(0, tasks - waiting - processing - memory - erred - released);
  return {
    running,
    queued: Math.max(left, unrunnable) + processing - running,
    waiting,
    done: memory + released,
    failed: erred,
  };
}

function pictureOf(id: string, worker: DaskWorker): WorkerPicture {
  const { metrics, memory_limit: limit, last_seen: seen } = worker;
  const rates = (io: { read_bps: number; write_bps: number } | null | undefined) =>
    io == null ? null : { read: io.read_bps, write: io.write_bps };
  return {
    id,
    name: String(worker.name),
    host: worker.host,
    threads: worker.nthreads,
    running: metrics?.task_counts?.['executing'] ?? 0,
    cpu: metrics?.cpu == null ? null : metrics.cpu / 100,
    memory: metrics?.memory == null ? null : { used: metrics.memory, limit: limit ?? null },
    spilled: metrics?.spilled_bytes?.disk ?? null,
    disk: rates(metrics?.host_disk_io),
    network: rates(metrics?.host_net_io),
    ...gpusOf(worker),
    heardAt: seen == null ? null : Math.round(seen * 1000),
  };
}

/** A worker tells of its first one alone. */
function gpusOf({ gpu, metrics }: DaskWorker): Pick<WorkerPicture, 'gpus'> {
  if (gpu == null) return {};
  const { utilization: busy, 'memory-used': used } = metrics?.gpu ?? {};
  return {
    gpus: [
      {
        name: gpu.name,
        busy: busy == null ? null : busy / 100,
        memory: used == null ? null : { used, total: gpu['memory-total'] ?? null },
      },
    ],
  };
}

const where = 'Where a Dask scheduler tells of its tasks';
const hint = 'Enter the address of its dashboard, usually port 8787.';
const scheduler = 'The scheduler';
