import { z } from 'zod';

/**
 * How far an engine is with what a cell asked of it. It is said by the kernel, where anybody's code runs: bounded here, and
 * believed in nothing but its figures.
 */
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Bytes; null where the engine does not tell. */
const bytes = z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullable();

export const progressEngineSchema = z.enum(['spark', 'spark-connect', 'dask', 'ray']);
export type ProgressEngine = z.infer<typeof progressEngineSchema>;

const tasks = { done: count, running: count, failed: count, total: count };
export const taskCountsSchema = z.object(tasks);
export type TaskCounts = z.infer<typeof taskCountsSchema>;

export const stageSchema = z.object({ name: z.string().max(160), ...tasks });
export type Stage = z.infer<typeof stageSchema>;

export const progressSchema = z.object({
  engine: progressEngineSchema,
  /** What was asked of it so far: jobs, graphs; 0 where it knows no such thing. */
  jobs: count,
  tasks: taskCountsSchema,
  /** There is more than the engine tells of: all figures are at least so high. */
  atLeast: z.boolean().optional(),
  /** The latest, in the engine's own words; `stageCount` of them are known. */
  stages: z.array(stageSchema).max(32),
  stageCount: count,
  bytesRead: bytes,
  shuffleRead: bytes,
  shuffleWrite: bytes,
  spilled: bytes,
});
export type Progress = z.infer<typeof progressSchema>;

/** When so many tasks were done. `at`: ms since 1970 */
export type ProgressSample = { readonly at: number; readonly done: number; readonly total: number };

/** What was last said of a run, and what its pace is told by: samples, the oldest first. */
export type SeenProgress = {
  readonly report: Progress;
  /** ms since 1970 */
  readonly at: number;
  readonly samples: readonly ProgressSample[];
};

/** A pace is that of so many ms at most. */
const windowMs = 30_000;
const leastWindowMs = 4_000;
const leastSamples = 5;
const mostSamples = 64;
const leastDone = 4;
/** The two halves of the window differ by no more than this, or nobody can say how it goes on. */
const steadiness = 2;

export function seeProgress(before: SeenProgress | null, report: Progress, at: number): SeenProgress {
  const { done, failed, total } = report.tasks;
  const sample = { at, done: done + failed, total };
  const samples = (before?.samples ?? []).filter((one) => one.at > at - windowMs && one.at < at);
  return { report, at, samples: [...samples, sample].slice(-mostSamples) };
}

/** Tasks per second over the last half minute; null while too little is known. */
export function taskRate({ report, samples }: SeenProgress): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (report.atLeast === true || first === undefined || last === undefined || samples.length < 3) return null;
  const ms = last.at - first.at;
  return ms < 1_000 ? null : ((last.done - first.done) / ms) * 1_000;
}

/**
 * How long the rest takes, in ms, as far as that can be said honestly: null unless tasks have been done at a steady pace
 * for some seconds, and the work has not grown meanwhile.
 */
export function timeLeft({ report, samples }: SeenProgress): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (report.atLeast === true || first === undefined || last === undefined || samples.length < leastSamples)
    return null;
  const ms = last.at - first.at;
  const done = last.done - first.done;
  const rest = report.tasks.total - last.done;
  if (ms < leastWindowMs || done < leastDone || rest <= 0 || first.total !== last.total) return null;
  const half = samples.findLast((one) => one.at <= first.at + ms / 2) ?? first;
  const early = (half.done - first.done) / Math.max(1, half.at - first.at);
  const late = (last.done - half.done) / Math.max(1, last.at - half.at);
  if (early <= 0 || late <= 0 || early / late > steadiness || late / early > steadiness) return null;
  return rest / (done / ms);
}
