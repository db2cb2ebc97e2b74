import type { CellId, RunId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { DisplayOutput, MimeBundle, Output } from '#lib/core/notebook/output.ts';
import type { LoadedCell, SessionEventOf } from './event.ts';
import { ownerOf } from './reduce-run.ts';
import { withEntry } from './shared-map.ts';
import type { CellState, NotebookRunState, Run } from './state.ts';
import { takeValue } from './stored-values.ts';
import { growStream, newStream, storeText } from './stream-output.ts';
import { emptyCellState } from './state.ts';

/** Results from the file replace those of the listed cells; what is known of their runs stays. */
export function loadCells(state: NotebookRunState, event: SessionEventOf<'CellsLoaded'>): NotebookRunState {
  if (event.cells.length === 0) return state;
  const cells = new Map(state.cells);
  for (const loaded of event.cells)
    cells.set(loaded.cellId, loadedState(loaded, cells.get(loaded.cellId)?.run ?? null));
  return { ...state, cells };
}

/** Outputs are taken when somebody asks for them: those of a file may not be parsed yet. */
function loadedState(loaded: LoadedCell, run: Run | null): CellState {
  return {
    get outputs() {
      return loaded.outputs;
    },
    executionCount: loaded.executionCount,
    run,
    clearPending: false,
  };
}

/** A person cleared outputs. A finished run is forgotten with them; an open one goes on and may write again. */
export function clearCells(state: NotebookRunState, event: SessionEventOf<'CellsCleared'>): NotebookRunState {
  const cells = new Map(state.cells);
  const runs = new Map(state.runs);
  const cleared = new Set<CellId>(event.cellIds);
  for (const id of cleared) {
    const cell = cells.get(id);
    if (cell === undefined) continue;
    const run = cell.run !== null && cell.run.finishedAt === null ? cell.run : null;
    cells.set(id, { ...emptyCellState, run });
  }
  for (const run of state.runs.values()) {
    if (run.finishedAt !== null && cleared.has(run.cellId)) runs.delete(run.id);
  }
  return { ...state, cells, runs };
}

/** From `execute_input` and `execute_reply`. */
export function setExecutionCount(
  state: NotebookRunState,
  event: SessionEventOf<'ExecutionCountSet'>,
): NotebookRunState {
  const target = targetOf(state, event.runId);
  if (target === undefined || target.cell.executionCount === event.executionCount) return state;
  return withCell(state, target.cellId, { ...target.cell, executionCount: event.executionCount });
}

/** Text joins the last output when that is the same stream; after a clear it begins anew. */
export function appendStream(state: NotebookRunState, event: SessionEventOf<'StreamArrived'>): NotebookRunState {
  const target = targetOf(state, event.runId);
  if (target === undefined) return state;
  const { cell } = target;
  const last = cell.clearPending ? undefined : cell.outputs.at(-1);
  const before = cell.clearPending ? [] : cell.outputs;
  const grows = last?.output_type === 'stream' && last.name === event.name;
  const outputs = [
    ...(grows ? before.slice(0, -1) : before),
    grows ? growStream(last, event.text) : newStream(event.name, event.text),
  ];
  return withCell(state, target.cellId, { ...cell, outputs, clearPending: false });
}

/** A part of a text goes to the blob store. Of outputs that were cleared meanwhile nothing is known. */
export function storeStream(state: NotebookRunState, event: SessionEventOf<'StreamStored'>): NotebookRunState {
  const target = targetOf(state, event.runId);
  const output = target?.cell.outputs[event.output];
  if (target === undefined || output?.output_type !== 'stream') return state;
  const kept = storeText(output, event);
  if (kept === output) return state;
  const outputs = target.cell.outputs.with(event.output, kept);
  return withCell(state, target.cellId, { ...target.cell, outputs });
}

/** A value of a bundle goes to the blob store. Of outputs that are no longer there nothing is known. */
export function storeValue(state: NotebookRunState, event: SessionEventOf<'ValueStored'>): NotebookRunState {
  const cell = state.cells.get(event.cellId);
  const output = cell?.outputs[event.output];
  if (cell === undefined || output === undefined) return state;
  const kept = takeValue(output, event);
  if (kept === output) return state;
  return withCell(state, event.cellId, { ...cell, outputs: cell.outputs.with(event.output, kept) });
}

/** The last output of a run, as it is now. Where others are missing before it, all of them are read again. */
export function advanceStream(state: NotebookRunState, event: SessionEventOf<'StreamAdvanced'>): NotebookRunState {
  const target = targetOf(state, event.runId);
  if (target === undefined) return state;
  const { cell } = target;
  if (event.output > cell.outputs.length || cell.outputs.some((output) => output.output_type === 'withheld'))
    return state;
  const outputs = [...cell.outputs.slice(0, event.output), event.stream];
  return withCell(state, target.cellId, { ...cell, outputs, clearPending: false });
}

/** Appends an output. One with a display id also brings earlier outputs of that id up to date, in every cell. */
export function appendOutput(state: NotebookRunState, event: SessionEventOf<'OutputArrived'>): NotebookRunState {
  const target = targetOf(state, event.runId);
  const { output } = event;
  const shown = 'display_id' in output && output.display_id !== undefined ? output : undefined;
  const updated = shown ? replaceDisplay(state, shown.display_id ?? '', shown.data, shown.metadata) : state;
  if (target === undefined) return updated;
  const cell = updated.cells.get(target.cellId) ?? target.cell;
  const outputs = cell.clearPending ? [output] : [...cell.outputs, output];
  return withCell(updated, target.cellId, { ...cell, outputs, clearPending: false });
}

/** `clear_output`; with `wait` the old outputs stay until the next one arrives. */
export function clearOutputs(state: NotebookRunState, event: SessionEventOf<'OutputsCleared'>): NotebookRunState {
  const target = targetOf(state, event.runId);
  if (target === undefined) return state;
  const { cell } = target;
  if (event.wait) return cell.clearPending ? state : withCell(state, target.cellId, { ...cell, clearPending: true });
  if (cell.outputs.length === 0 && !cell.clearPending) return state;
  return withCell(state, target.cellId, { ...cell, outputs: [], clearPending: false });
}

/** `update_display_data`: changes, never creates. */
export function updateDisplay(state: NotebookRunState, event: SessionEventOf<'DisplayUpdated'>): NotebookRunState {
  return replaceDisplay(state, event.displayId, event.data, event.metadata);
}

/** What was shown under this display id goes, wherever it is. */
export function removeDisplay(state: NotebookRunState, event: SessionEventOf<'DisplayRemoved'>): NotebookRunState {
  let { cells } = state;
  for (const [id, cell] of state.cells) {
    if (cell.run === null) continue;
    const outputs = cell.outputs.filter((output) => !hasDisplay(output, event.displayId));
    if (outputs.length < cell.outputs.length) cells = withEntry(cells, id, { ...cell, outputs });
  }
  return cells === state.cells ? state : { ...state, cells };
}

function replaceDisplay(
  state: NotebookRunState,
  displayId: string,
  data: MimeBundle,
  metadata: JsonObject,
): NotebookRunState {
  let { cells } = state;
  for (const [id, cell] of state.cells) {
    // What a file says has no display id: only cells that ran can hold one, and the others need not be parsed.
    if (cell.run === null || !cell.outputs.some((output) => hasDisplay(output, displayId))) continue;
    const outputs = cell.outputs.map((output): Output => {
      if (!hasDisplay(output, displayId)) return output;
      const { linked: _, stored: __, ...rest } = output;
      return { ...rest, data, metadata };
    });
    cells = withEntry(cells, id, { ...cell, outputs });
  }
  return cells === state.cells ? state : { ...state, cells };
}

function hasDisplay(output: Output, id: string): output is DisplayOutput {
  return 'display_id' in output && output.display_id === id;
}

/**
 * The cell that a run writes into: its own, as long as no later run of that cell has started. Outputs may come after
 * the run's end (threads) and while the next run of the cell still waits.
 */
function targetOf(state: NotebookRunState, runId: RunId): { cellId: CellId; cell: CellState } | undefined {
  const run = state.runs.get(runId);
  if (run === undefined || run.startedAt === null) return undefined;
  const cell = state.cells.get(run.cellId);
  if (cell === undefined) return undefined;
  if (cell.run?.id !== runId) {
    if (cell.run !== null && cell.run.startedAt !== null) return undefined;
    // The cell shows a waiting run; the last started one still owns the outputs.
    if (ownerOf(state, run.cellId) !== runId) return undefined;
  }
  return { cellId: run.cellId, cell };
}

function withCell(state: NotebookRunState, id: CellId, cell: CellState): NotebookRunState {
  return { ...state, cells: withEntry(state.cells, id, cell) };
}
