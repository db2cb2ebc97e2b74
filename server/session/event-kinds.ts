import type { RunId } from '#lib/core/ids.ts';
import type { KernelStatus, SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';

/** Whether followers may wait for the next frame: many of these become one. */
export function isMergeable(event: SessionEvent): boolean {
  return (
    event.type === 'StreamArrived' ||
    event.type === 'StreamStored' ||
    event.type === 'DisplayUpdated' ||
    event.type === 'ProgressArrived'
  );
}

/** A kernel that works or rests: said twice a run, and of no use to a process that has to find the kernel again. */
export function isBusyness(before: NotebookRunState, event: SessionEvent): boolean {
  if (event.type !== 'KernelStatusChanged' || event.reason !== undefined) return false;
  const present = before.sessions.get(event.sessionId)?.status;
  return works.has(event.status) && present !== undefined && works.has(present);
}
const works: ReadonlySet<string> = new Set<KernelStatus>(['idle', 'busy']);

/** Whether it says something of this run itself. */
export function concerns(event: SessionEvent, runId: RunId): boolean {
  return event.type === 'RunsCancelled' ? event.runIds.includes(runId) : 'runId' in event && event.runId === runId;
}

/** Events after which the file is behind; the rest only say who ran, waits or was read from it. */
export const writesResults: ReadonlySet<SessionEvent['type']> = new Set([
  'CellsCleared',
  'RunStarted',
  'ExecutionCountSet',
  'StreamArrived',
  'OutputArrived',
  'OutputsCleared',
  'DisplayUpdated',
  'DisplayRemoved',
] as const);

/** Of no use to browsers: what the kernel was heard to say, which requests were answered, and where values lie. */
export const serverAlone: ReadonlySet<SessionEvent['type']> = new Set([
  'KernelHeard',
  'RequestAnswered',
  'ValueStored',
] as const);
