import { useCallback, useSyncExternalStore } from 'react';
import type { CellId } from '#lib/core/ids.ts';
import type { Launch } from '#lib/core/kernel/launch.ts';
import { findWaitingRun } from '#lib/core/session/reduce-input.ts';
import { emptyCellState, type CellState, type Run, type SessionState } from '#lib/core/session/state.ts';
import type { NotebookResults } from './notebook-results.ts';

/** Results and last run of one cell; renders again only when this cell changed. */
export function useCellState(results: NotebookResults, id: CellId): CellState {
  const subscribe = useCallback((listener: () => void) => results.subscribeCell(id, listener), [results, id]);
  return useSyncExternalStore(
    subscribe,
    () => results.cell(id),
    () => emptyCellState,
  );
}

/** Place of the cell's waiting run, from 1; null when it does not wait. */
export function useQueuePosition(results: NotebookResults, id: CellId): number | null {
  const subscribe = useCallback((listener: () => void) => results.subscribeCell(id, listener), [results, id]);
  return useSyncExternalStore(
    subscribe,
    () => results.queuePosition(id),
    () => null,
  );
}

/** Whether the cell waits in a queue that is held. */
export function useIsHeld(results: NotebookResults, id: CellId): boolean {
  const subscribe = useCallback((listener: () => void) => results.subscribe(listener), [results]);
  return useSyncExternalStore(
    subscribe,
    () => {
      const { run } = results.cell(id);
      if (run?.state !== 'queued') return false;
      return (results.state().sessions.get(run.sessionId)?.held ?? null) !== null;
    },
    () => false,
  );
}

const noSessions: readonly SessionState[] = [];

/** The notebook's sessions; the first one is where cells run. */
export function useSessions(results: NotebookResults): readonly SessionState[] {
  const subscribe = useCallback((listener: () => void) => results.subscribe(listener), [results]);
  return useSyncExternalStore(
    subscribe,
    () => results.sessions(),
    () => noSessions,
  );
}

/** The run that asks something and waits for a person; null when none does. */
export function useWaitingRun(results: NotebookResults): Run | null {
  const subscribe = useCallback((listener: () => void) => results.subscribe(listener), [results]);
  return useSyncExternalStore(
    subscribe,
    () => findWaitingRun(results.state()),
    () => null,
  );
}

/** The start of a kernel that is under way, or failed. */
export function useLaunch(results: NotebookResults): Launch | null {
  const subscribe = useCallback((listener: () => void) => results.subscribe(listener), [results]);
  return useSyncExternalStore(
    subscribe,
    () => results.launch(),
    () => null,
  );
}
