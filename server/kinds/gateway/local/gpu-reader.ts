import { execFile } from 'node:child_process';
import type { GpuSample } from '#lib/core/resource/gpu.ts';

/** Its tool takes some tens of milliseconds of a core. */
const everyMs = 5_000;
const limitMs = 3_000;
const query = ['--query-gpu=name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];

/** Runs the driver's tool; null: it is not there, or does not work. */
type RunTool = (args: readonly string[]) => Promise<string | null>;

/** The NVIDIA graphics processors of this machine, as `nvidia-smi` tells; without it, it is asked once and never again. */
export class GpuReader {
  readonly #run: RunTool;
  #reading: Promise<readonly GpuSample[] | null> | null = null;
  #readAt = 0;
  #isThere = true;

  constructor(run: RunTool = runNvidiaSmi) {
    this.#run = run;
  }

  async read(): Promise<readonly GpuSample[] | null> {
    if (!this.#isThere) return null;
    const now = performance.now();
    if (this.#reading === null || now - this.#readAt >= everyMs) {
      this.#readAt = now;
      this.#reading = this.#run(query).then((told) => {
        this.#isThere = told !== null;
        return told === null ? null : readGpus(told);
      });
    }
    return this.#reading;
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

function runNvidiaSmi(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('nvidia-smi', args, { timeout: limitMs, windowsHide: true }, (error, told) =>
      resolve(error === null ? told : null),
    );
  });
}
