import { z } from 'zod';
import type { TaskCounts } from '#lib/core/cluster/picture.ts';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterReply, ClusterRequest } from '../port.ts';
import { readReply } from '../read-reply.ts';

/** What a driver tells of its application (org.apache.spark.status.api.v1), as far as we read it. */

const count = z.number().nonnegative();

const executorModel = z.object({
  id: z.string(),
  hostPort: z.string(),
  isActive: z.boolean(),
  totalCores: count,
  activeTasks: count,
  completedTasks: count,
  failedTasks: count,
  /** Addresses of pages of the worker that has started it. */
  executorLogs: z.record(z.string(), z.string()),
});
export type Executor = z.infer<typeof executorModel>;

const stageModel = z.object({ status: z.string(), numTasks: count, numCompleteTasks: count });

export type Application = { readonly executors: readonly Executor[]; readonly tasks: TaskCounts };

/** Asked of the pages of a driver; null: what answers is none. */
export async function readApplication(
  id: string,
  ask: (request: ClusterRequest) => Promise<Fault | ClusterReply>,
): Promise<Fault | Application | null> {
  const below = `api/v1/applications/${encodeURIComponent(id)}`;
  const [executors, stages] = await Promise.all([
    ask({ method: 'GET', path: `${below}/allexecutors` }),
    ask({ method: 'GET', path: `${below}/stages?status=active&status=pending` }),
  ]);
  if (isFault(executors)) return executors;
  if (isFault(stages)) return stages;
  const read = readReply(executors, z.array(executorModel));
  const waiting = readReply(stages, z.array(stageModel));
  return read === null || waiting === null ? null : { executors: read, tasks: tasksOf(read, waiting) };
}

export const noTasks: TaskCounts = { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 };

export function addTasks(one: TaskCounts, other: TaskCounts): TaskCounts {
  return {
    running: one.running + other.running,
    queued: one.queued + other.queued,
    waiting: one.waiting + other.waiting,
    done: one.done + other.done,
    failed: one.failed + other.failed,
  };
}

/** A task that has ended is counted until its results are there, beside the next one. */
export function runningOn({ isActive, activeTasks, totalCores }: Executor): number {
  return isActive ? Math.min(activeTasks, totalCores) : 0;
}

function tasksOf(executors: readonly Executor[], stages: readonly z.infer<typeof stageModel>[]): TaskCounts {
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const running = sum(executors.map(runningOn));
  const active = stages.filter(({ status }) => status === 'ACTIVE');
  const left = sum(active.map(({ numTasks, numCompleteTasks }) => numTasks - numCompleteTasks));
  return {
    running,
    queued: Math.max(0, left - running),
    // Stages that wait for others.
    waiting: sum(stages.filter(({ status }) => status === 'PENDING').map(({ numTasks }) => numTasks)),
    done: sum(executors.map(({ completedTasks }) => completedTasks)),
    failed: sum(executors.map(({ failedTasks }) => failedTasks)),
  };
}
