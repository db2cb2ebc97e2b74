import type { Kysely } from 'kysely';
import type { ClusterKind } from '#lib/core/cluster/kind.ts';
import { hitsWork, reduceCluster } from '#lib/core/cluster/reduce.ts';
import type { Cluster, ClusterEffect, ClusterSize } from '#lib/core/cluster/state.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { clusterId, type ClusterId, type PrincipalId, type WorkspaceId } from '#lib/core/ids.ts';
import { clusterManifests, may } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterEnvironment } from '#lib/core/cluster/template.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import type { Seal } from '#server/auth/seal.ts';
import type { Database } from '#server/db/schema.ts';
import type { ClusterPort, FindClusterEndpoint } from '#server/kinds/cluster/port.ts';
import type { Machine, ProviderPort } from '#server/kinds/provider/port.ts';
import { errnoOf, ioFault } from '#server/storage/io-fault.ts';
import type { ClusterForKernel } from '#server/session/cluster-directory.ts';
import { endpointOf, findEndpoint, placeOf, sealedElsewhere } from './cluster-endpoint.ts';
import { ClusterLogs } from './cluster-logs.ts';
import { viewOf } from './cluster-view.ts';
import { lookAt, type WatchCluster, type Watched } from './look-at-cluster.ts';
import { Pace } from './pace.ts';
import type { StartTimes } from './start-times.ts';
import { failureOf, performEffect, type Told } from './perform-effect.ts';
import { bindKernel, notReady } from './bind-kernel.ts';
import { readRow, type StoredCluster, writeRow } from './stored-cluster.ts';

/** Builds the adapter of a cluster; a kind that cannot be spoken with is a fault. */
export type ConnectCluster = (
  kind: ClusterKind,
  origin: Cluster['origin'],
  find: FindClusterEndpoint,
) => Fault | ClusterPort;

export type ClusterParts = {
  readonly db: Kysely<Database>;
  readonly workspaceId: WorkspaceId;
  readonly seal: Seal;
  readonly provider: ProviderPort;
  readonly connect: ConnectCluster;
  /** The kinds that `connect` knows. */
  readonly spoken: readonly ClusterKind[];
  readonly startTimes: StartTimes;
  /** Notebooks whose kernels are told of a cluster. */
  readonly boundTo: (id: ClusterId) => ClusterView['notebooks'];
  /** This server: the author of what engines do. */
  readonly self: PrincipalId;
  readonly events: {
    /** What is known of a cluster is other than before. */
    readonly changed: (id: ClusterId) => void;
    /** One line for the operator; never with a secret. */
    readonly log: (line: string) => void;
  };
  readonly effects: { readonly now: () => number; readonly randomId: () => string };
};

export type LaunchForm = {
  readonly kind: ClusterKind;
  readonly label: string;
  readonly size: ClusterSize;
  readonly idleMinutes: number | null;
  readonly environment: ClusterEnvironment;
};
export type AttachForm = {
  readonly kind: ClusterKind;
  /** null: the host of the address. */
  readonly label: string | null;
  readonly place: unknown;
  readonly token: string | null;
};

type Entry = Watched;

/** What a person may ask of a cluster that is there. */
export type ClusterAsk = Extract<
  Told,
  { readonly type: 'CheckRequested' | 'IdlePolicySet' | 'KeepRequested' | 'StopRequested' }
>;

/** The clock: which cluster is asked at a tick, its pace says. */
const tickMs = 1_000;

/**
 * The clusters of a workspace: owns the table `clusters` and performs what the reducer asks for. It alone joins a cluster's
 * life, the adapter that speaks with it and the provider that launched it.
 */
export class Clusters {
  readonly #parts: ClusterParts;
  readonly #entries = new Map<ClusterId, Entry>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<unknown> = Promise.resolve();
  /** Stops that are under way. */
  readonly #stops = new Set<Promise<void>>();
  /** Ends when what is known is on disk. */
  #written: Promise<void> = Promise.resolve();

  constructor(parts: ClusterParts) {
    this.#parts = parts;
  }

  /** Reads the clusters that are known, and begins to find each again; returns before it has. */
  async run(): Promise<void> {
    const { db, workspaceId, seal } = this.#parts;
    const rows = await db.selectFrom('clusters').selectAll().where('workspace_id', '=', workspaceId).execute();
    for (const row of rows) {
      const entry = this.#enter(readRow(row, seal));
      this.#take(entry, { type: 'ServerRestarted' });
    }
    for (const id of this.#parts.provider.list()) if (!this.#entries.has(id)) this.#forsake(id);
    this.#timer = setInterval(() => void this.look(), tickMs).unref();
  }

  /** `keep`: those that were launched go on and are found again at the next start; else they are stopped. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (!keep) {
      for (const entry of this.#entries.values()) {
        const { origin, state } = entry.stored.cluster;
        if (origin === 'launched' && state !== 'failed') this.#take(entry, { type: 'StopRequested' });
      }
      await Promise.all(this.#stops);
    }
    await this.#looking;
    await this.#written;
  }

  list(): readonly Cluster[] {
    return [...this.#entries.values()].map(({ stored }) => stored.cluster);
  }

  /** For a list that somebody has open: its figures are kept young for a while. */
  views(): ClusterView[] {
    for (const entry of this.#entries.values()) entry.listedAt = this.#parts.effects.now();
    return [...this.#entries.values()].map((entry) => this.#viewOf(entry));
  }

  view(id: ClusterId): Fault | ClusterView {
    const entry = this.#entries.get(id);
    return entry === undefined ? notFound : this.#viewOf(entry);
  }

  /** What can be done with a kind here. */
  offers(kind: ClusterKind): { readonly attach: boolean; readonly launch: boolean } {
    const attach = this.#parts.spoken.includes(kind);
    return { attach, launch: attach && this.#parts.provider.kinds().includes(kind) };
  }

  machine(): Machine {
    return this.#parts.provider.machine();
  }

  /** Why a cluster of this size cannot be launched here; null: it can. */
  admit(kind: ClusterKind, size: ClusterSize): Fault | null {
    return may(clusterManifests[kind], 'launched', 'start') ? this.#parts.provider.admit(kind, size) : notOffered;
  }

  /** Ports of this machine at which our own clusters tell of themselves: not to be reached by an address that is entered. */
  ownPorts(): readonly number[] {
    return [...this.#entries.values()].flatMap(({ launched }) => {
      const url = URL.parse(launched?.place.dashboard ?? '');
      return url === null ? [] : [Number(url.port)];
    });
  }

  launch({ environment, ...form }: LaunchForm, by: PrincipalId): Fault | Cluster {
    const refused = this.admit(form.kind, form.size);
    if (refused !== null) return refused;
    return this.#begin({ type: 'ClusterRequested', ...form }, form.kind, { place: null, token: null, environment }, by);
  }

  /** What it has written and what has happened to it. */
  logs(id: ClusterId): Fault | ClusterLogs {
    const entry = this.#entries.get(id);
    return entry === undefined ? notFound : new ClusterLogs(entry, entry.port, this.#parts.provider);
  }

  /** Launches one that failed again, in the same way. The failed one stays, with its logs. */
  relaunch(id: ClusterId, by: PrincipalId): Fault | Cluster {
    const entry = this.#entries.get(id);
    if (entry === undefined) return notFound;
    const { cluster, environment, locked } = entry.stored;
    const { kind, label, size, idle, state } = cluster;
    if (state !== 'failed' || size === null)
      return fault('request.unsupported', `“${label}” has not failed.`, 'Stop it first, or launch another one.');
    if (locked?.environment != null) return sealedElsewhere('environment', label);
    return this.launch({ kind, label, size, idleMinutes: idle.minutes, environment }, by);
  }

  /** Tests the address first; one that does not answer is not kept. */
  async attach({ kind, label, place, token }: AttachForm, by: PrincipalId): Promise<Fault | Cluster> {
    const read = clusterManifests[kind].place.safeParse(place);
    if (!read.success) return fault('request.invalid', read.error.issues[0]?.message ?? 'The address cannot be read.');
    const port = this.#parts.connect(kind, 'attached', async () => endpointOf(read.data, token));
    if (isFault(port)) return port;
    const checked = await port.check();
    if (isFault(checked)) return checked;
    const known = { place: read.data, token, environment: {} };
    const named = label ?? hostOf(read.data.address);
    return this.#begin({ type: 'ClusterAttached', kind, label: named }, kind, known, by);
  }

  /** Carries out what a person asks for, or says why not. */
  ask(id: ClusterId, asked: ClusterAsk, by: PrincipalId): Fault | Cluster {
    const entry = this.#entries.get(id);
    if (entry === undefined) return notFound;
    return this.#take(entry, asked, by);
  }

  /** More workers, or fewer. `cluster.busy`: running work would be hit, and was not said to be no matter. */
  scale(id: ClusterId, workers: number, evenIfBusy: boolean, by: PrincipalId): Fault | Cluster {
    const entry = this.#entries.get(id);
    if (entry === undefined) return notFound;
    const { cluster } = entry.stored;
    const { kind, origin, state, label, size } = cluster;
    if (size === null || !may(clusterManifests[kind], origin, 'scale')) return notOffered;
    if (state !== 'ready') return notReady(label);
    if (cluster.scaling)
      return fault('cluster.busy', `“${label}” is on its way to another size.`, 'Wait until it is there.');
    const refused = workers > size.workers ? this.admit(kind, { ...size, workers }) : null;
    if (refused !== null) return refused;
    const hit = evenIfBusy ? null : hitsWork(cluster, workers, this.#parts.effects.now());
    return hit ?? this.#take(entry, { type: 'ScaleRequested', workers, evenIfBusy }, by);
  }

  /** How a kernel is told of it. Holds what lets it in. */
  binding(id: ClusterId): Fault | ClusterForKernel {
    const entry = this.#entries.get(id);
    return entry === undefined ? notFound : bindKernel(entry, placeOf(entry));
  }

  /** Follows a cluster: it is asked once a second for all who do. Answers how to end that. */
  watch(id: ClusterId, listener: WatchCluster): () => void {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      listener(notFound);
      return () => undefined;
    }
    const watching: WatchCluster = (seen) => listener(seen);
    entry.watchers.add(watching);
    const { state } = entry.stored.cluster;
    if (state !== 'ready') listener(whyNotReady(entry));
    else if (entry.seen !== null) listener(entry.seen);
    // Whoever comes to look is worth one question.
    entry.pace.answered();
    void this.#lookAt(entry);
    return () => void entry.watchers.delete(watching);
  }

  /** Asks those whose turn it is how they are, and lets time pass. Ends when they have answered. */
  look(): Promise<unknown> {
    this.#looking = Promise.all([...this.#entries.values()].map((entry) => this.#lookAt(entry)));
    return this.#looking;
  }

  async #lookAt(entry: Entry): Promise<void> {
    const { provider, boundTo, effects } = this.#parts;
    const bound = boundTo(entry.stored.cluster.id).length > 0;
    try {
      await lookAt(entry, { provider, bound, now: effects.now, take: (told) => void this.#take(entry, told) });
    } catch (error) {
      // A disk that cannot be read, or a bug: the next look tries again.
      this.#parts.events.log(`cluster ${entry.stored.cluster.id} could not be looked at: ${String(error)}`);
    }
    this.#take(entry, { type: 'TimePassed' });
  }

  #begin(
    event: DistributedOmit<Extract<Told, { readonly type: 'ClusterRequested' | 'ClusterAttached' }>, 'id'>,
    kind: ClusterKind,
    known: Omit<StoredCluster, 'cluster'>,
    by: PrincipalId,
  ): Fault | Cluster {
    const id = clusterId(this.#parts.effects.randomId());
    const at = this.#parts.effects.now();
    const { cluster, effects } = reduceCluster(null, { ...event, id, at, by });
    if (cluster === null) return notFound;
    const entry = this.#enter({ ...known, cluster: { ...cluster, kind } });
    this.#keep(entry);
    this.#parts.events.changed(id);
    for (const effect of effects) this.#perform(entry, effect);
    return cluster;
  }

  #enter(stored: StoredCluster): Entry {
    const port = this.#parts.connect(stored.cluster.kind, stored.cluster.origin, async () => findEndpoint(entry));
    const entry: Entry = {
      stored,
      port,
      launched: null,
      seen: null,
      distanceMs: null,
      pace: new Pace(),
      watchers: new Set(),
    };
    this.#entries.set(stored.cluster.id, entry);
    return entry;
  }

  #take(entry: Entry, told: Told, by: PrincipalId = this.#parts.self): Cluster {
    const before = entry.stored.cluster;
    const { cluster, effects } = reduceCluster(before, { ...told, at: this.#parts.effects.now(), by });
    if (cluster === null || cluster === before) return before;
    entry.stored = { ...entry.stored, cluster: { ...cluster, kind: before.kind } };
    if (cluster.state === 'ready' && before.state !== 'ready') entry.pace.answered();
    if (cluster.state === 'stopped') {
      this.#entries.delete(cluster.id);
      for (const watcher of entry.watchers) watcher(notFound);
    } else if (before.state === 'ready' && cluster.state !== 'ready' && cluster.state !== 'unreachable') {
      for (const watcher of entry.watchers) watcher(whyNotReady(entry));
    }
    // What runs there is seen anew within seconds: it is neither worth a write nor to be told to everybody.
    if (told.type !== 'WorkSeen') this.#keep(entry);
    if (told.type !== 'WorkSeen' || isOtherLife(before, cluster)) this.#parts.events.changed(cluster.id);
    for (const effect of effects) this.#perform(entry, effect);
    return cluster;
  }

  #perform(entry: Entry, effect: ClusterEffect): void {
    // Whatever an adapter or a provider throws is a fault of the cluster, and a bug that the operator reads of.
    const { provider, startTimes, effects } = this.#parts;
    const answered = performEffect(effect, entry, {
      provider,
      startTimes,
      now: effects.now,
      kept: () => this.#written,
      take: (told) => void this.#take(entry, told),
    }).catch(async (error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      this.#parts.events.log(`cluster ${effect.id}: ${effect.type} failed: ${said}`);
      const ofDisk = errnoOf(error) !== null;
      const why = ofDisk
        ? ioFault(error, entry.stored.cluster.label)
        : fault('cluster.start', `It failed: ${said}.`, 'Try it again.');
      this.#take(entry, await failureOf(effect, why, provider));
    });
    if (effect.type !== 'Stop') return;
    this.#stops.add(answered);
    void answered.finally(() => this.#stops.delete(answered));
  }

  /** What was launched for a database that is no more has nobody who could stop it. */
  #forsake(id: ClusterId): void {
    const { provider, events } = this.#parts;
    events.log(`cluster ${id}: nothing is known of it here, so it is stopped`);
    provider.stop(id).catch((error: unknown) => events.log(`cluster ${id} could not be stopped: ${String(error)}`));
  }

  #viewOf(entry: Entry): ClusterView {
    const { startTimes, boundTo } = this.#parts;
    const { id, kind, size } = entry.stored.cluster;
    const lastStartMs = size === null ? null : startTimes.get(kind, size);
    return viewOf(entry, { lastStartMs, notebooks: boundTo(id) });
  }

  /** Writes in the order of what happened; a disk that fails is told, and what is in memory counts. */
  #keep(entry: Entry): void {
    const { db, workspaceId, seal, events } = this.#parts;
    const { id, state } = entry.stored.cluster;
    const row = state === 'stopped' ? null : writeRow(entry.stored, workspaceId, seal);
    this.#written = this.#written
      .then(() =>
        db.transaction().execute(async (transaction) => {
          await transaction.deleteFrom('clusters').where('id', '=', id).execute();
          if (row !== null) await transaction.insertInto('clusters').values(row).execute();
        }),
      )
      .catch((error: unknown) => events.log(`cluster ${id} could not be kept: ${String(error)}`));
  }
}

type DistributedOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** For whoever follows one that tells nothing now. */
function whyNotReady({ stored: { cluster } }: Entry): Fault {
  return cluster.fault ?? notReady(cluster.label);
}

/** Whether what was seen of its work is more than figures: it began or ended to work, will not be stopped after all, or is well again. */
function isOtherLife(before: Cluster, now: Cluster): boolean {
  return before.idle.end !== now.idle.end || before.fault !== now.fault || isWorking(before) !== isWorking(now);
}

function isWorking({ work }: Cluster): boolean {
  return work !== null && work.running + work.queued > 0;
}

function hostOf(address: string): string {
  return address.replace(/^[a-z]+:\/\//, '').replace(/:\d+$/, '');
}

const notFound = fault('cluster.notFound', 'There is no such cluster.', 'Pick another, or launch one.');
const notOffered = fault('request.unsupported', 'This cannot be done with a cluster of this kind.');
