import type { z } from 'zod';
import type { ClusterPicture, TaskCounts, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterPort, ClusterReply, FindClusterEndpoint } from '../port.ts';
import { failedAt, noLog, notThis, readReply } from '../read-reply.ts';
import {
  jobsModel,
  logNamesModel,
  nodesModel,
  type RayNode,
  runningModel,
  tasksModel,
  versionModel,
} from './models.ts';

const logLines = 5_000;
/** Rows that its State API gives at most. */
const mostRows = 10_000;

const running = `api/v0/tasks?limit=${mostRows}&filter_keys=state&filter_predicates=%3D&filter_values=RUNNING`;

/**
 * A Ray cluster, asked over its dashboard. Its workers are the nodes that have processors for tasks; what Ray measures is their
 * machine. It counts tasks about a second late, and forgets old ones.
 */
export class RayCluster implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const version = await this.#read('api/version', versionModel);
    if (isFault(version)) return version;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const version = await this.#read('api/version', versionModel);
    if (isFault(version)) return version;
    const [nodes, counted, busy, jobs] = await Promise.all([
      this.#nodes(),
      this.#read('api/v0/tasks/summarize', tasksModel),
      this.#read(running, runningModel),
      this.#read('api/v0/jobs', jobsModel),
    ]);
    if (isFault(nodes)) return nodes;
    if (isFault(counted)) return counted;
    if (isFault(busy)) return busy;
    if (isFault(jobs)) return jobs;
    const tasks = tasksOf(counted);
    const alive = nodes.filter(({ raylet }) => raylet.state === 'ALIVE');
    const workers = alive.filter(({ raylet }) => threadsOf(raylet) > 0);
    const on = (id: string): number => busy.data.result.result.filter(({ node_id: node }) => node === id).length;
    return {
      version: version.ray_version,
      // The summary is one of some tasks only where there are many; those that run are all asked for.
      tasks: { ...tasks, running: Math.max(tasks.running, busy.data.result.result.length) },
      clients: jobs.data.result.result.filter(({ status }) => status === 'RUNNING').length,
      workers: workers.map((node) => pictureOf(node, on(node.raylet.nodeId), isAlone(node, alive))),
      wantedWorkers: null,
    };
  }

  async logs(workerId: string | null): Promise<Fault | readonly string[]> {
    const nodes = await this.#nodes();
    if (isFault(nodes)) return nodes;
    const known = nodes.find(({ raylet }) =>
      workerId === null ? raylet.isHeadNode === true : raylet.nodeId === workerId,
    );
    if (known === undefined) return noLog(workerId, 'This dashboard names no head.');
    const id = known.raylet.nodeId;
    if (workerId === null) return this.#log(id, 'gcs_server.out');
    // Nodes of one machine write side by side: which log is whose, is said where it begins.
    const names = await this.#read(`api/v0/logs?node_id=${encodeURIComponent(id)}`, logNamesModel);
    if (isFault(names)) return names;
    const logs = (names.data.result['raylet'] ?? []).filter((name) => name.endsWith('.out'));
    if (logs.length === 1) return this.#log(id, logs[0] ?? '');
    for (const name of logs) {
      const lines = await this.#log(id, name);
      if (isFault(lines)) return lines;
      if (lines.some((line) => line.includes(`Setting node ID node_id=${id}`))) return lines;
    }
    return fault('cluster.notOffered', 'Ray has no log of this node any more.');
  }

  async #nodes(): Promise<Fault | readonly RayNode[]> {
    const read = await this.#read('nodes?view=summary', nodesModel);
    return isFault(read) ? read : read.data.summary;
  }

  async #log(node: string, file: string): Promise<Fault | readonly string[]> {
    const query = new URLSearchParams({ node_id: node, filename: file, lines: String(logLines) }).toString();
    const reply = await this.#ask(`api/v0/logs/file?${query}`);
    if (isFault(reply)) return reply;
    return reply.status === 200 ? reply.text.trimEnd().split('\n') : failedAt(dashboard, reply);
  }

  async #read<Model extends z.ZodType>(path: string, model: Model): Promise<Fault | z.output<Model>> {
    const reply = await this.#ask(path);
    if (isFault(reply)) return reply;
    if (reply.status >= 500) return failedAt(dashboard, reply);
    return readReply(reply, model) ?? notThis(reply, where, hint);
  }

  async #ask(path: string): Promise<Fault | ClusterReply> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    return this.#effects.ask(endpoint, { method: 'GET', path });
  }
}

/** Of its states (src/ray/protobuf/common.proto) those that are neither running nor over. */
const waiting = new Set(['PENDING_ARGS_AVAIL', 'PENDING_ARGS_FETCH', 'PENDING_ACTOR_TASK_ARGS_FETCH']);

function tasksOf(counted: z.output<typeof tasksModel>): TaskCounts {
  const tasks = { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 };
  for (const { state_counts: states } of Object.values(counted.data.result.result.node_id_to_summary.cluster.summary)) {
    for (const [state, count] of Object.entries(states)) tasks[placeOf(state)] += count;
  }
  return tasks;
}

function placeOf(state: string): keyof TaskCounts {
  if (state === 'FINISHED') return 'done';
  if (state === 'FAILED') return 'failed';
  if (state.startsWith('RUNNING')) return 'running';
  return waiting.has(state) ? 'waiting' : 'queued';
}

function threadsOf({ resourcesTotal }: RayNode['raylet']): number {
  return resourcesTotal?.['CPU'] ?? 0;
}

/** What is measured of a machine is that of a node only where it is the only one there. */
function isAlone(node: RayNode, alive: readonly RayNode[]): boolean {
  const host = node.raylet.nodeManagerAddress;
  return alive.filter(({ raylet }) => raylet.nodeManagerAddress === host).length === 1;
}

function pictureOf(node: RayNode, busy: number, alone: boolean): WorkerPicture {
  const { raylet, cpu, cpus, mem, diskIoSpeed: disk, networkSpeed: network, now } = node;
  return {
    id: raylet.nodeId,
    name: raylet.nodeName || raylet.nodeManagerAddress,
    host: node.hostname ?? raylet.nodeManagerAddress,
    threads: threadsOf(raylet),
    running: busy,
    cpu: alone && cpu != null && cpus != null ? (cpu / 100) * cpus[0] : null,
    memory: alone && mem != null ? { used: mem[3], limit: mem[0] } : null,
    spilled: null,
    disk: alone && disk != null ? { read: disk[0], write: disk[1] } : null,
    network: alone && network != null ? { read: network[1], write: network[0] } : null,
    ...(alone ? gpusOf(node) : {}),
    heardAt: now == null ? null : Math.round(now * 1000),
  };
}

/** A machine without a driver tells of none as one without processors does: nothing is said of either. */
function gpusOf({ gpus }: RayNode): Pick<WorkerPicture, 'gpus'> {
  if (gpus == null || gpus.length === 0) return {};
  return {
    gpus: gpus.map(({ name, utilizationGpu: busy, memoryUsed: used, memoryTotal: total }) => ({
      name,
      busy: busy == null ? null : busy / 100,
      memory: used == null ? null : { used: used * 2 ** 20, total: total == null ? null : total * 2 ** 20 },
    })),
  };
}

const where = 'Where a Ray dashboard tells of its cluster';
const hint = 'Enter the address of its dashboard, usually port 8265.';
const dashboard = 'The dashboard';
