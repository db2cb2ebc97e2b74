import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellId } from '#lib/core/ids.ts';
import { FaultProxy } from '#server/testing/fault-proxy.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';
import { countLines, type LineCount } from './line-count.ts';

/** A real Jupyter Server, a proxy before it, and a session host that knows only the proxy. */
export class KernelRig implements AsyncDisposable {
  readonly jupyter: TestJupyter;
  readonly proxy: FaultProxy;
  /** Where the session host looks for the gateway, asked before each use. */
  readonly endpoint: { url: string; token: string };
  readonly bench: SessionBench;
  readonly #folder: string;

  private constructor(jupyter: TestJupyter, proxy: FaultProxy, folder: string) {
    this.jupyter = jupyter;
    this.proxy = proxy;
    this.#folder = folder;
    this.endpoint = { url: `${proxy.origin}/`, token: jupyter.token };
    this.bench = new SessionBench(this.endpoint, folder);
  }

  static async start(options: Parameters<typeof startJupyter>[0] = {}): Promise<KernelRig> {
    const jupyter = await startJupyter(options);
    const proxy = await FaultProxy.start(Number(new URL(jupyter.url).port));
    const rig = new KernelRig(jupyter, proxy, await mkdtemp(join(tmpdir(), 'farfield-rig-')));
    await rig.bench.open();
    return rig;
  }

  /** Starts a cell and waits until it has printed this many lines. */
  async runUntil(cell: CellId, lines: number): Promise<void> {
    await this.bench.run(cell);
    await this.bench.when(() => this.bench.text(cell).split('\n').length > lines, `${lines} lines`);
  }

  /** As the bench's own, with more patience: a run of many lines on a busy machine. */
  async whenFinished(cell: CellId): Promise<void> {
    while (this.bench.runOf(cell)?.finishedAt == null) await pause(50);
  }

  count(cell: CellId, expected: number): LineCount {
    return countLines(expected, this.bench.outputs(cell));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const view of this.bench.host.views()) await this.bench.host.kernels.end(view.id, { shutdown: false }, tester);
    await this.bench.host.stop();
    await this.jupyter.stop();
    await this.proxy[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
