import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { isFault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import { askThrough } from '#server/cluster/ask-cluster.ts';
import { OutboundGuard } from '#server/http/outbound-guard.ts';
import type { ClusterEffects, ClusterPort, FindClusterEndpoint } from '#server/kinds/cluster/port.ts';
import { LocalProvider } from '#server/kinds/provider/local/local-provider.ts';
import type { ProviderPort } from '#server/kinds/provider/port.ts';
import type { ProcessIdentity } from '#server/process/process-identity.ts';

type Adapter = new (find: FindClusterEndpoint, effects: ClusterEffects) => ClusterPort;

/** Where the clusters of one engine are launched in tests and spoken with; `name`: of its folder below that of the system. */
export class EngineRoom {
  readonly root: string;
  readonly #python: string;
  readonly #Adapter: Adapter;
  readonly #guard = new OutboundGuard({ allowLoopback: true, allowedNetworks: [], ownPorts: () => [] });

  constructor(name: string, python: string, Adapter: Adapter) {
    this.root = realpathSync(mkdtempSync(path.join(tmpdir(), `farfield-${name}-`)));
    this.#python = python;
    this.#Adapter = Adapter;
  }

  /** Speaks with what tells of itself there. */
  readonly at = (dashboard: string, headers: Readonly<Record<string, string>> = {}): ClusterPort =>
    new this.#Adapter(async () => ({ dashboard, headers }), {
      ask: askThrough(this.#guard.fetch),
      ticks: () => performance.now(),
    });

  readonly folderOf = (id: string): string => path.join(this.root, id);

  /** As one process of this server after the other has one. */
  readonly open = (): LocalProvider =>
    new LocalProvider({
      folder: this.root,
      effects: { ensureEngine: async () => ({ python: this.#python }), now: Date.now, log: () => undefined },
    });

  /** Stops what is there and leaves nothing behind. */
  readonly close = async (): Promise<void> => {
    const provider = this.open();
    for (const id of provider.list()) await provider.stop(id);
    await this.#guard.stop();
    rmSync(this.root, { recursive: true, force: true });
  };
}

/** Number nought would be ourselves. */
export function kill(one: ProcessIdentity | null | undefined): void {
  if (one == null) throw new Error('no such process');
  process.kill(one.pid, 'SIGKILL');
}

/** What a log of a launched cluster says, in whole. */
export async function logText(provider: ProviderPort, id: string, name: string): Promise<string> {
  const log = await provider.openLog(clusterId(id), name);
  if (isFault(log)) throw new Error(log.message);
  return log.size === 0 ? '' : text(log.read(0, log.size - 1));
}

const ownerProgram = path.join(import.meta.dirname, '../kinds/provider/local/fixtures/cluster-owner.ts');

/** A process of its own launches a cluster, and is killed when a line that it says is the one that is waited for. */
export async function killOwner(args: readonly string[], isTime: (line: string) => boolean): Promise<void> {
  const owner = spawn(process.execPath, [ownerProgram, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => owner.once('exit', () => resolve()));
  for await (const line of createInterface({ input: owner.stdout })) if (isTime(line)) break;
  owner.kill('SIGKILL');
  await ended;
}
