import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { TlsTrust } from '#server/kinds/gateway/port.ts';

/**
 * What every cluster adapter offers. Adapters speak the engine's own protocols and know nothing of notebooks, providers or
 * browsers. All calls time out; expected trouble is a `Fault`. A method that is absent is nothing this engine has.
 */
export interface ClusterPort {
  /** Proves that the engine answers there and lets us in. */
  check(): Promise<Fault | { readonly distanceMs: number }>;
  /** Its workers, how loaded they are, and its work. Meant to be asked again and again: figures are asked in turn (questions.ts). */
  describe(): Promise<Fault | ClusterPicture>;
  /** The newest lines of the cluster's head (null) or of one worker, oldest first. */
  logs?(workerId: string | null): Promise<Fault | readonly string[]>;
  /** What has happened there, as the engine tells it. */
  events?(): Promise<Fault | readonly { readonly at: number; readonly text: string }[]>;
}

/** Where the cluster tells about itself, and what lets us in. Asked for before each use. */
export type ClusterEndpoint = {
  /** Ends with a slash; holds no credentials. */
  readonly dashboard: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: TlsTrust;
};

export type FindClusterEndpoint = () => Promise<Fault | ClusterEndpoint>;

export type ClusterRequest = {
  readonly method: 'GET' | 'POST';
  /** Relative to the dashboard, without a leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

export type ClusterReply = { readonly status: number; readonly contentType: string; readonly text: string };

/** What the port hands to its adapters: the only way out of the process. */
export type ClusterEffects = {
  /** One request through the outbound guard, bounded in time and size. Refusals and dead lines are faults. */
  readonly ask: (endpoint: ClusterEndpoint, request: ClusterRequest) => Promise<Fault | ClusterReply>;
  /** ms; of no meaning but for differences */
  readonly ticks: () => number;
};
