import { sayBytes } from '#lib/core/say-bytes.ts';
import {
  type Progress,
  type ProgressEngine,
  type SeenProgress,
  type TaskCounts,
  taskRate,
  timeLeft,
} from '#lib/core/session/progress.ts';
import { counted, span } from '#components/ui/measure-words.ts';

/** The words of the strip that says how far an engine is. Pure, so that they can be tested. */

export const engineNames: Readonly<Record<ProgressEngine, string>> = {
  spark: 'Spark',
  'spark-connect': 'Spark Connect',
  dask: 'Dask',
  ray: 'Ray',
};

const numbers = new Intl.NumberFormat('en-GB');
export const whole = (value: number): string => numbers.format(value);

/** `12 of 40 tasks`, and what else is known of them; what is nothing is left out. */
export function describeWork(seen: SeenProgress): readonly string[] {
  const { tasks } = seen.report;
  const rate = taskRate(seen);
  const left = timeLeft(seen);
  return [
    describeCount(tasks, seen.report.atLeast, tasks.total === 1 ? ' task' : ' tasks'),
    ...(tasks.running > 0 ? [`${whole(tasks.running)} running`] : []),
    ...(tasks.failed > 0 ? [`${whole(tasks.failed)} failed`] : []),
    ...describeBytes(seen.report),
    ...(rate === null || rate < 0.05 ? [] : [`${rate < 10 ? rate.toFixed(1) : whole(Math.round(rate))} tasks/s`]),
    ...(left === null ? [] : [`about ${roughly(left)} left`]),
  ];
}

/** One line of work that is over. `ms`: how long the cell took. */
export function describeDone({ report }: SeenProgress, ms: number): string {
  const { engine, jobs, tasks, atLeast } = report;
  const parts = [
    `${engineNames[engine]}: ${atLeast === true ? 'at least ' : ''}${whole(tasks.done)} ${tasks.done === 1 ? 'task' : 'tasks'} in ${span(ms)}`,
    ...(atLeast !== true && tasks.done < tasks.total ? [`of ${whole(tasks.total)}`] : []),
    ...(tasks.failed > 0 ? [`${whole(tasks.failed)} failed`] : []),
    ...(jobs > 1 ? [counted(jobs, 'job')] : []),
    ...describeBytes(report),
  ];
  return parts.join(' · ');
}

/** `12 of 40 tasks`; where nobody knows how many there are, `at least 12 tasks done`. */
export function describeCount({ done, total }: TaskCounts, atLeast: boolean | undefined, unit = ''): string {
  return atLeast === true ? `at least ${whole(done)}${unit} done` : `${whole(done)} of ${whole(total)}${unit}`;
}

function describeBytes({ bytesRead, shuffleRead, shuffleWrite, spilled }: Progress): readonly string[] {
  const shuffled = Math.max(shuffleRead ?? 0, shuffleWrite ?? 0);
  return [
    ...((bytesRead ?? 0) > 0 ? [`${sayBytes(bytesRead ?? 0)} read`] : []),
    ...(shuffled > 0 ? [`${sayBytes(shuffled)} shuffled`] : []),
    ...((spilled ?? 0) > 0 ? [`${sayBytes(spilled ?? 0)} spilled`] : []),
  ];
}

/** A time that nobody knows to the second: `8 s`, `40 s`, `3 min`. */
function roughly(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 10) return `${seconds} s`;
  if (seconds < 60) return `${Math.round(seconds / 5) * 5} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}

/** How much of it is done, from 0 to 1. */
export function doneShare({ done, failed, total }: Progress['tasks']): number {
  return total === 0 ? 0 : Math.min(1, (done + failed) / total);
}
