import type { SessionEventOf } from './event.ts';
import { seeProgress } from './progress.ts';
import { withEntry } from './shared-map.ts';
import type { NotebookRunState, Run } from './state.ts';

/** Takes over what an engine does for a run; its last word may come after the end of the run. */
export function advanceProgress(state: NotebookRunState, event: SessionEventOf<'ProgressArrived'>): NotebookRunState {
  const run = state.runs.get(event.runId);
  if (run === undefined || run.startedAt === null) return state;
  const changed: Run = { ...run, progress: seeProgress(run.progress, event.progress, event.at) };
  const runs = withEntry(state.runs, run.id, changed);
  const cell = state.cells.get(run.cellId);
  if (cell?.run?.id !== run.id) return { ...state, runs };
  return { ...state, runs, cells: withEntry(state.cells, run.cellId, { ...cell, run: changed }) };
}
