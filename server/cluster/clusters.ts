import type { Kysely } from 'kysely';
import type { ClusterEvent } from '#lib/core/cluster/event.ts';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import { reduceCluster } from '#lib/core/cluster/reduce.ts';
import type { Cluster, ClusterEffect, ClusterSize } from '#lib/core/cluster/state.ts';
import { assertNever, fault, isFault, type Fault } from '#lib/core/fault.ts';
import { clusterId, type ClusterId, type PrincipalId, type WorkspaceId } from '#lib/core/ids.ts';
import {
  type ClusterKind,
  clusterManifests,
  type ClusterPlace,
  type KernelBinding,
  may,
} from '#lib/kinds/cluster/manifest.ts';
import type { Seal } from '#server/auth/seal.ts';
import type { Database } from '#server/db/schema.ts';
import type { ClusterPort, FindClusterEndpoint } from '#server/kinds/cluster/port.ts';
import type { LaunchedCluster, ProviderPort } from '#server/kinds/provider/port.ts';
import { readRow, type StoredCluster, writeRow } from './stored-cluster.ts';

/** Builds the adapter of a cluster; a kind that cannot be spoken with yet is a fault. */
export type ConnectCluster = (kind: ClusterKind, find: FindClusterEndpoint) => Fault | ClusterPort;

export type ClusterParts = {
  readonly db: Kysely<Database>;
  readonly workspaceId: WorkspaceId;
  readonly seal: Seal;
  readonly provider: ProviderPort;
  readonly connect: ConnectCluster;
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
  readonly environment: Readonly<Record<string, string>>;
};
export type AttachForm = {
  readonly kind: ClusterKind;
  readonly label: string;
  readonly place: unknown;
  readonly token: string | null;
};

/** What a person may ask of a cluster that is there. */
export type ClusterAsk = Extract<
  Told,
  { readonly type: 'CheckRequested' | 'ScaleRequested' | 'IdlePolicySet' | 'KeepRequested' | 'StopRequested' }
>;

/** Events without their time and author, which are added here. */
type Told = ClusterEvent extends infer Event ? (Event extends ClusterEvent ? Omit<Event, 'at' | 'by'> : never) : never;

type Entry = {
  stored: StoredCluster;
  readonly port: Fault | ClusterPort;
  launched: LaunchedCluster | null;
  seen: { readonly picture: ClusterPicture; readonly at: number } | null;
};

const lookEveryMs = 5_000;

/**
 * The clusters of a workspace: owns the table `clusters` and performs what the reducer asks for. It alone joins a cluster's
 * life, the adapter that speaks with it and the provider that launched it. Ends none when this server ends.
 */
export class Clusters {
  readonly #parts: ClusterParts;
  readonly #entries = new Map<ClusterId, Entry>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<unknown> | null = null;
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
    this.#timer = setInterval(() => void this.look(), lookEveryMs).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
    await this.#written;
  }

  list(): readonly Cluster[] {
    return [...this.#entries.values()].map(({ stored }) => stored.cluster);
  }

  /** What it last told of itself, and when. */
  seen(id: ClusterId): Entry['seen'] {
    return this.#entries.get(id)?.seen ?? null;
  }

  launch({ environment, ...form }: LaunchForm, by: PrincipalId): Fault | Cluster {
    if (!may(clusterManifests[form.kind], 'launched', 'start')) return notOffered;
    return this.#begin({ type: 'ClusterRequested', ...form }, form.kind, { place: null, token: null, environment }, by);
  }

  /** Tests the address first; one that does not answer is not kept. */
  async attach({ kind, label, place, token }: AttachForm, by: PrincipalId): Promise<Fault | Cluster> {
    const read = clusterManifests[kind].place.safeParse(place);
    if (!read.success) return fault('request.invalid', read.error.issues[0]?.message ?? 'The address cannot be read.');
    const port = this.#parts.connect(kind, async () => endpointOf(read.data, token));
    if (isFault(port)) return port;
    const checked = await port.check();
    if (isFault(checked)) return checked;
    const known = { place: read.data, token, environment: {} };
    return this.#begin({ type: 'ClusterAttached', kind, label }, kind, known, by);
  }

  /** Carries out what a person asks for, or says why not. */
  ask(id: ClusterId, asked: ClusterAsk, by: PrincipalId): Fault | Cluster {
    const entry = this.#entries.get(id);
    if (entry === undefined) return notFound;
    const { kind, origin } = entry.stored.cluster;
    if (asked.type === 'ScaleRequested' && !may(clusterManifests[kind], origin, 'scale')) return notOffered;
    return this.#take(entry, asked, by);
  }

  /** How a kernel is told of it. */
  binding(id: ClusterId): Fault | KernelBinding {
    const entry = this.#entries.get(id);
    if (entry === undefined) return notFound;
    const { cluster, token } = entry.stored;
    const place = placeOf(entry);
    if (cluster.state !== 'ready' || place === null)
      return fault('cluster.unreachable', `“${cluster.label}” is not ready.`, 'Wait until it is, or pick another.');
    const keys = entry.launched?.keys ?? (token === null ? {} : { token });
    return clusterManifests[cluster.kind].bind(place, keys);
  }

  /** Asks all that can be asked how they are, and lets time pass. Twice at once is once. */
  look(): Promise<unknown> {
    this.#looking ??= Promise.all([...this.#entries.values()].map((entry) => this.#lookAt(entry))).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookAt(entry: Entry): Promise<void> {
    const { state } = entry.stored.cluster;
    if ((state === 'ready' || state === 'unreachable') && !isFault(entry.port)) {
      const picture = await entry.port.describe();
      if (isFault(picture)) await this.#miss(entry, picture);
      else this.#see(entry, picture);
    }
    this.#take(entry, { type: 'TimePassed' });
  }

  #see(entry: Entry, picture: ClusterPicture): void {
    entry.seen = { picture, at: this.#parts.effects.now() };
    if (entry.stored.cluster.state === 'unreachable') this.#take(entry, { type: 'ClusterReady' });
    const { running, queued, waiting } = picture.tasks;
    this.#take(entry, { type: 'WorkSeen', running, queued: queued + waiting });
  }

  /** Whose provider knows that it has ended has failed; another one may come back. */
  async #miss(entry: Entry, why: Fault): Promise<void> {
    const { id, origin } = entry.stored.cluster;
    const found = origin === 'launched' ? await this.#parts.provider.find(id) : null;
    if (isFault(found)) this.#take(entry, { type: 'ClusterFailed', fault: found });
    else this.#take(entry, { type: 'ClusterUnreachable', fault: why });
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
    for (const effect of effects) this.#perform(entry, effect);
    return cluster;
  }

  #enter(stored: StoredCluster): Entry {
    const port = this.#parts.connect(stored.cluster.kind, async () => {
      const place = placeOf(entry);
      if (place === null) return notFound;
      return entry.launched === null
        ? endpointOf(place, entry.stored.token)
        : { dashboard: place.dashboard, headers: entry.launched.headers };
    });
    const entry: Entry = { stored, port, launched: null, seen: null };
    this.#entries.set(stored.cluster.id, entry);
    return entry;
  }

  #take(entry: Entry, told: Told, by: PrincipalId = this.#parts.self): Cluster {
    const before = entry.stored.cluster;
    const { cluster, effects } = reduceCluster(before, { ...told, at: this.#parts.effects.now(), by });
    if (cluster === null || cluster === before) return before;
    entry.stored = { ...entry.stored, cluster: { ...cluster, kind: before.kind } };
    if (cluster.state === 'stopped') this.#entries.delete(cluster.id);
    // What runs there is seen anew within seconds: it is not worth a write.
    if (told.type !== 'WorkSeen') this.#keep(entry);
    this.#parts.events.changed(cluster.id);
    for (const effect of effects) this.#perform(entry, effect);
    return cluster;
  }

  #perform(entry: Entry, effect: ClusterEffect): void {
    // Whatever an adapter or a provider throws is a fault of the cluster, and a bug that the operator reads of.
    this.#answer(entry, effect).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#parts.events.log(`cluster ${effect.id}: ${effect.type} failed: ${why}`);
      this.#take(entry, { type: 'ClusterFailed', fault: fault('cluster.start', `It failed: ${why}.`) });
    });
  }

  async #answer(entry: Entry, effect: ClusterEffect): Promise<void> {
    const { provider } = this.#parts;
    const { id } = effect;
    const follow = { onReason: (text: string) => void this.#take(entry, { type: 'StepReached', text }) };
    switch (effect.type) {
      case 'Launch': {
        const { cluster, environment } = entry.stored;
        const request = { id, kind: cluster.kind, size: effect.size, environment };
        // On disk before anything runs: what a crash leaves is found by it.
        await this.#written;
        // Called off before it has begun.
        if (entry.stored.cluster.state !== 'requested') return;
        return this.#launched(entry, await provider.launch(request, follow));
      }
      case 'Adopt':
        return this.#launched(entry, (await provider.adopt(id, follow)) ?? gone);
      case 'Check': {
        const checked = isFault(entry.port) ? entry.port : await entry.port.check();
        if (isFault(checked)) this.#take(entry, { type: 'ClusterUnreachable', fault: checked });
        else this.#take(entry, { type: 'ClusterReady' });
        return;
      }
      case 'Scale': {
        const scaled = await provider.scale(id, effect.workers, follow);
        if (!isFault(scaled)) {
          entry.launched = scaled;
          this.#take(entry, { type: 'ClusterScaled' });
          return;
        }
        const found = await provider.find(id);
        const workers = isFault(found) || found === null ? 0 : found.workers.length;
        this.#take(entry, { type: 'ScaleFailed', fault: scaled, workers });
        return;
      }
      case 'Stop':
        await provider.stop(id);
        this.#take(entry, { type: 'ClusterStopped' });
        return;
      default:
        return assertNever(effect);
    }
  }

  #launched(entry: Entry, answer: Fault | LaunchedCluster): void {
    if (isFault(answer)) {
      this.#take(entry, { type: 'ClusterFailed', fault: answer });
      return;
    }
    entry.launched = answer;
    this.#take(entry, { type: 'ClusterReady' });
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

function placeOf({ stored, launched }: Entry): ClusterPlace | null {
  return launched?.place ?? stored.place;
}

function endpointOf({ dashboard }: ClusterPlace, token: string | null) {
  return { dashboard, headers: token === null ? {} : { Authorization: `Bearer ${token}` } };
}

const notFound = fault('cluster.notFound', 'There is no such cluster.', 'Pick another, or launch one.');
const notOffered = fault('request.unsupported', 'This cannot be done with a cluster of this kind.');
const gone = fault('cluster.notFound', 'Nothing of this cluster is left on this machine.', 'Launch it again.');
