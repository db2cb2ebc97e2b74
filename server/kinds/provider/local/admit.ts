import { statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import type { Machine } from '../port.ts';
import type { LocalEngine } from './engine.ts';

const leastDiskBytes = 512 * 1024 * 1024;
const mostWorkers = 64;
/** Threads wait for data as well: some more than there are cores are useful, many are not. */
const threadsPerCore = 4;

export function measureMachine(folder: string): Machine {
  const limit = process.constrainedMemory();
  const total = totalmem();
  const { bavail, bsize } = statfsSync(folder);
  return {
    cores: availableParallelism(),
    memoryBytes: limit > 0 && limit < total ? limit : total,
    freeDiskBytes: bavail * bsize,
  };
}

/** Why a cluster of this size cannot be here, in words; null: it can. */
export function admit(size: ClusterSize, engine: LocalEngine, machine: Machine): Fault | null {
  const { workers, threads, memoryBytes } = size;
  const { cores } = machine;
  if (![workers, threads].every(Number.isInteger) || workers < 1 || threads < 1) {
    return fault('cluster.size', 'A cluster has at least one worker, and a worker at least one thread.');
  }
  if (engine.worker === null && workers > 1) {
    const message = `${engine.label} computes in one process here: it has no workers of its own.`;
    return fault('cluster.size', message, 'Take one, with more threads or memory.');
  }
  if (workers > mostWorkers) {
    const message = `${workers} workers are more than one machine is used for here (${mostWorkers}).`;
    return fault('cluster.size', message, 'Take fewer workers with more threads each.');
  }
  if (workers * threads > cores * threadsPerCore) {
    const message = `${workers} × ${threads} threads do not go well on ${cores} ${cores === 1 ? 'core' : 'cores'}.`;
    return fault('cluster.size', message, `Take at most ${cores * threadsPerCore} threads in all.`);
  }
  if (memoryBytes < engine.leastMemoryBytes) {
    const least = sayBytes(engine.leastMemoryBytes);
    return fault('cluster.size', `A worker of ${engine.label} needs at least ${least} of memory.`);
  }
  if (workers * memoryBytes > machine.memoryBytes) {
    const asked = `${workers} × ${sayBytes(memoryBytes)}`;
    const message = `${asked} is more memory than this machine has (${sayBytes(machine.memoryBytes)}).`;
    return fault('cluster.size', message, 'Take fewer or smaller workers, or launch it elsewhere.');
  }
  if (machine.freeDiskBytes < leastDiskBytes) {
    const message = `Only ${sayBytes(machine.freeDiskBytes)} are free on the disk of this server's state folder.`;
    return fault(
      'file.noSpace',
      message,
      `Make room: a cluster needs ${sayBytes(leastDiskBytes)} for logs and spilled data.`,
    );
  }
  return null;
}
