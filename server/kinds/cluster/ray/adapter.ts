import type { z } from 'zod';
import type { ClusterPicture, TaskCounts, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterPort, ClusterReply, FindClusterEndpoint } from '../port.ts';
import { Questions } from '../questions.ts';
import { failedAt, noLog, notThis, readReply } from '../read-reply.ts';
import {
  jobsModel,
  logNamesModel,
  nodesModel,
  type RayNode,
  tasksModel,
  unfinishedModel,
  versionModel,
} from './models.ts';

const logLines = 5_000;
/** Rows that its State API gives at most; which of the tasks they are is not said. */
const mostRows = 10_000;

/** Tasks that are not over: the summary is one of some tasks only where there are many. */
const unfinished = `api/v0/tasks?limit=${mostRows}${['FINISHED', 'FAILED']
  .map((state) => `&filter_keys=state&filter_predicates=%21%3D&filter_values=${state}`)
  .join('')}`;

type Answers = {
  readonly version: z.output<typeof versionModel>;
  readonly unfinished: z.output<typeof unfinishedModel>;
  readonly nodes: readonly RayNode[];
  readonly summary: z.output<typeof tasksModel>;
  readonly jobs: z.output<typeof jobsModel>;
};

/**
 * A Ray cluster, asked over its dashboard. Its workers are the nodes that have processors for tasks; what Ray measures is their
 * machine. It counts tasks about a second late, and forgets old ones.
 */
export class RayCluster implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;
  readonly #questions: Questions<Answers>;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
    this.#questions = new Questions<Answers>(
      {
        version: { everyMs: Number.POSITIVE_INFINITY, ask: () => this.#read('api/version', versionModel) },
        unfinished: { everyMs: 2_000, ask: () => this.#read(unfinished, unfinishedModel) },
        nodes: { everyMs: 4_000, ask: () => this.#nodes() },
        summary: { everyMs: 8_000, ask: () => this.#read('api/v0/tasks/summarize', tasksModel) },
        jobs: { everyMs: 8_000, ask: () => this.#read('api/v0/jobs', jobsModel) },
      },
      effects.ticks,
    );
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const version = await this.#read('api/version', versionModel);
    if (isFault(version)) return version;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const looked = await this.#questions.look();
    if (isFault(looked)) return looked;
    const { version, nodes, jobs } = looked.answers;
    const rows = looked.answers.unfinished.data.result;
    const alive = nodes.filter(({ raylet }) => raylet.state === 'ALIVE');
    const workers = alive.filter(({ raylet }) => threadsOf(raylet) > 0);
    const running = runningByNode(rows.result);
    const isCut = rows.result.length >= mostRows;
    const cores = workers.reduce((sum, { raylet }) => sum + threadsOf(raylet), 0);
    return {
      version: version.ray_version,
      tasks: { ...countUnfinished(rows, isCut ? cores : 0), ...countOver(looked.answers.summary) },
      tasksAge: looked.ageOf('unfinished'),
      workersAge: looked.ageOf('nodes'),
      clients: jobs.data.result.result.filter(({ status }) => status === 'RUNNING').length,
      workers: workers.map((node) => {
        const busy = Math.max(running.get(node.raylet.nodeId) ?? 0, isCut ? threadsOf(node.raylet) : 0);
        return pictureOf(node, busy, isAlone(node, alive));
      }),
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
    this.#questions.count();
    return this.#effects.ask(endpoint, { method: 'GET', path });
  }
}

type Unfinished = Answers['unfinished']['data']['result'];

/** Of its states (src/ray/protobuf/common.proto) those that are neither running nor over. */
const waiting = new Set(['PENDING_ARGS_AVAIL', 'PENDING_ARGS_FETCH', 'PENDING_ACTOR_TASK_ARGS_FETCH']);

/** `busy`: cores that count as busy, since those that run may be among the tasks for which there was no row left. */
function countUnfinished({ result: rows, total }: Unfinished, busy: number) {
  const tasks = { running: 0, queued: 0, waiting: 0 };
  for (const { state } of rows) {
    const place = placeOf(state);
    if (place !== 'done' && place !== 'failed') tasks[place] += 1;
  }
  if (rows.length < mostRows) return tasks;
  const running = Math.max(tasks.running, busy);
  return { ...tasks, running, queued: Math.max(0, Math.max(total ?? 0, rows.length) - running - tasks.waiting) };
}

function countOver(counted: Answers['summary']) {
  const tasks = { done: 0, failed: 0 };
  for (const { state_counts: states } of Object.values(counted.data.result.result.node_id_to_summary.cluster.summary)) {
    for (const [state, count] of Object.entries(states)) {
      const place = placeOf(state);
      if (place === 'done' || place === 'failed') tasks[place] += count;
    }
  }
  return tasks;
}

function runningByNode(rows: Unfinished['result']): ReadonlyMap<string, number> {
  const running = new Map<string, number>();
  for (const { node_id: node, state } of rows) {
    if (node != null && placeOf(state) === 'running') running.set(node, (running.get(node) ?? 0) + 1);
  }
  return running;
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
