import { lookup } from 'node:dns';
import { join } from 'node:path';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { gatewayId, notebookId, principalId, type CellId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { KernelStatus } from '#lib/core/session/event.ts';
import type { Run } from '#lib/core/session/state.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import {
  tokenEndpoint,
  type GatewayEffects,
  type GatewayPort,
  type KernelProcesses,
} from '#server/kinds/gateway/port.ts';
import type { LedgerWriter } from '#server/ledger/run-recorder.ts';
import type { GatewayDirectory } from '#server/session/find-binding.ts';
import type { SessionHostOptions } from '#server/session/session-host-options.ts';
import { SessionHost } from '#server/session/session-host.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { MemorySource } from './memory-source.ts';

/** A session host on a real Jupyter Server, with sources in memory and words to wait by. */
export const tester = principalId('tester');

/** The network as it is: tests talk to loopback alone. */
export const openEffects: GatewayEffects = {
  fetch: globalThis.fetch,
  lookupFor: () => lookup,
  checkUrl: async () => null,
};

/** `processes`: what is known of those behind its kernels, for a gateway of this machine. */
export function gatewayDirectory(
  endpoint: { readonly url: string; readonly token: string },
  processes?: KernelProcesses,
): GatewayDirectory {
  const find = async () => tokenEndpoint(endpoint.url, endpoint.token);
  const port = new JupyterGateway(find, openEffects, processes === undefined ? {} : { processes });
  return { port: () => port, get: () => ({ label: 'test' }) };
}

/** `patienceMs`: how long `when` waits. */
type BenchOptions = Pick<SessionHostOptions, 'clusters' | 'agentEnabled' | 'effects'> & {
  readonly patienceMs?: number;
};

/** Keeps nothing and is always done. */
export const quietLedger: LedgerWriter = {
  write: () => undefined,
  opened: () => undefined,
  flush: async () => true,
  settled: () => true,
};

export class SessionBench {
  readonly source = new MemorySource();
  readonly gateways: GatewayDirectory;
  readonly blobs: BlobStore;
  readonly #folder: string;
  readonly #ledger: LedgerWriter;
  readonly #more: Omit<BenchOptions, 'patienceMs'>;
  readonly #patienceMs: number;
  readonly gatewayId = gatewayId('test');
  #host: SessionHost | null = null;

  /** `endpoint`: a Jupyter Server, or gateways of the test's own. */
  constructor(
    endpoint: { readonly url: string; readonly token: string } | GatewayDirectory,
    folder: string,
    ledger: LedgerWriter = quietLedger,
    { patienceMs = 30_000, ...more }: BenchOptions = {},
  ) {
    this.#patienceMs = patienceMs;
    this.#more = more;
    this.#ledger = ledger;
    this.gateways = 'url' in endpoint ? gatewayDirectory(endpoint) : endpoint;
    this.#folder = folder;
    this.blobs = new BlobStore(join(folder, 'blobs'));
  }

  get host(): SessionHost {
    if (this.#host === null) throw new Error('open the bench first');
    return this.#host;
  }

  async open(): Promise<this> {
    const { source, gateways, blobs } = this;
    const ledger = this.#ledger;
    this.#host = await SessionHost.open({
      notebookId: notebookId('n1'),
      folder: this.#folder,
      blobs,
      source,
      gateways,
      ledger,
      ...this.#more,
    });
    return this;
  }

  gateway(): GatewayPort {
    return unwrap(this.gateways.port(gatewayId('test')));
  }

  async start(kernelName = 'python3'): Promise<void> {
    unwrap(
      await this.host.kernels.start({ gatewayId: gatewayId('test'), kernelName, shutdownPrevious: false }, tester),
    );
    await this.whenStatus('idle');
  }

  async run(...cellIds: CellId[]): Promise<void> {
    unwrap(await this.host.runs.request({ cellIds, stateVector: null, by: tester }));
  }

  async runAndWait(...cellIds: CellId[]): Promise<void> {
    await this.run(...cellIds);
    for (const id of cellIds) await this.whenFinished(id);
  }

  outputs(id: CellId): readonly Output[] {
    return this.host.state().cells.get(id)?.outputs ?? [];
  }

  /** All stream text of a cell, in order. */
  text(id: CellId): string {
    return this.outputs(id)
      .map((output) => (output.output_type === 'stream' ? output.text : ''))
      .join('');
  }

  runOf(id: CellId): Run | null {
    return this.host.state().cells.get(id)?.run ?? null;
  }

  session() {
    const session = this.host.state().sessions.values().next().value;
    if (session === undefined) throw new Error('no session is bound');
    return session;
  }

  whenFinished(id: CellId): Promise<void> {
    return this.when(() => this.runOf(id)?.finishedAt != null, `cell ${id} to finish`);
  }

  whenStatus(...statuses: KernelStatus[]): Promise<void> {
    return this.when(() => statuses.includes(this.session().status), `the kernel to be ${statuses.join(' or ')}`);
  }

  async when(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + this.#patienceMs;
    while (performance.now() < deadline) {
      if (condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const state = this.host.state();
    const runs = JSON.stringify([...state.runs.values()]);
    throw new Error(
      `waited in vain for ${what}; sessions ${JSON.stringify([...state.sessions.values()])}, runs ${runs}`,
    );
  }
}

export function unwrap<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}
