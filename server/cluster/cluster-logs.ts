import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterHappening } from '#lib/protocol/http/cluster-logs.ts';
import type { ClusterPort } from '#server/kinds/cluster/port.ts';
import type { OpenedLog, ProviderPort } from '#server/kinds/provider/port.ts';
import type { KnownCluster } from './cluster-view.ts';

type LogName = { readonly name: string; readonly label: string };

/** What the head of a cluster that others run is called in addresses. No engine names a worker so. */
const headName = 'head';

/** What one cluster has written and what has happened to it: of what was launched from here the provider has them, of others the engine tells them. */
export class ClusterLogs {
  readonly #known: KnownCluster;
  readonly #port: Fault | ClusterPort;
  readonly #provider: ProviderPort;

  constructor(known: KnownCluster, port: Fault | ClusterPort, provider: ProviderPort) {
    this.#known = known;
    this.#port = port;
    this.#provider = provider;
  }

  async list(): Promise<Fault | readonly LogName[]> {
    const { id, origin } = this.#known.stored.cluster;
    if (origin === 'launched') return this.#provider.listLogs(id).map((name) => ({ name, label: name }));
    if (isFault(this.#port)) return this.#port;
    if (this.#port.logs === undefined) return tellsNone;
    const seen = this.#known.seen?.picture ?? (await this.#port.describe());
    if (isFault(seen)) return seen;
    return [{ name: headName, label: headName }, ...seen.workers.map(({ id: name, name: label }) => ({ name, label }))];
  }

  async open(name: string): Promise<Fault | OpenedLog> {
    const { id, origin } = this.#known.stored.cluster;
    if (origin === 'launched') return this.#provider.openLog(id, name);
    if (isFault(this.#port)) return this.#port;
    if (this.#port.logs === undefined) return tellsNone;
    const lines = await this.#port.logs(name === headName ? null : name);
    if (isFault(lines)) return lines;
    const bytes = Buffer.from(lines.join('\n'));
    const version = createHash('sha256').update(bytes).digest('base64url');
    return { size: bytes.length, version, read: (from, to) => Readable.from([bytes.subarray(from, to + 1)]) };
  }

  /** The steps of its life, and what its engine tells, oldest first. */
  async events(): Promise<Fault | ClusterHappening[]> {
    const told = isFault(this.#port) ? [] : ((await this.#port.events?.()) ?? []);
    if (isFault(told)) return told;
    return [
      ...this.#known.stored.cluster.steps.map((step) => ({ ...step, source: 'life' as const })),
      ...told.map(({ at, text }) => ({ at, text, until: null, source: 'engine' as const })),
    ].toSorted((a, b) => a.at - b.at);
  }
}

const tellsNone = fault('cluster.notOffered', 'This cluster tells no logs.', 'Look for them where it was started.');
