import type { Readable } from 'node:stream';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import type { WorkersTaken } from '#lib/core/cluster/workers-taken.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { ClusterKeys, ClusterKind, ClusterPlace } from '#lib/kinds/cluster/manifest.ts';

/**
 * What launches clusters. A provider owns what it has launched, by the id that it was given, until it is stopped: a crash of
 * this server ends nothing, and the next process finds it by the same id. Expected trouble is a `Fault`.
 */
export interface ProviderPort {
  /** What it can launch. */
  kinds(): readonly ClusterKind[];
  /** What there is where it launches. */
  machine(): Machine;
  /** Why a cluster of this kind and size cannot be launched here, before anything is begun; null: it can. */
  admit(kind: ClusterKind, size: ClusterSize): Fault | null;
  /** Answers when all of it is up. A launch that fails or is called off leaves nothing running; its logs stay until `stop`. */
  launch(request: LaunchRequest, launch?: ClusterLaunch): Promise<Fault | LaunchedCluster>;
  /** After our own restart: goes on with a launch that was under way. Null: there is nothing by this id. */
  adopt(id: ClusterId, launch?: ClusterLaunch): Promise<Fault | LaunchedCluster | null>;
  /** How it is now, without waiting. `cluster.lost`: what leads it has ended, with the reason. Null: nothing by this id is up. */
  find(id: ClusterId): Promise<Fault | LaunchedCluster | null>;
  /** What each worker that runs has taken, by its name; none where nothing tells. */
  measure(id: ClusterId): WorkersTaken;
  /** More workers, or fewer: those that go hand over what they hold. Answers when it is done. */
  scale(id: ClusterId, workers: number, launch?: ClusterLaunch): Promise<Fault | LaunchedCluster>;
  /** Ends all of it, a launch under way included, and removes what lies on disk. Nothing to stop is no fault. */
  stop(id: ClusterId): Promise<void>;
  /** All that were launched and not stopped yet, failed ones included. */
  list(): readonly ClusterId[];
  /** Names of the logs that there are, that of its head first; also of one that has failed. */
  listLogs(id: ClusterId): readonly string[];
  /** A log to be read from any place; also of one that has failed. */
  openLog(id: ClusterId, name: string): Promise<Fault | OpenedLog>;
}

export type Machine = { readonly cores: number; readonly memoryBytes: number; readonly freeDiskBytes: number };

export type OpenedLog = {
  /** Bytes, at this moment. */
  readonly size: number;
  /** Another one where the bytes may be others. */
  readonly version: string;
  /** From one byte to another, both included. */
  readonly read: (from: number, to: number) => Readable;
};

export type LaunchRequest = {
  readonly id: ClusterId;
  readonly kind: ClusterKind;
  readonly size: ClusterSize;
  /** For the workers, besides what they have of this server. */
  readonly environment: Readonly<Record<string, string>>;
};

/** How whoever launches follows it, and calls it off. */
export type ClusterLaunch = {
  /** Aborted: the launch answers `cluster.startCancelled` when nothing of it is left. */
  readonly signal?: AbortSignal | undefined;
  /** What is waited for, in words for a person. Told again when it changes. */
  readonly onReason?: ((text: string) => void) | undefined;
};

export type LaunchedCluster = {
  readonly place: ClusterPlace;
  readonly keys: ClusterKeys;
  /** What lets us in at its dashboard. */
  readonly headers: Readonly<Record<string, string>>;
  /** Workers that run now; others may have ended. */
  readonly workers: readonly string[];
  /** Names for `openLog`, that of its head first. */
  readonly logs: readonly string[];
  /** ms since 1970 */
  readonly launchedAt: number;
};

/** What the port hands to its providers. */
export type ProviderEffects = {
  /** Installs an engine where it is missing; answers the Python that has it. */
  readonly ensureEngine: (
    environment: string,
    label: string,
    launch: ClusterLaunch | undefined,
  ) => Promise<Fault | { readonly python: string }>;
  /** ms since 1970 */
  readonly now: () => number;
  /** One line for the operator; never with a secret. */
  readonly log: (line: string) => void;
};
