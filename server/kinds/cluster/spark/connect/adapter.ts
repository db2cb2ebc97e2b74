import { z } from 'zod';
import type { ClusterPicture, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterPort, ClusterReply, ClusterRequest, FindClusterEndpoint } from '../../port.ts';
import { Questions } from '../../questions.ts';
import { notThis, readReply } from '../../read-reply.ts';
import { type Application, type Executor, readApplication, runningOn } from '../application.ts';

const applicationsModel = z.array(
  z.object({ id: z.string(), attempts: z.array(z.object({ completed: z.boolean(), appSparkVersion: z.string() })) }),
);
const gaugesModel = z.object({ gauges: z.record(z.string(), z.object({ value: z.unknown() })) });

/** Of the server's own process: nanoseconds of processor time so far at `at`, shares of one thread that are busy, and bytes. */
type Load = {
  readonly at: number;
  readonly cpuTime: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
};
type Answers = {
  readonly version: string;
  readonly sessions: number | null;
  readonly application: Application;
  readonly load: Load;
};

/**
 * A Spark Connect server, asked over the pages of its driver. Its executors are its workers; one that computes itself is its
 * own only worker, of which it tells processor and memory as well. A session stays online for an hour after its client has
 * gone without a word.
 */
export class SparkConnectServer implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;
  readonly #questions: Questions<Answers>;
  /** Of the application that the server is. */
  #id = '';
  #last: Load | null = null;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
    this.#questions = new Questions<Answers>(
      {
        version: { everyMs: Number.POSITIVE_INFINITY, ask: () => this.#version() },
        sessions: { everyMs: 6_000, ask: () => this.#sessions() },
        // Two requests.
        application: { everyMs: 3_000, ask: () => this.#application() },
        load: { everyMs: 6_000, ask: () => this.#load() },
      },
      effects.ticks,
    );
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const version = await this.#version();
    if (isFault(version)) return version;
    const sessions = await this.#sessions();
    if (isFault(sessions)) return sessions;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const looked = await this.#questions.look();
    if (isFault(looked)) return looked;
    const { version, sessions, application, load } = looked.answers;
    // A driver that computes nothing itself has no cores.
    const computing = application.executors.filter(({ isActive, totalCores }) => isActive && totalCores > 0);
    return {
      version,
      tasks: application.tasks,
      tasksAge: looked.ageOf('application'),
      workersAge: Math.max(looked.ageOf('application'), looked.ageOf('load')),
      clients: sessions,
      wantedWorkers: null,
      workers: computing.map((executor) => pictureOf(executor, load)),
    };
  }

  async #version(): Promise<Fault | string> {
    const applications = await this.#ask({ method: 'GET', path: 'api/v1/applications' });
    if (isFault(applications)) return applications;
    const running = readReply(applications, applicationsModel)?.find(({ attempts }) =>
      attempts.some(({ completed }) => !completed),
    );
    if (running === undefined) return notConnect(applications);
    this.#id = running.id;
    return running.attempts[0]?.appSparkVersion ?? '';
  }

  /** How many are online; null: its page says it in another way. Another driver has no such page. */
  async #sessions(): Promise<Fault | number | null> {
    const page = await this.#ask({ method: 'GET', path: 'connect/' });
    if (isFault(page)) return page;
    if (page.status !== 200 || !page.text.includes('session(s)')) {
      const hint = 'Enter the pages of a Spark Connect server, usually port 4040 beside its 15002.';
      return fault('cluster.notThis', 'There is a Spark driver, which serves no Spark Connect.', hint);
    }
    const online = /([\d,]+)\s*session\(s\) are online/.exec(page.text)?.[1];
    return online === undefined ? null : Number(online.replaceAll(',', ''));
  }

  async #application(): Promise<Fault | Application> {
    const read = await readApplication(this.#id, (request) => this.#ask(request));
    return read ?? fault('cluster.notThis', 'The server told of its work in no way that is known.');
  }

  async #load(): Promise<Load> {
    const at = this.#effects.ticks();
    const reply = await this.#ask({ method: 'GET', path: 'metrics/json/' });
    const read = isFault(reply) ? null : readReply(reply, gaugesModel);
    const gauge = (name: string): number | null => {
      const value = read?.gauges[`${this.#id}.driver.${name}`]?.value;
      return typeof value === 'number' ? value : null;
    };
    // Told at each look where it is switched on, else every ten seconds: nought before the first time.
    const atHeartbeat =
      (gauge('ExecutorMetrics.JVMHeapMemory') ?? 0) + (gauge('ExecutorMetrics.JVMOffHeapMemory') ?? 0);
    const memory = gauge('jvm.total.used') ?? (atHeartbeat === 0 ? null : atHeartbeat);
    const cpuTime = gauge('JVMCPU.jvmCpuTime');
    const load = { at, cpuTime, cpu: shareOf(this.#last, { at, cpuTime }), memory };
    this.#last = load;
    return load;
  }

  async #ask(request: ClusterRequest): Promise<Fault | ClusterReply> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    this.#questions.count();
    return this.#effects.ask(endpoint, request);
  }
}

/** Processor time between two looks, in shares of one thread; null: this is the first look. */
function shareOf(before: Load | null, now: Pick<Load, 'at' | 'cpuTime'>): number | null {
  if (before === null || before.cpuTime === null || now.cpuTime === null || now.at <= before.at) return null;
  return Math.max(0, (now.cpuTime - before.cpuTime) / 1e6 / (now.at - before.at));
}

function pictureOf(executor: Executor, { cpu, memory }: Load): WorkerPicture {
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
