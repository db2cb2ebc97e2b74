import type { ClusterPicture, WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects, ClusterEndpoint, ClusterPort, ClusterReply, FindClusterEndpoint } from '../../port.ts';
import { addTasks, type Application, noTasks, readApplication, runningOn } from '../application.ts';
import { notThis, readReply } from '../../read-reply.ts';
import { type Master, masterModel, type MasterPage, readMasterPage } from './models.ts';

/** A driver whose pages are behind a firewall is not waited for as long as for the master. */
const driverLimitMs = 5_000;
const mostDrivers = 8;

type Told = { readonly cores: number; readonly application: Application | null };

/**
 * A Spark master, asked over its pages. It knows workers and applications; of tasks each driver tells, at an address that
 * the master's page has. An application whose driver tells nothing counts as busy on all the cores that it holds.
 */
export class SparkMaster implements ClusterPort {
  readonly #find: FindClusterEndpoint;
  readonly #effects: ClusterEffects;

  constructor(find: FindClusterEndpoint, effects: ClusterEffects) {
    this.#find = find;
    this.#effects = effects;
  }

  async check(): Promise<Fault | { readonly distanceMs: number }> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    const began = this.#effects.ticks();
    const master = await this.#master(endpoint);
    if (isFault(master)) return master;
    return { distanceMs: Math.round((this.#effects.ticks() - began) * 10) / 10 };
  }

  async describe(): Promise<Fault | ClusterPicture> {
    const endpoint = await this.#find();
    if (isFault(endpoint)) return endpoint;
    const [master, page] = await Promise.all([this.#master(endpoint), this.#page(endpoint)]);
    if (isFault(master)) return master;
    const told = await Promise.all(
      master.activeapps.map(async ({ id, cores }, index): Promise<Told> => {
        const link = index < mostDrivers ? page.drivers.get(id) : undefined;
        return { cores, application: link === undefined ? null : await this.#application(endpoint, id, link) };
      }),
    );
    return {
      version: page.version,
      tasks: told.map(tasksOf).reduce(addTasks, noTasks),
      clients: master.activeapps.length,
      wantedWorkers: null,
      workers: workersOf(
        master,
        told.flatMap(({ application }) => application?.executors ?? []),
      ),
    };
  }

  async #master(endpoint: ClusterEndpoint): Promise<Fault | Master> {
    const reply = await this.#effects.ask(endpoint, { method: 'GET', path: 'json/' });
    if (isFault(reply)) return reply;
    const read = readReply(reply, masterModel);
    if (read === null) return notMaster(reply);
    if (read.status === 'ALIVE') return read;
    return fault('cluster.unreachable', `This master does not lead now (${read.status}).`, 'Enter the one that does.');
  }

  async #page(endpoint: ClusterEndpoint): Promise<MasterPage> {
    const reply = await this.#effects.ask(endpoint, { method: 'GET', path: '' });
    return readMasterPage(isFault(reply) ? '' : reply.text);
  }

  async #application(endpoint: ClusterEndpoint, id: string, link: string): Promise<Application | null> {
    const driver = driverAt(endpoint, link);
    if (driver === null) return null;
    const read = await readApplication(id, (request) =>
      this.#effects.ask(driver, { ...request, timeoutMs: driverLimitMs }),
    );
    return isFault(read) ? null : read;
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
