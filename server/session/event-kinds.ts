import type { SessionEvent } from '#lib/core/session/event.ts';

/** Whether followers may wait for the next frame: many of these become one. */
export function isMergeable(event: SessionEvent): boolean {
  return event.type === 'StreamArrived' || event.type === 'DisplayUpdated';
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
] as const);
