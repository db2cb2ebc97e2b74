import type { ClusterPicture, WorkerPicture } from './picture.ts';

/** What the processes of the workers have taken, by the names of the workers, as whoever launched them measures it. */
export type WorkersTaken = {
  /** ms of a clock that never jumps */
  readonly at: number;
  /** `memory`: resident bytes. `cpuMs`: CPU time since they began. */
  readonly workers: ReadonlyMap<string, { readonly memory: number; readonly cpuMs: number }>;
};

/** Whether there is something that the engine does not tell of its workers, and that could be measured. */
export function lacksFigures({ workers }: ClusterPicture): boolean {
  return workers.some(({ cpu, memory }) => cpu === null || memory === null);
}

/** What was busy in a longer time says little of now. */
const longestSpanMs = 15_000;

/** The picture with what was measured where the engine tells nothing; CPU from the second time on. */
export function withTaken(picture: ClusterPicture, now: WorkersTaken, before: WorkersTaken | null): ClusterPicture {
  const workers = picture.workers.map((worker): WorkerPicture => {
    const taken = now.workers.get(worker.name);
    if (taken === undefined) return worker;
    const earlier = before?.workers.get(worker.name);
    const busy = earlier === undefined ? -1 : taken.cpuMs - earlier.cpuMs;
    const span = now.at - (before?.at ?? now.at);
    return {
      ...worker,
      // Less than before: one of its processes has ended, and took its time along.
      cpu: worker.cpu ?? (busy >= 0 && span > 0 && span <= longestSpanMs ? busy / span : null),
      memory: worker.memory ?? { used: taken.memory, limit: null },
    };
  });
  return { ...picture, workers };
}
