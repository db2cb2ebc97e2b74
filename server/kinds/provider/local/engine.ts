import type { Fault } from '#lib/core/fault.ts';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import type { ClusterKeys, ClusterPlace } from '#lib/kinds/cluster/manifest.ts';

/** What is started, and in which folder. */
export type EngineCommand = {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Where a cluster of this machine has its things. */
export type EnginePlan = {
  /** Mode 0700, of this cluster alone. */
  readonly folder: string;
  readonly python: string;
  /** Lets us in at its head; lies in a file of mode 0600, and on no command line. */
  readonly token: string;
  readonly size: ClusterSize;
  /** For its processes, besides what they have of this server. */
  readonly environment: Readonly<Record<string, string>>;
};

export type EngineHead = {
  readonly place: ClusterPlace;
  readonly keys: ClusterKeys;
  readonly headers: Readonly<Record<string, string>>;
};

/** An engine as processes of this machine: one head, and workers that are all alike, if any. Everything listens on loopback. */
export type LocalEngine = {
  readonly label: string;
  /** Name of its environment below the folder of environments, and of its file of pins. */
  readonly environment: string;
  /** What the head is called. */
  readonly headName: string;
  /** Below this a worker of it cannot live, bytes. */
  readonly leastMemoryBytes: number;
  /** Called before the head is started. What an earlier start has left in the folder is not of this one. */
  readonly prepare: (plan: EnginePlan) => void;
  /** Where it writes logs of its own outside of the folder; they stay as long as those in it. */
  readonly ownLogs?: (plan: EnginePlan) => string;
  /** Called when nothing of it runs: frees what it kept for its work, and leaves its logs. */
  readonly ended?: (plan: EnginePlan) => void;
  /** Removes what it had to keep outside of the folder; called when nothing of it runs and its logs are not wanted any more. */
  readonly clear?: (plan: EnginePlan) => void;
  readonly head: (plan: EnginePlan) => EngineCommand;
  /** Where the head answers; null: it has not said so yet. */
  readonly readHead: (plan: EnginePlan) => EngineHead | null;
  /** Null: the head computes itself, and there is nothing to scale. */
  readonly worker: ((plan: EnginePlan, head: EngineHead, name: string, size: ClusterSize) => EngineCommand) | null;
  /** Names of the workers that the head has; null: it does not answer. */
  readonly workersOf: (head: EngineHead) => Promise<readonly string[] | null>;
  /** Lets workers hand over what they hold before they are ended. */
  readonly retire: (head: EngineHead, names: readonly string[]) => Promise<Fault | null>;
};
