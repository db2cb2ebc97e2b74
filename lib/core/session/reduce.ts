import { assertNever } from '#lib/core/fault.ts';
import type { SessionEvent } from './event.ts';
import { endKernel, noteKernel } from './reduce-death.ts';
import {
  bindCluster,
  bindSession,
  changeKernelStatus,
  hearKernel,
  shareKernel,
  unbindSession,
} from './reduce-kernel.ts';
import {
  advanceStream,
  appendOutput,
  appendStream,
  clearCells,
  clearOutputs,
  loadCells,
  removeDisplay,
  setExecutionCount,
  storeStream,
  storeValue,
  updateDisplay,
} from './reduce-output.ts';
import { advanceProgress } from './reduce-progress.ts';
import { answerInput, requestInput } from './reduce-input.ts';
import { answerRequest, holdQueue, releaseQueue, reorderQueue, setStopOnError } from './reduce-queue.ts';
import { cancelRuns, finishRun, requestRun, startRun } from './reduce-run.ts';
import type { NotebookRunState, Reduced } from './state.ts';

/**
 * The one writer of results and sessions: folds the log of a notebook into its state. Pure; the same function runs in
 * the session host, which performs the effects, and in each browser, which ignores them. Untouched cells keep their
 * identity, and an event that changes nothing returns the very same state.
 *
 * `Execute` asks for the head of an idle session's queue and is repeated by every event that leaves it waiting: whoever
 * performs it answers with `RunStarted` (or `RunFinished`) and skips runs that are no longer queued.
 */
export function reduceSession(state: NotebookRunState, event: SessionEvent): Reduced {
  switch (event.type) {
    case 'CellsLoaded':
      return { state: loadCells(state, event), effects: [] };
    case 'CellsCleared':
      return { state: clearCells(state, event), effects: [] };
    case 'SessionBound':
      return { state: bindSession(state, event), effects: [] };
    case 'SessionUnbound':
      return unbindSession(state, event);
    case 'KernelStatusChanged':
      return changeKernelStatus(state, event);
    case 'ClusterBound':
      return { state: bindCluster(state, event), effects: [] };
    case 'KernelDied':
      return endKernel(state, event);
    case 'DeathExplained':
    case 'DeathDismissed':
    case 'KernelRenewed':
    case 'SessionUsed':
    case 'IdleAnnounced':
    case 'CellsRan':
      return { state: noteKernel(state, event), effects: [] };
    case 'RunRequested':
      return requestRun(state, event);
    case 'RequestAnswered':
      return { state: answerRequest(state, event), effects: [] };
    case 'QueueReordered':
      return reorderQueue(state, event);
    case 'QueueHeld':
      return { state: holdQueue(state, event), effects: [] };
    case 'QueueReleased':
      return releaseQueue(state, event);
    case 'StopOnErrorSet':
      return { state: setStopOnError(state, event), effects: [] };
    case 'RunStarted':
      return { state: startRun(state, event), effects: [] };
    case 'RunFinished':
      return finishRun(state, event);
    case 'RunsCancelled':
      return cancelRuns(state, event);
    case 'ExecutionCountSet':
      return { state: setExecutionCount(state, event), effects: [] };
    case 'StreamArrived':
      return { state: appendStream(state, event), effects: [] };
    case 'StreamStored':
      return { state: storeStream(state, event), effects: [] };
    case 'ValueStored':
      return { state: storeValue(state, event), effects: [] };
    case 'StreamAdvanced':
      return { state: advanceStream(state, event), effects: [] };
    case 'OutputArrived':
      return { state: appendOutput(state, event), effects: [] };
    case 'ProgressArrived':
      return { state: advanceProgress(state, event), effects: [] };
    case 'OutputsCleared':
      return { state: clearOutputs(state, event), effects: [] };
    case 'InputRequested':
      return { state: requestInput(state, event), effects: [] };
    case 'InputAnswered':
      return { state: answerInput(state, event), effects: [] };
    case 'DisplayUpdated':
      return { state: updateDisplay(state, event), effects: [] };
    case 'DisplayRemoved':
      return { state: removeDisplay(state, event), effects: [] };
    case 'KernelHeard':
      return { state: hearKernel(state, event), effects: [] };
    case 'KernelShared':
      return { state: shareKernel(state, event), effects: [] };
    default:
      return assertNever(event);
  }
}

/** Folds many events; effects are dropped (browsers, recovery). */
export function replaySession(state: NotebookRunState, events: readonly SessionEvent[]): NotebookRunState {
  let present = state;
  for (const event of events) present = reduceSession(present, event).state;
  return present;
}
