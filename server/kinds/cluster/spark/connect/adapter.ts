import { z } from 'zod';
import type { ClusterPicture, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterPort, ClusterReply, ClusterRequest, FindClusterEndpoint } from '../../port.ts';
import { type Executor, readApplication, runningOn } from '../application.ts';
import { notThis, readReply } from '../../read-reply.ts';

const applicationsModel = z.array(
  z.object({ id: z.string(), attempts: z.array(z.object({ completed: z.boolean(), appSparkVersion: z.string() })) }),
);
const gaugesModel = z.object({ gauges: z.record(z.string(), z.object({ value: z.unknown() })) });

type Server = { readonly id: string; readonly version: string; readonly page: string };
/** Of the server's own process: nanoseconds of processor time so far, and bytes. */
type Load = { readonly at: number; readonly cpuTime: number | null; readonly memory: number | null };

/**
 * A Spark Connect server, asked over the pages of its driver. Its executors are its workers; one that computes itself is its
 * own only worker, of which it tells processor and memory as well. A session stays online for an hour after its client has
 * gone without a word.
 */
export class SparkConnectServer implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;
  #last: Load | null = null;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const server = await this.#server();
    if (isFault(server)) return server;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const server = await this.#server();
    if (isFault(server)) return server;
    const [application, load] = await Promise.all([
      readApplication(server.id, (request) => this.#ask(request)),
      this.#load(server.id),
    ]);
    if (isFault(application)) return application;
    if (application === null) return fault('cluster.notThis', 'The server told of its work in no way that is known.');
    const cpu = shareOf(this.#last, load);
    this.#last = load;
    // A driver that computes nothing itself has no cores.
    const computing = application.executors.filter(({ isActive, totalCores }) => isActive && totalCores > 0);
    const sessions = /([\d,]+)\s*session\(s\) are online/.exec(server.page)?.[1];
    return {
      version: server.version,
      tasks: application.tasks,
      clients: sessions === undefined ? null : Number(sessions.replaceAll(',', '')),
      wantedWorkers: null,
      workers: computing.map((executor) => pictureOf(executor, cpu, load.memory)),
    };
  }

  /** Its pages are asked with it: another driver has none of Connect. */
  async #server(): Promise<Fault | Server> {
    const [applications, page] = await Promise.all([
      this.#ask({ method: 'GET', path: 'api/v1/applications' }),
      this.#ask({ method: 'GET', path: 'connect/' }),
    ]);
    if (isFault(applications)) return applications;
    const running = readReply(applications, applicationsModel)?.find(({ attempts }) =>
      attempts.some(({ completed }) => !completed),
    );
    if (running === undefined) return notConnect(applications);
    if (isFault(page)) return page;
    if (page.status !== 200 || !page.text.includes('session(s)')) {
      const hint = 'Enter the pages of a Spark Connect server, usually port 4040 beside its 15002.';
      return fault('cluster.notThis', 'There is a Spark driver, which serves no Spark Connect.', hint);
    }
    return { id: running.id, version: running.attempts[0]?.appSparkVersion ?? '', page: page.text };
  }

  async #load(id: string): Promise<Load> {
    const at = this.#effects.ticks();
    const reply = await this.#ask({ method: 'GET', path: 'metrics/json/' });
    const read = isFault(reply) ? null : readReply(reply, gaugesModel);
    const gauge = (name: string): number | null => {
      const value = read?.gauges[`${id}.driver.${name}`]?.value;
      return typeof value === 'number' ? value : null;
    };
    // Told at each look where it is switched on, else every ten seconds: nought before the first time.
    const atHeartbeat =
      (gauge('ExecutorMetrics.JVMHeapMemory') ?? 0) + (gauge('ExecutorMetrics.JVMOffHeapMemory') ?? 0);
    const memory = gauge('jvm.total.used') ?? (atHeartbeat === 0 ? null : atHeartbeat);
    return { at, cpuTime: gauge('JVMCPU.jvmCpuTime'), memory };
  }

  async #ask(request: ClusterRequest): Promise<Fault | ClusterReply> {
    const endpoint = await this.#find();
    return isFault(endpoint) ? endpoint : this.#effects.ask(endpoint, request);
  }
}

/** Processor time between two looks, in shares of one thread; null: this is the first look. */
function shareOf(before: Load | null, now: Load): number | null {
  if (before === null || before.cpuTime === null || now.cpuTime === null || now.at <= before.at) return null;
  return Math.max(0, (now.cpuTime - before.cpuTime) / 1e6 / (now.at - before.at));
}

function pictureOf(executor: Executor, cpu: number | null, memory: number | null): WorkerPicture {
  const { id, hostPort, totalCores } = executor;
  const isServer = id === 'driver';
  return {
    id,
    name: isServer ? 'server' : `executor ${id}`,
    host: hostPort.replace(/:\d+$/, ''),
    threads: totalCores,
    running: runningOn(executor),
    cpu: isServer ? cpu : null,
    memory: isServer && memory !== null ? { used: memory, limit: null } : null,
    spilled: null,
    disk: null,
    network: null,
    heardAt: null,
  };
}

function notConnect(reply: ClusterReply): Fault {
  if (reply.text.includes('Spark is starting up')) {
    return fault('cluster.unreachable', 'The Spark server is still starting.', 'It answers in a moment.');
  }
  return notThis(
    reply,
    'Where a Spark Connect server tells of its work',
    'Enter the address of its pages, usually port 4040.',
  );
}
