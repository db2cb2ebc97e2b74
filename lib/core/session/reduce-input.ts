import type { InputId, RunId, SessionId } from '#lib/core/ids.ts';
import type { SessionEventOf } from './event.ts';
import { withEntry } from './shared-map.ts';
import type { NotebookRunState, Run } from './state.ts';

/** Code waits to be told something. Only a running run can wait; asked again, the later question counts. */
export function requestInput(state: NotebookRunState, event: SessionEventOf<'InputRequested'>): NotebookRunState {
  const run = state.runs.get(event.runId);
  if (run === undefined || run.state !== 'running' || run.input?.id === event.inputId) return state;
  const { inputId, prompt, password, at } = event;
  return withRun(state, { ...run, input: { id: inputId, prompt, password, askedAt: at } });
}

/** The question is answered: nobody can answer it again. What was answered is no part of the state. */
export function answerInput(state: NotebookRunState, event: SessionEventOf<'InputAnswered'>): NotebookRunState {
  const run = state.runs.get(event.runId);
  if (run === undefined || run.input?.id !== event.inputId) return state;
  return withRun(state, { ...run, input: null });
}

/** The run that waits for a person: the first one, or that of a session. */
export function findWaitingRun({ sessions, runs }: NotebookRunState, of?: SessionId): Run | null {
  for (const { binding, running } of sessions.values()) {
    const run = running === null ? undefined : runs.get(running);
    if (run !== undefined && run.input !== null && (of === undefined || of === binding.id)) return run;
  }
  return null;
}

/** Whether this very question still waits. */
export function isWaiting(state: NotebookRunState, runId: RunId, inputId: InputId): boolean {
  return state.runs.get(runId)?.input?.id === inputId;
}

/** The cell that shows the run shows what changed in it. */
function withRun(state: NotebookRunState, run: Run): NotebookRunState {
  const runs = withEntry(state.runs, run.id, run);
  const cell = state.cells.get(run.cellId);
  if (cell?.run?.id !== run.id) return { ...state, runs };
  return { ...state, runs, cells: withEntry(state.cells, run.cellId, { ...cell, run }) };
}
