import type { z } from 'zod';
import type { ClusterPicture, TaskCounts, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterPort, ClusterReply, ClusterRequest, FindClusterEndpoint } from '../port.ts';
import { countsModel, type DaskWorker, identityModel, retiredModel } from './models.ts';
import { readLogPage, readWorkersPage } from './read-pages.ts';

/** A large list of workers takes the scheduler its time; it computes nothing meanwhile. */
const describeLimitMs = 15_000;
/** Results that a worker holds are copied to the others before it goes. */
const retireLimitMs = 120_000;

type Workers = { readonly version: string | null; readonly workers: readonly WorkerPicture[] };

/** A Dask scheduler, asked over its HTTP server. Of its clients it tells only how many there are. */
export class DaskCluster implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const counts = await this.#counts();
    if (isFault(counts)) return counts;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const [counts, found] = await Promise.all([this.#counts(), this.#workers()]);
    if (isFault(counts)) return counts;
    if (isFault(found)) return found;
    return {
      ...found,
      tasks: tasksOf(counts),
      // The scheduler counts itself as one.
      clients: Math.max(0, counts.clients - 1),
      wantedWorkers: counts.desired_workers,
    };
  }

  async logs(workerId: string | null): Promise<Fault | readonly string[]> {
    const page = workerId === null ? 'info/main/logs.html' : `info/logs/${encodeURIComponent(workerId)}.html`;
    const reply = await this.#ask({ method: 'GET', path: page });
    if (isFault(reply)) return reply;
    if (reply.status === 404) {
      const what = workerId === null ? 'This scheduler shows no logs.' : `There is no worker ${workerId} any more.`;
      return fault('cluster.notOffered', what);
    }
    return reply.status === 200 ? readLogPage(reply.text) : failed(reply);
  }

  async retire(workerIds: readonly string[]): Promise<Fault | null> {
    const body = { workers: workerIds };
    const timeoutMs = retireLimitMs;
    const reply = await this.#ask({ method: 'POST', path: 'api/v1/retire_workers', body, timeoutMs });
    if (isFault(reply)) return reply;
    if (reply.status === 404 || reply.status === 405) {
      return fault(
        'cluster.notOffered',
        'This scheduler lets nobody retire its workers over HTTP.',
        'Add distributed.http.scheduler.api to its HTTP routes, or stop the workers where they were started.',
      );
    }
    if (reply.status !== 200) return failed(reply);
    // It answers those that it could free; what holds the only copy of a result that fits nowhere else stays.
    const retired = retiredModel.safeParse(parsed(reply.text)).data ?? {};
    const staying = workerIds.filter((id) => retired[id] === undefined);
    if (staying.length === 0) return null;
    return fault('cluster.busy', `The scheduler could not free ${staying.join(', ')} of what they hold.`);
  }

  async #counts(): Promise<Fault | z.output<typeof countsModel>> {
    const reply = await this.#ask({ method: 'GET', path: 'json/counts.json' });
    if (isFault(reply)) return reply;
    if (reply.status >= 500) return failed(reply);
    const read = reply.status === 200 ? countsModel.safeParse(parsed(reply.text)) : undefined;
    return read?.success === true ? read.data : notDask(reply);
  }

  async #workers(): Promise<Fault | Workers> {
    const reply = await this.#ask({ method: 'GET', path: 'json/identity.json', timeoutMs: describeLimitMs });
    if (isFault(reply)) return reply;
    // It cannot write its own measures as JSON for a second or so after a task has ended (their names are tuples).
    if (reply.status === 500) return this.#workersOfPage(reply);
    const read = reply.status === 200 ? identityModel.safeParse(parsed(reply.text)) : undefined;
    if (read?.success !== true) return notDask(reply);
    const workers = Object.entries(read.data.workers).map(([id, worker]) => pictureOf(id, worker));
    return { version: read.data.version ?? null, workers };
  }

  /** Less is told there, but always. */
  async #workersOfPage(failure: ClusterReply): Promise<Fault | Workers> {
    const reply = await this.#ask({ method: 'GET', path: 'info/main/workers.html', timeoutMs: describeLimitMs });
    if (isFault(reply)) return reply;
    if (reply.status !== 200) return failed(failure);
    return { version: null, workers: readWorkersPage(reply.text) };
  }

  async #ask(request: ClusterRequest): Promise<Fault | ClusterReply> {
    const endpoint = await this.#find();
    return isFault(endpoint) ? endpoint : this.#effects.ask(endpoint, request);
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function notDask({ status, contentType }: ClusterReply): Fault {
  const what = status === 200 ? (contentType.includes('html') ? 'a web page' : 'something else') : `status ${status}`;
  return fault(
    'cluster.notThis',
    `Where a Dask scheduler tells of its tasks there is ${what}.`,
    'Enter the address of its dashboard, usually port 8787.',
  );
}

function failed({ status }: ClusterReply): Fault {
  return fault('cluster.unreachable', `The scheduler failed at the request (${status}).`, 'Its log says why.');
}
