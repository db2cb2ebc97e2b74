import { fault, type Fault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { BoundCluster } from '#lib/core/session/event.ts';

/** How a kernel is told of a cluster. Holds what lets it in: for the kernel alone, never for a log. */
export type ClusterForKernel = {
  readonly cluster: BoundCluster;
  readonly environment: Readonly<Record<string, string>>;
  /** What finds it in code. */
  readonly line: string;
  /** Where it has to be reached. */
  readonly address: { readonly host: string; readonly port: number };
  readonly module: string;
  /** It lies on this machine's own loopback: no other machine reaches it, and none is told what lets in. */
  readonly here: boolean;
  /** Folder of this machine with the engine's modules. */
  readonly packages: string | null;
};

/** What a session host needs of the clusters. */
export type ClusterDirectory = { binding(id: ClusterId): Fault | ClusterForKernel };

/** `host:port`, perhaps after a scheme, the host perhaps in brackets. */
export function hostAndPort(address: string): ClusterForKernel['address'] | null {
  const found = /^(?:[a-z]*:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})/.exec(address);
  const host = found?.[1] ?? found?.[2];
  return host === undefined ? null : { host, port: Number(found?.[3]) };
}

export const noClusters: ClusterDirectory = {
  binding: () => fault('cluster.notFound', 'There is no such cluster.'),
};
