import { cellId, gatewayId, inputId, kernelId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { describeDeath } from './describe-death.ts';
import type { KernelStatus, RunOutcome, SessionEvent } from './event.ts';
import { replaySession } from './reduce.ts';
import { emptyRunState, type NotebookRunState } from './state.ts';

/** Events of a notebook's log in few words, and what is read from the state after them; for tests. */

export const stamp = { at: 1, by: principalId('p') };
export const s1 = sessionId('s1');
export const bound = (id = s1): SessionEvent => ({
  type: 'SessionBound',
  ...stamp,
  session: {
    id,
    gatewayId: gatewayId('g'),
    gatewayLabel: 'g',
    kernelId: kernelId('k'),
    kernelName: 'python3',
    displayName: 'Python 3',
    language: 'python',
    clientId: 'c',
  },
});
export const status = (value: KernelStatus, id = s1): SessionEvent => ({
  type: 'KernelStatusChanged',
  ...stamp,
  sessionId: id,
  status: value,
});
export const asked = (run: string, cell: string, id = s1): SessionEvent => ({
  type: 'RunRequested',
  ...stamp,
  runId: runId(run),
  cellId: cellId(cell),
  sessionId: id,
});
export const started = (run: string): SessionEvent => ({
  type: 'RunStarted',
  ...stamp,
  runId: runId(run),
  msgId: `m-${run}`,
  source: run,
});
export const ended = (run: string, outcome: RunOutcome = 'ok'): SessionEvent => ({
  type: 'RunFinished',
  ...stamp,
  runId: runId(run),
  outcome,
});
export const stream = (run: string, text: string, name = 'stdout'): SessionEvent => ({
  type: 'StreamArrived',
  ...stamp,
  runId: runId(run),
  name,
  text,
});
export const cleared = (run: string, wait: boolean): SessionEvent => ({
  type: 'OutputsCleared',
  ...stamp,
  runId: runId(run),
  wait,
});
export const output = (run: string, value: Output): SessionEvent => ({
  type: 'OutputArrived',
  ...stamp,
  runId: runId(run),
  output: value,
});
export const shown = (text: string, display?: string): Output => ({
  output_type: 'display_data',
  data: { 'text/plain': text },
  metadata: {},
  ...(display === undefined ? {} : { display_id: display }),
});
export const run = (id: string, on: string, how: RunOutcome = 'ok'): SessionEvent[] => [
  asked(id, on),
  started(id),
  ended(id, how),
];
export const died = (state: NotebookRunState, id = s1): SessionEvent => {
  const session = state.sessions.get(id);
  if (session === undefined) throw new Error('no session');
  const death = describeDeath(state, session, { at: 1, restarted: false, memory: [] });
  return { type: 'KernelDied', ...stamp, sessionId: id, death };
};
export const question = (run: string, id: string, prompt: string): SessionEvent => ({
  type: 'InputRequested',
  ...stamp,
  runId: runId(run),
  inputId: inputId(id),
  prompt,
  password: false,
});
export const answered = (run: string, id: string): SessionEvent => ({
  type: 'InputAnswered',
  ...stamp,
  runId: runId(run),
  inputId: inputId(id),
  text: 'x',
});
export const ready = [bound(), status('idle')];
export const after = (...events: SessionEvent[]): NotebookRunState => replaySession(emptyRunState, events);
export const cell = (state: NotebookRunState, id: string) => state.cells.get(cellId(id));
export const runState = (state: NotebookRunState, id: string) => cell(state, id)?.run?.state;
export const texts = (state: NotebookRunState, id: string) =>
  cell(state, id)?.outputs.map((one) => (one.output_type === 'stream' ? `${one.name}:${one.text}` : one.output_type));
