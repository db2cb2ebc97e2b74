import type { CellId, PrincipalId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from './event.ts';
import { ownerOf } from './reduce-run.ts';
import type { CellState, NotebookRunState, Run, SessionState } from './state.ts';

/**
 * The shortest log that gives this state from nothing: a snapshot in the journal's own words, for new followers and for
 * compaction. `by` and `at` stamp what has no author and time of its own; `shown` says what is told of a cell's outputs.
 */
export function rebuildEvents(
  state: NotebookRunState,
  by: PrincipalId,
  at: number,
  shown: (cell: CellState, id: CellId) => readonly Output[] = (cell) => cell.outputs,
): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (const session of state.sessions.values()) {
    const sessionId = session.binding.id;
    events.push({ type: 'SessionBound', at, by, session: session.binding });
    if (session.cluster !== null) {
      const { reason, ...cluster } = session.cluster;
      events.push({ type: 'ClusterBound', at, by, sessionId, cluster, ...(reason === null ? {} : { reason }) });
    }
    // Before the runs, which it would end.
    if (session.death !== null) events.push({ type: 'KernelDied', at, by, sessionId, death: session.death });
    for (const { prefix, to, beyond, own } of session.heard) {
      const stamp = { type: 'KernelHeard', at, by, sessionId } as const;
      events.push({ ...stamp, n: to, prefix, foreign: true });
      for (const n of beyond) events.push({ ...stamp, n, aside: true, foreign: true });
      for (const { from, to: n } of own) events.push({ ...stamp, n, from, aside: true });
    }
    if (session.others > 0) events.push({ type: 'KernelShared', at, by, sessionId, others: session.others });
    if (!session.stopOnError) {
      events.push({ type: 'StopOnErrorSet', at, by, sessionId: session.binding.id, stop: false });
    }
    if (session.status === 'starting' && session.reason === null) continue;
    const reason = session.reason === null ? {} : { reason: session.reason };
    events.push({
      type: 'KernelStatusChanged',
      at,
      by,
      sessionId,
      status: session.status,
      ...reason,
    });
  }
  // Started runs first and in order of starting (the order of the map), then those that never started: neither the stop
  // on an error nor the start of a later run may touch what follows.
  const runs = [...state.runs.values()];
  for (const run of runs.filter((one) => one.startedAt !== null)) events.push(...runEvents(run, by));
  for (const run of runs.filter((one) => one.startedAt === null && one.finishedAt !== null)) {
    events.push(...runEvents(run, by));
  }
  const waiting = runs.filter((one) => one.state === 'queued');
  for (const run of waiting) events.push(...runEvents(run, by));
  // After the runs: those of a kernel before this one do not count.
  for (const { binding, ran, usedAt, idleEnd } of state.sessions.values()) {
    events.push({ type: 'SessionUsed', at: usedAt, by, sessionId: binding.id });
    if (idleEnd !== null) events.push({ type: 'IdleAnnounced', at, by, sessionId: binding.id, end: idleEnd });
    events.push({ type: 'CellsRan', at, by, sessionId: binding.id, cellIds: [...ran] });
  }
  for (const session of state.sessions.values()) events.push(...queueEvents(session, waiting, by, at));
  for (const [requestId, runIds] of state.answered) {
    events.push({ type: 'RequestAnswered', at, by, requestId, runIds: [...runIds] });
  }
  const cells = [...state.cells].map(([cellId, cell]) => ({
    cellId,
    outputs: [...shown(cell, cellId)],
    executionCount: cell.executionCount,
  }));
  // After the runs, whose start empties their cells.
  if (cells.length > 0) events.push({ type: 'CellsLoaded', at, by, cells });
  for (const [cellId, cell] of state.cells) {
    const owner = cell.clearPending ? ownerOf(state, cellId) : undefined;
    if (owner !== undefined) events.push({ type: 'OutputsCleared', at, by, runId: owner, wait: true });
  }
  return events;
}

/** The order of a queue, where it is not that of asking, and whether it is held. */
function queueEvents(session: SessionState, waiting: readonly Run[], by: PrincipalId, at: number): SessionEvent[] {
  const sessionId = session.binding.id;
  const asked = waiting.filter((run) => run.sessionId === sessionId);
  const events: SessionEvent[] = [];
  if (session.queue.some((id, place) => asked[place]?.id !== id)) {
    events.push({ type: 'QueueReordered', at, by, sessionId, runIds: [...session.queue] });
  }
  if (session.held !== null) {
    const { why, by: holder, at: heldAt } = session.held;
    events.push({ type: 'QueueHeld', at: heldAt, by: holder, sessionId, why });
  }
  return events;
}

function runEvents(run: Run, by: PrincipalId): SessionEvent[] {
  const { id: runId, cellId, sessionId, msgId, source, startedAt, finishedAt, outcome, reason, input, progress } = run;
  const events: SessionEvent[] = [{ type: 'RunRequested', at: run.queuedAt, by: run.by, runId, cellId, sessionId }];
  if (startedAt !== null) {
    const sent = source === null ? {} : { source };
    events.push({ type: 'RunStarted', at: startedAt, by, runId, msgId: msgId ?? '', ...sent });
  }
  if (input !== null) {
    const { id: inputId, prompt, password, askedAt } = input;
    events.push({ type: 'InputRequested', at: askedAt, by, runId, inputId, prompt, password });
  }
  if (progress !== null) {
    events.push({ type: 'ProgressArrived', at: progress.at, by, runId, progress: progress.report });
  }
  if (finishedAt !== null && outcome !== null) {
    events.push({ type: 'RunFinished', at: finishedAt, by, runId, outcome, ...(reason === null ? {} : { reason }) });
  }
  return events;
}
