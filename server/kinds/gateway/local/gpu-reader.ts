import { execFile } from 'node:child_process';
import type { GpuSample } from '#lib/core/resource/gpu.ts';

/** Its tool takes some tens of milliseconds of a core, and seconds where the driver is not kept loaded. */
const everyMs = 5_000;
const failedMs = 60_000;
const limitMs = 20_000;
const query = ['--query-gpu=name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];

/** What the driver's tool wrote; `missing`: this machine has none; `failed`: it ended with an error or took too long. */
export type ToolAnswer = { readonly told: string } | 'missing' | 'failed';
type RunTool = (args: readonly string[]) => Promise<ToolAnswer>;

/**
 * The NVIDIA graphics processors of this machine, as `nvidia-smi` tells. Without it, it is asked once and never again; where
 * it fails it is asked again after a minute.
 */
export class GpuReader {
  readonly #run: RunTool;
  readonly #ticks: () => number;
  #last: readonly GpuSample[] | null = null;
  #reading: Promise<void> | null = null;
  #askAt = 0;

  constructor(run: RunTool = runNvidiaSmi, ticks = (): number => performance.now()) {
    this.#run = run;
    this.#ticks = ticks;
  }

  /** What it told last, without waiting; null: nothing yet. Whoever reads makes it go on. */
  last(): readonly GpuSample[] | null {
    const now = this.#ticks();
    if (this.#reading === null && now >= this.#askAt) {
      this.#askAt = now + everyMs;
      this.#reading = this.#run(query)
        .then((answer) => this.#take(answer))
        .finally(() => (this.#reading = null));
    }
    return this.#last;
  }

  #take(answer: ToolAnswer): void {
    this.#last = typeof answer === 'object' ? readGpus(answer.told) : null;
    if (answer === 'missing') this.#askAt = Number.POSITIVE_INFINITY;
    if (answer === 'failed') this.#askAt = this.#ticks() + failedMs;
  }
}

/** One line per processor; what a driver does not tell reads `[N/A]` or alike. Sizes are in MiB. */
export function readGpus(told: string): readonly GpuSample[] {
  return told
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', busy, used, total] = line.split(',').map((field) => field.trim());
      const [share, usedMiB, totalMiB] = [busy, used, total].map(numberOf);
      return {
        name,
        busy: share == null ? null : share / 100,
        memory:
          usedMiB == null ? null : { used: usedMiB * 2 ** 20, total: totalMiB == null ? null : totalMiB * 2 ** 20 },
      };
    });
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;

export function runNvidiaSmi(args: readonly string[]): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    execFile('nvidia-smi', args, { timeout: limitMs, windowsHide: true }, (error, told) => {
      if (error === null) resolve({ told });
      else resolve(error.code === 'ENOENT' ? 'missing' : 'failed');
    });
  });
}
