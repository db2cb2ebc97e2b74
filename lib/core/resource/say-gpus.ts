import { sayBytes } from '#lib/core/say-bytes.ts';
import type { GpuSample } from './gpu.ts';

/** `H200 38 %, 1.0 GB of 2.0 GB`, one after the other; what is not told of one is left out. */
export function sayGpus(gpus: readonly GpuSample[]): string {
  if (gpus.length === 0) return 'none';
  return gpus
    .map(({ name, busy, memory }) => {
      const share = busy === null ? '' : ` ${Math.round(busy * 100)} %`;
      if (memory === null) return `${name}${share}`;
      const of = memory.total === null ? '' : ` of ${sayBytes(memory.total)}`;
      return `${name}${share}, ${sayBytes(memory.used)}${of}`;
    })
    .join('; ');
}
