import { setTimeout } from 'node:timers/promises';
import type { ClusterPicture, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterEndpoint, ClusterPort, ClusterReply, FindClusterEndpoint } from '../../port.ts';
import { addTasks, type Application, noTasks, readApplication, runningOn } from '../application.ts';
import { Questions } from '../../questions.ts';
import { notThis, readReply } from '../../read-reply.ts';
import { type Master, masterModel, type MasterPage, readMasterPage } from './models.ts';

/** Nobody waits longer for a driver: it may be behind a firewall, or have other things to do. */
const driverPatienceMs = 2_000;
/** One that is left in the midst of its answer prints that as an error into the notebook: it gets all the time to end it. */
const driverLimitMs = 60_000;
const mostDrivers = 8;
/** A driver that is asked while its pages are being set up prints what goes wrong there into the notebook. */
const settledMs = 5_000;

/** `age`: ms since its driver was asked. */
type Told = { readonly cores: number; readonly application: Application | null; readonly age: number };
type Driver = {
  readonly link: string;
  readonly questions: Questions<{ readonly application: Application }>;
  /** What it told last, and when it was asked for that. */
  last: { readonly application: Application; readonly at: number } | null;
  /** The look that is under way. */
  look: { readonly since: number; readonly over: Promise<void> } | null;
};

/**
 * A Spark master, asked over its pages. It knows workers and applications; of tasks each driver tells, at an address that
 * the master's page has. An application whose driver tells nothing counts as busy on all the cores that it holds.
 */
export class SparkMaster implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;
  readonly #questions: Questions<{ readonly master: Master; readonly page: MasterPage }>;
  /** By the number of their application. */
  readonly #drivers = new Map<string, Driver>();

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
    this.#questions = new Questions(
      {
        master: { everyMs: 2_000, ask: () => this.#master() },
        page: { everyMs: 2_000, ask: () => this.#page() },
      },
      effects.ticks,
    );
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const began = this.#effects.ticks();
    const master = await this.#master();
    if (isFault(master)) return master;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    const looked = await this.#questions.look();
    if (isFault(looked)) return looked;
    const { master, page } = looked.answers;
    for (const id of this.#drivers.keys())
      if (!master.activeapps.some((one) => one.id === id)) this.#drivers.delete(id);
    const told = await Promise.all(
      master.activeapps.map(async ({ id, cores, duration = settledMs }, index): Promise<Told> => {
        const link = index < mostDrivers && duration >= settledMs ? page.drivers.get(id) : undefined;
        return { cores, ...(await this.#driver(endpoint, id, link)) };
      }),
    );
    return {
      version: page.version,
      tasks: told.map(tasksOf).reduce(addTasks, noTasks),
      tasksAge: Math.max(looked.ageOf('master'), ...told.map(({ age }) => age)),
      workersAge: looked.ageOf('master'),
      clients: master.activeapps.length,
      wantedWorkers: null,
      workers: workersOf(
        master,
        told.flatMap(({ application }) => application?.executors ?? []),
      ),
    };
  }

  async #master(): Promise<Fault | Master> {
    const reply = await this.#ask('json/');
    if (isFault(reply)) return reply;
    const read = readReply(reply, masterModel);
    if (read === null) return notMaster(reply);
    if (read.status === 'ALIVE') return read;
    return fault('cluster.unreachable', `This master does not lead now (${read.status}).`, 'Enter the one that does.');
  }

  async #page(): Promise<MasterPage> {
    const reply = await this.#ask('');
    return readMasterPage(isFault(reply) ? '' : reply.text);
  }

  async #ask(path: string): Promise<Fault | ClusterReply> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    this.#questions.count();
    return this.#effects.ask(endpoint, { method: 'GET', path });
  }

  /** Each driver is a target of its own. */
  async #driver(endpoint: ClusterEndpoint, id: string, link: string | undefined): Promise<Omit<Told, 'cores'>> {
    const driver = link === undefined ? null : driverAt(endpoint, link);
    if (link === undefined || driver === null) return { application: null, age: 0 };
    let known = this.#drivers.get(id);
    if (known?.link !== link) {
      const questions: Driver['questions'] = new Questions(
        { application: { everyMs: 2_000, ask: () => this.#application(id, link, questions) } },
        this.#effects.ticks,
      );
      known = { link, questions, last: null, look: null };
      this.#drivers.set(id, known);
    }
    const { ticks } = this.#effects;
    known.look ??= { since: ticks(), over: this.#look(known) };
    const patience = driverPatienceMs - (ticks() - known.look.since);
    if (patience > 0) await Promise.race([known.look.over, setTimeout(patience, undefined, { ref: false })]);
    const { last } = known;
    return last === null ? { application: null, age: 0 } : { ...last, age: ticks() - last.at };
  }

  async #look(driver: Driver): Promise<void> {
    try {
      const looked = await driver.questions.look();
      const now = this.#effects.ticks();
      driver.last = isFault(looked)
        ? null
        : { application: looked.answers.application, at: now - looked.ageOf('application') };
    } finally {
      driver.look = null;
    }
  }

  async #application(id: string, link: string, questions: Driver['questions']): Promise<Fault | Application> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    const driver = driverAt(endpoint, link) ?? noDriver;
    if (isFault(driver)) return driver;
    const read = await readApplication(id, (request) => {
      questions.count();
      return this.#effects.ask(driver, { ...request, timeoutMs: driverLimitMs });
    });
    return read ?? noDriver;
  }
}

/**
 * Whoever registers an application says where its pages are. What lets us in goes to the machine of the master alone, one
 * on loopback sends us nowhere else, and none elsewhere sends us to our own machine. Null: not to be asked.
 */
function driverAt(endpoint: ClusterEndpoint, link: string): ClusterEndpoint | null {
  const url = URL.parse(link, endpoint.dashboard);
  const { hostname } = new URL(endpoint.dashboard);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const dashboard = url.href.endsWith('/') ? url.href : `${url.href}/`;
  if (url.hostname === hostname) return { ...endpoint, dashboard };
  return isLoopback(hostname) === isLoopback(url.hostname) ? { dashboard, headers: {} } : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

const noDriver = fault('cluster.notThis', 'Where a driver should tell of its application there is something else.');

function tasksOf({ cores, application }: Told) {
  return application?.tasks ?? { ...noTasks, running: cores };
}

function workersOf(master: Master, executors: Application['executors']): WorkerPicture[] {
  const alive = master.workers.filter(({ state }) => state === 'ALIVE');
  return alive.map((worker) => {
    // An executor names its worker by the pages that show its output.
    const own = executors.filter(({ executorLogs }) =>
      Object.values(executorLogs).some((url) => url.startsWith(`${worker.webuiaddress}/`)),
    );
    return {
      id: worker.id,
      name: worker.id,
      host: worker.host,
      threads: worker.cores,
      running: own.reduce((sum, executor) => sum + runningOn(executor), 0),
      cpu: null,
      memory: null,
      spilled: null,
      disk: null,
      network: null,
      heardAt: worker.lastheartbeat,
    };
  });
}

function notMaster(reply: ClusterReply): Fault {
  const hint = 'Enter the address of its pages, usually port 8080.';
  return notThis(reply, 'Where a Spark master tells of its workers', hint);
}
