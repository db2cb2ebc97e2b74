import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { kernelId, type KernelId } from '#lib/core/ids.ts';
import { isJsonObject } from '#lib/core/json.ts';
import type { HeardNumbers } from '#lib/core/kernel/message-numbers.ts';
import { gatewayManifests, type GatewayManifest } from '#lib/kinds/gateway/manifest.ts';
import type {
  FarGatewayPort,
  FindEndpoint,
  GatewayEffects,
  GatewayEndpoint,
  GatewayKernel,
  GatewaySpec,
  GatewayTerminals,
  KernelLaunch,
  KernelLink,
  KernelLinkListener,
  KernelProcesses,
} from '../port.ts';
import { followEvents } from './follow-events.ts';
import { HubServer, partsOf } from './hub-server.ts';
import { type Identified, identify } from './identify.ts';
import { JupyterKernelLink } from './kernel-link.ts';
import { launchKernel, reasonOf } from './launch.ts';
import { LaunchTurns } from './launch-turns.ts';
import { notJupyter, readKernel, readKernels, readSpecs, statusModel, versionModel } from './models.ts';
import { askJupyter, orFault, type RestReply, type RestRequest } from './rest.ts';
import { SharedLink } from './shared-link.ts';
import { JupyterTerminals } from './terminals.ts';

const slowRestartMs = 90_000;

/** The one socket to a kernel and those who share it. */
type Line = {
  readonly clientId: string;
  readonly socket: JupyterKernelLink;
  readonly shared: SharedLink<JupyterKernelLink>;
};

/**
 * What speaks Jupyter's protocol as a gateway: REST for kernels, one WebSocket per kernel. `endpoint` is asked before
 * every use, since the port of the embedded server and what lets us in change; `manifest` says what this kind can do.
 */
export class JupyterGateway implements FarGatewayPort {
  readonly processes: KernelProcesses | undefined;
  readonly #typed: FindEndpoint;
  readonly #endpoint: FindEndpoint;
  readonly #hub: HubServer;
  readonly #effects: GatewayEffects;
  readonly #pong: boolean;
  readonly #subshells: boolean;
  readonly #patienceMs: number | undefined;
  readonly #manifest: () => GatewayManifest;
  readonly #turns = new LaunchTurns();
  readonly #terminals: JupyterTerminals;
  readonly #lines = new Map<KernelId, Line>();

  constructor(
    endpoint: FindEndpoint,
    effects: GatewayEffects,
    options: {
      readonly pong?: boolean;
      readonly subshells?: boolean;
      readonly manifest?: () => GatewayManifest;
      readonly processes?: KernelProcesses;
      /** How long a socket may be silent before it is doubted, in ms. */
      readonly patienceMs?: number;
      /** Where the gateway's folders lie, as its own machine names it. */
      readonly rootFolder?: string;
    } = {},
  ) {
    this.#typed = async () => {
      const found = await orFault(endpoint);
      return isFault(found) || found.baseUrl.endsWith('/') ? found : { ...found, baseUrl: `${found.baseUrl}/` };
    };
    this.#effects = effects;
    this.#pong = options.pong ?? true;
    this.#subshells = options.subshells ?? true;
    this.#patienceMs = options.patienceMs;
    this.processes = options.processes;
    this.#manifest = options.manifest ?? (() => gatewayManifests.jupyter);
    this.#hub = new HubServer(this.#typed, {
      ask: (found, request) => this.#askAt(found, request),
      follow: (found, path, signal) => followEvents(found, path, signal, effects),
      now: () => performance.now(),
      wait: (ms) => sleep(ms),
    });
    this.#endpoint = () => (this.#manifest().startsOnDemand ? orFault(this.#hub.endpoint) : this.#typed());
    this.#terminals = new JupyterTerminals({
      ask: (request) => this.#ask(request),
      wake: () => this.wake(),
      hasFolder: (folder) => this.#hasFolder(folder),
      rootFolder: options.rootFolder ?? null,
      endpoint: this.#endpoint,
      effects,
      patienceMs: options.patienceMs,
    });
  }

  get terminals(): GatewayTerminals | undefined {
    return this.#manifest().terminals ? this.#terminals : undefined;
  }

  async identify(): Promise<Fault | Identified> {
    const found = await this.#typed();
    if (isFault(found)) return found;
    const at = (baseUrl: string) => (request: RestRequest) => this.#askAt({ ...found, baseUrl }, request);
    return identify(found.baseUrl, at(found.baseUrl), at(partsOf(found.baseUrl).hub));
  }

  async wake(launch: KernelLaunch = {}): Promise<Fault | null> {
    return this.#manifest().startsOnDemand ? this.#hub.wake(launch) : null;
  }

  hurry(): void {
    for (const { socket } of this.#lines.values()) socket.hurry();
  }

  async check(): Promise<Fault | { readonly version: string; readonly distanceMs: number }> {
    const version = await this.#ask({ method: 'GET', path: 'api', anonymous: true });
    if (isFault(version)) return version;
    const named = versionModel.safeParse(version.json);
    if (!named.success) return notJupyter('it does not tell a version');
    const { tellsStatus } = this.#manifest();
    // `/api` may answer everybody; this one only those whose credentials are accepted. Timed: the line is warm now.
    const began = performance.now();
    const entered = await this.#ask({ method: 'GET', path: tellsStatus ? 'api/status' : 'api/kernelspecs' });
    const distanceMs = Math.round((performance.now() - began) * 10) / 10;
    if (isFault(entered)) return entered;
    const isThere = tellsStatus ? statusModel.safeParse(entered.json).success : readSpecs(entered.json) !== undefined;
    if (!isThere) return notJupyter('it does not tell its status');
    return { version: named.data.version, distanceMs };
  }

  async listSpecs(): Promise<Fault | readonly GatewaySpec[]> {
    const reply = await this.#ask({ method: 'GET', path: 'api/kernelspecs' });
    if (isFault(reply)) return reply;
    return readSpecs(reply.json) ?? notJupyter('its list of kernels has another form');
  }

  async listKernels(): Promise<Fault | readonly GatewayKernel[]> {
    const reply = await this.#ask({ method: 'GET', path: 'api/kernels', passes403: true });
    if (isFault(reply)) return reply;
    if (reply.status === 403) return this.#noListing();
    return readKernels(reply.json) ?? notJupyter('its list of running kernels has another form');
  }

  async startKernel(
    request: { readonly name: string; readonly folder: string },
    launch: KernelLaunch = {},
  ): Promise<Fault | GatewayKernel> {
    const { folders, namesKernels, launchLimitMs } = this.#manifest();
    const asleep = await this.wake(launch);
    if (asleep !== null) return asleep;
    const inFolder = folders && request.folder !== '' && (await this.#hasFolder(request.folder));
    const start = (goesOn: (rest: Promise<void>) => void): Promise<Fault | GatewayKernel> =>
      launchKernel(
        inFolder ? { name: request.name, path: request.folder } : { name: request.name },
        {
          ask: (asked) => this.#ask(asked),
          enter: () => this.#enter(),
          find: (id) => this.findKernel(id),
          remove: (id) => this.shutdownKernel(id),
          ownId: namesKernels ? kernelId(randomUUID()) : null,
          limitMs: launchLimitMs,
          now: () => performance.now(),
          wait: (ms) => sleep(ms),
          goesOn,
        },
        launch,
      );
    return namesKernels ? this.#turns.take(start, launch) : start(() => undefined);
  }

  async findKernel(kernelId: KernelId): Promise<Fault | GatewayKernel | null> {
    const reply = await this.#ask({ method: 'GET', path: kernelPath(kernelId) });
    if (isFault(reply)) return reply;
    if (reply.status === 404) return null;
    if (reply.status >= 400)
      return fault('gateway.unreachable', `The gateway failed: ${reasonOf(reply)}.`, 'Try again.');
    return readKernel(reply.json) ?? notJupyter('its description of a kernel has another form');
  }

  interruptKernel(kernelId: KernelId): Promise<Fault | null> {
    // What waits for a socket was asked for before the interrupt: it must not run after it.
    this.#lines.get(kernelId)?.socket.dropUnsent();
    return this.#control(kernelId, { method: 'POST', path: `${kernelPath(kernelId)}/interrupt` }, 'interrupt');
  }

  async restartKernel(kernelId: KernelId): Promise<Fault | null> {
    const request = { method: 'POST', path: `${kernelPath(kernelId)}/restart`, timeoutMs: slowRestartMs } as const;
    const socket = this.#lines.get(kernelId)?.socket;
    socket?.pause();
    const failed = await this.#control(kernelId, request, 'restart');
    socket?.renew(failed === null);
    return failed;
  }

  async shutdownKernel(kernelId: KernelId): Promise<Fault | null> {
    const failed = await this.#control(kernelId, { method: 'DELETE', path: kernelPath(kernelId) }, 'shut down');
    // Gone already is what was asked for.
    return failed?.fault === 'kernel.notFound' ? null : failed;
  }

  connect(
    kernelId: KernelId,
    clientId: string,
    listener: KernelLinkListener,
    heard: readonly HeardNumbers[] = [],
  ): KernelLink {
    const line = this.#lines.get(kernelId) ?? this.#open(kernelId, clientId);
    line.socket.restore(heard);
    return line.shared.join(listener, heard);
  }

  clientOf(kernelId: KernelId): string | null {
    return this.#lines.get(kernelId)?.clientId ?? null;
  }

  #open(kernelId: KernelId, clientId: string): Line {
    const connect = (listener: KernelLinkListener): JupyterKernelLink =>
      new JupyterKernelLink(
        {
          kernelId,
          clientId,
          endpoint: this.#endpoint,
          findKernel: () => this.findKernel(kernelId),
          effects: this.#effects,
          pong: this.#pong,
          subshells: this.#subshells,
          patienceMs: this.#patienceMs,
          onClose: () => {
            if (this.#lines.get(kernelId) === line) this.#lines.delete(kernelId);
          },
        },
        listener,
      );
    const shared = new SharedLink(connect);
    const line: Line = { clientId, shared, socket: shared.socket };
    this.#lines.set(kernelId, line);
    return line;
  }

  async #hasFolder(folder: string): Promise<boolean> {
    const path = folder.split('/').map(encodeURIComponent).join('/');
    const reply = await this.#ask({ method: 'GET', path: `api/contents/${path}?content=0` });
    return !isFault(reply) && reply.status === 200 && isJsonObject(reply.json) && reply.json['type'] === 'directory';
  }

  async #control(kernelId: KernelId, request: RestRequest, verb: string): Promise<Fault | null> {
    const reply = await this.#ask(request);
    if (isFault(reply)) return reply;
    if (reply.status < 300) return null;
    // Jupyter Server answers 500 to the restart of a kernel that it does not have.
    if (reply.status === 404 || (await this.findKernel(kernelId)) === null) {
      return fault('kernel.notFound', `The gateway no longer has the kernel ${kernelId}.`, 'Start a new kernel.');
    }
    return fault(
      'kernel.dead',
      `The gateway could not ${verb} the kernel: ${reasonOf(reply)}.`,
      'Restart it, or start a new kernel.',
    );
  }

  /** Enterprise Gateway and Kernel Gateway forbid the list by default; a refusal of who asks looks the same. */
  async #noListing(): Promise<Fault> {
    return (
      (await this.#enter()) ??
      fault(
        'gateway.noListing',
        'This gateway does not tell which kernels it runs; those that are started from here are known all the same.',
      )
    );
  }

  async #enter(): Promise<Fault | null> {
    const specs = await this.listSpecs();
    return isFault(specs) ? specs : null;
  }

  async #ask(request: RestRequest): Promise<Fault | RestReply> {
    const endpoint = await this.#endpoint();
    if (isFault(endpoint)) return endpoint;
    const reply = await this.#askAt(endpoint, request);
    // A hub answers in the place of a server that has gone to sleep: with a page, a redirect or 503.
    if (isFault(reply) && reply.fault !== 'gateway.refused') this.#hub.forget();
    return reply;
  }

  #askAt(endpoint: GatewayEndpoint, request: RestRequest): Promise<Fault | RestReply> {
    return orFault(() => this.#askAndRenew(endpoint, request));
  }

  async #askAndRenew(endpoint: GatewayEndpoint, request: RestRequest): Promise<Fault | RestReply> {
    const reply = await askJupyter(endpoint, request, this.#effects);
    const refused = isFault(reply) && reply.fault === 'gateway.refused';
    // Whether a proxy or the gateway itself failed says nothing about the credentials.
    if (endpoint.answered === undefined || (!refused && (request.anonymous === true || isFault(reply)))) return reply;
    if (request.passes403 === true && !isFault(reply) && reply.status === 403) return reply;
    if (!(await endpoint.answered(!refused)) || !refused) return reply;
    const renewed = await this.#typed();
    if (isFault(renewed)) return renewed;
    const again = await askJupyter({ ...renewed, baseUrl: endpoint.baseUrl }, request, this.#effects);
    await renewed.answered?.(!isFault(again) || again.fault !== 'gateway.refused');
    return again;
  }
}

function kernelPath(id: KernelId): string {
  return `api/kernels/${encodeURIComponent(id)}`;
}
