import { assertNever, type Fault } from '#lib/core/fault.ts';
import { principalId, type CellId, type PrincipalId, type RunId, type SessionId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { LoadedCell, SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import { reduceSession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState, type SessionEffect } from '#lib/core/session/state.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import type { ResultsPort } from '#server/document/results-port.ts';
import { RunRecorder } from '#server/ledger/run-recorder.ts';
import { defaultOutputLimit } from '#server/config.ts';
import { boundEvent } from './bound-output.ts';
import { noClusters } from './cluster-directory.ts';
import { concerns, writesResults } from './event-kinds.ts';
import { FileOutputs } from './file-outputs.ts';
import { hasOpenRuns } from './find-session.ts';
import type { Journal } from './journal.ts';
import { KernelHelp } from './kernel-help.ts';
import { OutputStore } from './output-store.ts';
import { recoverSession } from './recover-session.ts';
import { runView, sessionView, type RunView } from './run-view.ts';
import { SessionClusters } from './session-clusters.ts';
import { realEffects, type SessionEffects } from './session-effects.ts';
import { SessionFeed } from './session-feed.ts';
import type { SessionHostOptions } from './session-host-options.ts';
import { SessionIdle } from './session-idle.ts';
import { SessionInputs } from './session-inputs.ts';
import { SessionKernels } from './session-kernels.ts';
import { SessionReplay } from './session-replay.ts';
import { SessionQueues } from './session-queues.ts';
import { SessionRuns } from './session-runs.ts';
import { TurnJournal } from './turn-journal.ts';

/** Who kernels and this server itself are in the log. */
const serverId = principalId('server');
/** `metadata.farfield.agent: false` in a notebook keeps the agent out of its kernels. */
function mayHaveAgent(metadata: JsonObject): boolean {
  const ours = metadata['farfield'];
  return !isJsonObject(ours) || ours['agent'] !== false;
}

/** A disk syncs what leaves memory meanwhile. */
const leaveEveryMs = 50;

/**
 * The writer of results: owns the state of one open notebook's cells, runs and sessions. Whatever happens comes in as an
 * event and goes, in this order, through the reducer, into the journal, out to the followers, and to the effects, whose
 * outcomes are events again. Fed by requests of people and by the kernel links; read by the document room (which joins
 * results into the file) and by browsers (which replay the same events).
 *
 * Opening is inert except for one thing: sessions that an earlier process left bound are connected again, under the same
 * Jupyter session id, so that the gateway hands over what was said meanwhile.
 */
export class SessionHost implements ResultsPort {
  readonly recovered: boolean;
  readonly help: KernelHelp;
  /** Binds, restarts and ends kernels. */
  readonly kernels: SessionKernels;
  /** Which cluster its kernels know. */
  readonly clusters: SessionClusters;
  /** Queues and cancels runs. */
  readonly runs: SessionRuns;
  /** Answers what running code asks. */
  readonly inputs: SessionInputs;
  /** Kernels that nobody uses. */
  readonly idle: SessionIdle;
  /** After the death of a kernel. */
  readonly deaths: SessionReplay;
  /** Orders, holds and releases what waits. */
  readonly queues: SessionQueues;
  readonly #options: SessionHostOptions;
  readonly #effects: SessionEffects;
  readonly #journal: Journal;
  readonly #turn: TurnJournal;
  readonly #recorder: RunRecorder;
  readonly #stored: OutputStore;
  readonly #files: FileOutputs;
  /** What browsers follow and read. */
  readonly feed: SessionFeed;
  readonly #changed = new Set<() => void>();
  readonly #sessionsChanged = new Set<() => void>();
  readonly #onStopped = new Set<() => void>();

  readonly #inbox: SessionEvent[] = [];
  #state: NotebookRunState = emptyRunState;
  #draining = false;
  #gathering = false;
  #touched = false;
  #toldSessions: NotebookRunState['sessions'] = emptyRunState.sessions;
  /** Nothing is begun any more; what kernels said until now is still taken. */
  #leaving = false;
  #stopped = false;
  #saved = false;
  #callOffLeaving: (() => void) | null = null;

  static async open(options: SessionHostOptions): Promise<SessionHost> {
    const host = new SessionHost(options);
    host.kernels.reconnect();
    return host;
  }

  private constructor(options: SessionHostOptions) {
    this.#options = options;
    this.#effects = options.effects ?? realEffects;
    const { now, report } = this.#effects;
    const snapshot = () => rebuildEvents(this.#state, serverId, now());
    const { notebookId, folder, blobs, source, gateways, ledger, outputLimit = defaultOutputLimit } = options;
    const clusters = options.clusters ?? noClusters;
    this.#stored = new OutputStore(blobs, report);
    this.#files = new FileOutputs({ blobs, folder, limit: outputLimit });
    this.#recorder = new RunRecorder({ notebookId, ledger, path: () => source.path, after: this.#effects.after });
    const reduce = this.#recorder.replaying(reduceSession);
    const journaling = { now, report, snapshot };
    const { journal, state, recovered } = recoverSession(folder, journaling, this.#stored, reduce);
    this.#recorder.replayed(state);
    this.#journal = journal;
    this.#turn = new TurnJournal(journal, serverId);
    this.feed = new SessionFeed({
      notebookId,
      generation: journal.generation,
      blobs,
      state: () => this.#state,
      by: serverId,
      now,
    });
    this.recovered = recovered;
    this.#state = state;
    const effects = this.#effects;
    const parts = {
      source,
      effects,
      state: () => this.#state,
      stopped: () => this.#leaving,
      dispatch: (events: readonly SessionEvent[]) => this.#dispatch(events),
    };
    this.kernels = new SessionKernels({
      ...parts,
      gateways,
      by: serverId,
      clusters,
      agentEnabled: () => options.agentEnabled?.() === true && mayHaveAgent(source.notebookMetadata()),
      payload: (run, payload) => this.help.tell(run, payload),
    });
    this.clusters = new SessionClusters({ ...parts, kernels: this.kernels });
    this.runs = new SessionRuns({ ...parts, kernels: this.kernels, gather: (work) => this.#gather(work) });
    this.inputs = new SessionInputs({ ...parts, kernels: this.kernels });
    this.idle = new SessionIdle({ ...parts, gateways, by: serverId });
    this.deaths = new SessionReplay({ ...parts, kernels: this.kernels, runs: this.runs });
    this.queues = new SessionQueues(parts);
    this.help = new KernelHelp(
      () => this.#state,
      (id) => this.kernels.link(id),
    );
    this.#dispatch(this.#stored.settleAll(state, this.#stamp()));
  }

  load(cells: readonly LoadedCell[]): void {
    if (cells.length === 0) return;
    this.#dispatch([boundEvent({ type: 'CellsLoaded', ...this.#stamp(), cells: this.#files.restore(cells) })]);
  }

  results(cellId: CellId): CellResults | undefined {
    return this.#state.cells.get(cellId);
  }

  fileOutputs(cellId: CellId, results: CellResults): readonly Output[] {
    return this.#files.of(cellId, results);
  }

  onChanged(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  /** A session came or went, or what it runs and how it is have changed. */
  onSessions(listener: () => void): () => void {
    this.#sessionsChanged.add(listener);
    return () => void this.#sessionsChanged.delete(listener);
  }

  busy(): boolean {
    return this.#state.sessions.size > 0 || hasOpenRuns(this.#state);
  }

  /** The file has all present results: with no session left there is nothing that the journal would have to keep. */
  saved(): void {
    this.#saved = true;
    this.#files.saved();
  }

  /** Why outputs would not survive this process, in words for people; null when all is on disk. */
  trouble(): string | null {
    const trouble = this.#journal.trouble ?? this.#stored.trouble;
    return trouble === null ? null : `outputs are not on disk: ${trouble}`;
  }

  async stop(): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    await this.kernels.leave();
    this.#stopped = true;
    this.#callOffLeaving?.();
    this.feed.stop();
    // What the ledger could not keep, the journal has to.
    const recorded = await this.#recorder.stop();
    const kept = this.#saved && !this.busy() && recorded;
    // The file may say of a long text where it is stored.
    this.#journal.close({ remove: kept && this.#stored.secure() });
    for (const listener of this.#onStopped) listener();
  }

  onStopped(listener: () => void): void {
    this.#onStopped.add(listener);
  }

  state(): NotebookRunState {
    return this.#state;
  }

  views(): readonly SessionView[] {
    const path = this.#options.source.path;
    return [...this.#state.sessions.values()].map((session) => sessionView(this.#state, session, path));
  }

  runViews(): readonly RunView[] {
    return [...this.#state.runs.values()].map((run) => runView(run, this.#options.source.path));
  }

  clearOutputs(cellIds: readonly CellId[] | null, by: PrincipalId): Fault | null {
    const known = cellIds ?? [...this.#state.cells.keys()];
    this.#dispatch([{ type: 'CellsCleared', at: this.#effects.now(), by, cellIds: [...known] }]);
    return null;
  }

  #dispatch(events: readonly SessionEvent[]): void {
    if (this.#stopped) return;
    for (const event of events) this.#inbox.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let event = this.#inbox.shift(); event !== undefined; event = this.#inbox.shift()) this.#take(event);
    } finally {
      this.#draining = false;
      if (!this.#gathering) this.#settle();
    }
  }

  /** Several dispatches as one write. */
  #gather(work: () => void): void {
    this.#gathering = true;
    try {
      work();
    } finally {
      this.#gathering = false;
      this.#settle();
    }
  }

  /** What is done once for all events of a turn; nothing of it has reached a follower before. */
  #settle(): void {
    this.#turn.write();
    if (this.#touched) for (const listener of this.#changed) listener();
    this.#touched = false;
    if (this.#state.sessions !== this.#toldSessions) {
      this.#toldSessions = this.#state.sessions;
      for (const listener of this.#sessionsChanged) listener();
    }
    this.#compactWhenDue();
    this.#leaveLater();
  }

  /** Values leave memory some at a time: after each event, and by themselves when there is none. */
  #leaveLater(): void {
    if (this.#stopped || !this.#stored.leaving || this.#callOffLeaving !== null) return;
    this.#callOffLeaving = this.#effects.after(leaveEveryMs, () => {
      this.#callOffLeaving = null;
      this.#dispatch(this.#stored.leave(this.#state, this.#stamp()));
    });
  }

  #take(event: SessionEvent): void {
    for (const stored of this.#stored.before(this.#state, event)) this.#take(stored);
    const before = this.#state;
    const { state, effects } = reduceSession(before, event);
    this.#turn.add(event, before);
    this.#recorder.take(event, before, state);
    this.#state = state;
    this.feed.publish(event);
    this.kernels.launch.hear(event);
    if (state.cells !== before.cells && (writesResults.has(event.type) || this.#files.ended(state.cells))) {
      this.#saved = false;
      this.#touched = true;
    }
    for (const stored of this.#stored.after(state, event)) this.#take(stored);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'Execute':
        return this.#execute(effect.runId, effect.cellId, effect.sessionId);
      case 'CloseLink':
        return this.kernels.closeLink(effect.sessionId);
      default:
        return assertNever(effect);
    }
  }

  /** The source is read now, when the run leaves the queue; the journal knows the message id before the kernel does. */
  #execute(runId: RunId, cellId: CellId, sessionId: SessionId): void {
    const run = this.#state.runs.get(runId);
    const link = this.kernels.link(sessionId);
    if (run?.state !== 'queued' || link === undefined || this.#leaving) return;
    if (this.#state.sessions.get(sessionId)?.running !== null) return;
    // An event of this run is on its way through the inbox already: the effect was repeated meanwhile.
    if (this.#inbox.some((event) => concerns(event, runId))) return;
    const { source } = this.#options;
    const code = source.source(cellId);
    if (code === undefined || source.cellType(cellId) !== 'code') {
      const reason = code === undefined ? 'the cell was deleted' : 'the cell is no longer code';
      return this.#dispatch([{ type: 'RunFinished', ...this.#stamp(), runId, outcome: 'cancelled', reason }]);
    }
    const msgId = this.#effects.randomId();
    const started: SessionEvent = { type: 'RunStarted', ...this.#stamp(), runId, msgId, source: code };
    if (code.trim() === '') {
      return this.#dispatch([started, { type: 'RunFinished', ...this.#stamp(), runId, outcome: 'ok' }]);
    }
    // Taken at once, not through the inbox: the request must not leave before its event is in the journal.
    this.#take(started);
    this.#turn.write();
    link.execute(run, msgId, code);
  }

  #compactWhenDue(): void {
    if (this.#stopped || !this.#journal.isCompactionDue(hasOpenRuns(this.#state))) return;
    // A compacted journal says less of earlier runs, and nothing of what is stored.
    if (!this.#recorder.settled) return;
    if (!this.#stored.leaving) for (const stored of this.#stored.settle(this.#state, this.#stamp())) this.#take(stored);
    this.#turn.write();
    // It would have what is about to leave.
    if (this.#stored.leaving || !this.#stored.secure()) return;
    this.#journal.compact(rebuildEvents(this.#state, serverId, this.#effects.now()));
  }

  #stamp(): { at: number; by: PrincipalId } {
    return { at: this.#effects.now(), by: serverId };
  }
}
