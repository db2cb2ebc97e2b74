import { assertNever, fault, isFault, type Fault } from '#lib/core/fault.ts';
import {
  principalId,
  runId as asRunId,
  type CellId,
  type PrincipalId,
  type RunId,
  type SessionId,
} from '#lib/core/ids.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import type { LoadedCell, SessionBinding, SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import { findWaitingRun } from '#lib/core/session/reduce-run.ts';
import { reduceSession } from '#lib/core/session/reduce.ts';
import {
  emptyRunState,
  type NotebookRunState,
  type SessionEffect,
  type SessionState,
} from '#lib/core/session/state.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import type { ResultsPort } from '#server/document/results-port.ts';
import type { GatewayPort } from '#server/kinds/gateway/port.ts';
import { boundEvent } from './bound-output.ts';
import { writesResults } from './event-kinds.ts';
import type { StartRequest } from './find-binding.ts';
import { findSession, hasOpenRuns } from './find-session.ts';
import type { Journal } from './journal.ts';
import { KernelHelp } from './kernel-help.ts';
import { recoverSession } from './recover-session.ts';
import { runView, sessionView, type RunView } from './run-view.ts';
import { refuseCells } from './refuse-cells.ts';
import { realEffects, type SessionEffects } from './session-effects.ts';
import type { RunsRequest } from './runs-request.ts';
import type { SessionHostOptions } from './session-host-options.ts';
import { SessionFeed } from './session-feed.ts';
import { SessionLink } from './session-link.ts';
import { SessionStarts } from './session-starts.ts';
import { TurnJournal } from './turn-journal.ts';

/** Who kernels and this server itself are in the log. */
const serverId = principalId('server');
const sourceWaitMs = 5_000;

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
  readonly help = new KernelHelp(
    () => this.#state,
    (id) => this.#links.get(id),
  );
  readonly #options: SessionHostOptions;
  readonly #effects: SessionEffects;
  readonly #journal: Journal;
  readonly #turn: TurnJournal;
  /** What browsers follow and read. */
  readonly feed: SessionFeed;
  readonly #links = new Map<SessionId, SessionLink>();
  readonly #changed = new Set<() => void>();
  readonly #onStopped = new Set<() => void>();
  readonly #starts: SessionStarts;

  readonly #inbox: SessionEvent[] = [];
  #state: NotebookRunState = emptyRunState;
  #draining = false;
  #gathering = false;
  #touched = false;
  #stopped = false;
  #saved = false;

  static async open(options: SessionHostOptions): Promise<SessionHost> {
    const host = new SessionHost(options);
    host.#reconnect();
    return host;
  }

  private constructor(options: SessionHostOptions) {
    this.#options = options;
    this.#effects = options.effects ?? realEffects;
    const { now, report } = this.#effects;
    const snapshot = () => rebuildEvents(this.#state, serverId, now());
    const { journal, state, recovered } = recoverSession(options.folder, { now, report, snapshot });
    this.#journal = journal;
    this.#turn = new TurnJournal(journal, serverId);
    this.feed = new SessionFeed({
      notebookId: options.notebookId,
      generation: journal.generation,
      state: () => this.#state,
      by: serverId,
      now,
    });
    this.recovered = recovered;
    this.#state = state;
    this.#starts = new SessionStarts({
      source: options.source,
      gateways: options.gateways,
      effects: this.#effects,
      state: () => this.#state,
      stopped: () => this.#stopped,
      end: (id, how, by) => this.end(id, how, by),
      bind: (session, by) => {
        this.#dispatch([{ type: 'SessionBound', at: now(), by, session }]);
        this.#connect(session);
      },
    });
  }

  load(cells: readonly LoadedCell[]): void {
    if (cells.length > 0) this.#dispatch([boundEvent({ type: 'CellsLoaded', ...this.#stamp(), cells: [...cells] })]);
  }

  results(cellId: CellId): CellResults | undefined {
    return this.#state.cells.get(cellId);
  }

  onChanged(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  busy(): boolean {
    return this.#state.sessions.size > 0 || hasOpenRuns(this.#state);
  }

  /** The file has all present results: with no session left there is nothing that the journal would have to keep. */
  saved(): void {
    this.#saved = true;
  }

  /** Why outputs would not survive this process, in words for people; null when all is on disk. */
  trouble(): string | null {
    const { trouble } = this.#journal;
    return trouble === null ? null : `outputs are not on disk: ${trouble}`;
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const link of this.#links.values()) link.stop();
    this.#links.clear();
    this.feed.stop();
    this.#journal.close({ remove: this.#saved && !this.busy() });
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
    return [...this.#state.sessions.values()].map((session) => sessionView(session, path));
  }

  runViews(): readonly RunView[] {
    return [...this.#state.runs.values()].map((run) => runView(run, this.#options.source.path));
  }

  /** Queues runs of code cells and answers their ids, in the order asked; a cell that already waits keeps its place. */
  async requestRuns({ cellIds, sessionId, stateVector, by }: RunsRequest): Promise<readonly RunId[] | Fault> {
    const { source } = this.#options;
    if (stateVector !== null && !(await source.whenHas(stateVector, sourceWaitMs))) {
      return fault(
        'document.behind',
        'The server has not received your last edits yet, so nothing was run.',
        'Run again.',
      );
    }
    if (this.#stopped) return fault('server.stopping', 'This notebook is being closed.', 'Try again.');
    const session = findSession(this.#state, sessionId);
    if (isFault(session)) return session;
    if (session.status === 'dead') {
      return fault('kernel.dead', 'The kernel is dead, so nothing was run.', 'Restart it, or pick another kernel.');
    }
    const refused = refuseCells(source, cellIds);
    if (refused !== null) return refused;
    const runIds: RunId[] = [];
    const { id } = session.binding;
    this.#gather(() => {
      for (const cellId of cellIds) {
        const waiting = findWaitingRun(this.#state, id, cellId);
        const runId = waiting ?? asRunId(this.#effects.randomId());
        runIds.push(runId);
        if (waiting !== undefined) continue;
        this.#dispatch([{ type: 'RunRequested', at: this.#effects.now(), by, runId, cellId, sessionId: id }]);
      }
    });
    return runIds;
  }

  /** Takes waiting runs out of the queues; answers how many. Running ones are left alone. */
  cancelRuns(runIds: readonly RunId[] | null, by: PrincipalId, reason = 'cancelled'): number {
    const waiting = [...this.#state.runs.values()].filter(
      (run) => run.state === 'queued' && (runIds === null || runIds.includes(run.id)),
    );
    const ended = { type: 'RunFinished', at: this.#effects.now(), by, outcome: 'cancelled', reason } as const;
    this.#dispatch(waiting.map((run) => ({ ...ended, runId: run.id })));
    return waiting.length;
  }

  /** One run, whatever it does: a waiting one is taken out, a running one interrupted. */
  async cancel(runId: RunId, by: PrincipalId): Promise<Fault | null> {
    const run = this.#state.runs.get(runId);
    if (run === undefined) return fault('run.notFound', 'This run is no longer known.');
    if (run.state === 'queued') this.cancelRuns([runId], by);
    if (run.state !== 'running') return null;
    const reached = this.#reach(run.sessionId);
    return isFault(reached) ? reached : reached.gateway.interruptKernel(reached.session.binding.kernelId);
  }

  clearOutputs(cellIds: readonly CellId[] | null, by: PrincipalId): Fault | null {
    const known = cellIds ?? [...this.#state.cells.keys()];
    this.#dispatch([{ type: 'CellsCleared', at: this.#effects.now(), by, cellIds: [...known] }]);
    return null;
  }

  /** Binds the notebook to a new or a running kernel, in place of what it was bound to. One start at a time. */
  start(request: StartRequest, by: PrincipalId): Promise<Fault | SessionView> {
    return this.#starts.start(request, by);
  }

  /** Stops the running cell; what waits behind it is cancelled. */
  async interrupt(id: SessionId, by: PrincipalId): Promise<Fault | null> {
    const reached = this.#reach(id);
    if (isFault(reached)) return reached;
    this.cancelRuns(reached.session.queue, by, 'the kernel was interrupted');
    return reached.gateway.interruptKernel(reached.session.binding.kernelId);
  }

  async restart(id: SessionId, by: PrincipalId): Promise<Fault | null> {
    const reached = this.#reach(id);
    if (isFault(reached)) return reached;
    const { session, gateway } = reached;
    const link = this.#links.get(id);
    link?.beginRestart();
    this.#dispatch([{ type: 'KernelStatusChanged', at: this.#effects.now(), by, sessionId: id, status: 'restarting' }]);
    const failed = await gateway.restartKernel(session.binding.kernelId);
    if (failed?.fault === 'kernel.notFound' || failed?.fault === 'kernel.dead') {
      const status = { status: 'dead', reason: failed.message } as const;
      this.#dispatch([{ type: 'KernelStatusChanged', ...this.#stamp(), sessionId: id, ...status }]);
    } else if (link === undefined) {
      this.#connect(session.binding);
    } else {
      link.endRestart(failed === null);
    }
    return failed;
  }

  /** Lets go of a kernel, and ends it when asked to. */
  async end(id: SessionId, options: { readonly shutdown: boolean }, by: PrincipalId): Promise<Fault | null> {
    const session = findSession(this.#state, id);
    if (isFault(session)) return session;
    const reason = options.shutdown ? 'the kernel was shut down' : 'the notebook let go of the kernel';
    this.#dispatch([{ type: 'SessionUnbound', at: this.#effects.now(), by, sessionId: id, reason }]);
    if (!options.shutdown) return null;
    const gateway = this.#gateway(session);
    return isFault(gateway) ? gateway : gateway.shutdownKernel(session.binding.kernelId);
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
    this.#compactWhenIdle();
  }

  #take(event: SessionEvent): void {
    const before = this.#state;
    const { state, effects } = reduceSession(before, event);
    this.#turn.add(event, before);
    this.#state = state;
    this.feed.publish(event);
    if (state.cells !== before.cells && writesResults.has(event.type)) {
      this.#saved = false;
      this.#touched = true;
    }
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'Execute':
        return this.#execute(effect.runId, effect.cellId, effect.sessionId);
      case 'CloseLink':
        this.#links.get(effect.sessionId)?.stop();
        this.#links.delete(effect.sessionId);
        return;
      default:
        return assertNever(effect);
    }
  }

  /** The source is read now, when the run leaves the queue; the journal knows the message id before the kernel does. */
  #execute(runId: RunId, cellId: CellId, sessionId: SessionId): void {
    const run = this.#state.runs.get(runId);
    const link = this.#links.get(sessionId);
    if (run?.state !== 'queued' || link === undefined) return;
    if (this.#state.sessions.get(sessionId)?.running !== null) return;
    // An event of this run is on its way through the inbox already: the effect was repeated meanwhile.
    if (this.#inbox.some((event) => 'runId' in event && event.runId === runId)) return;
    const { source } = this.#options;
    const code = source.source(cellId);
    if (code === undefined || source.cellType(cellId) !== 'code') {
      const reason = code === undefined ? 'the cell was deleted' : 'the cell is no longer code';
      return this.#dispatch([{ type: 'RunFinished', ...this.#stamp(), runId, outcome: 'cancelled', reason }]);
    }
    const msgId = this.#effects.randomId();
    const started: SessionEvent = { type: 'RunStarted', ...this.#stamp(), runId, msgId };
    if (code.trim() === '') {
      return this.#dispatch([started, { type: 'RunFinished', ...this.#stamp(), runId, outcome: 'ok' }]);
    }
    // Taken at once, not through the inbox: the request must not leave before its event is in the journal.
    this.#take(started);
    this.#turn.write();
    link.execute(run, msgId, code);
  }

  #compactWhenIdle(): void {
    if (!this.#journal.compactionDue || this.#stopped || hasOpenRuns(this.#state)) return;
    this.#journal.compact(rebuildEvents(this.#state, serverId, this.#effects.now()));
  }

  #reconnect(): void {
    for (const { binding, status } of this.#state.sessions.values()) {
      if (status === 'dead') continue;
      const reason = 'finding the kernel again after a restart of this server';
      const change = { status: 'reconnecting', reason } as const;
      this.#dispatch([{ type: 'KernelStatusChanged', ...this.#stamp(), sessionId: binding.id, ...change }]);
      this.#connect(binding);
    }
  }

  #connect(binding: SessionBinding): void {
    const link = new SessionLink(
      binding,
      {
        state: () => this.#state,
        dispatch: (events) => this.#dispatch(events),
        gateway: () => this.#options.gateways.port(binding.gatewayId),
        payload: (run, payload) => this.help.tell(run, payload),
        by: serverId,
      },
      this.#effects,
    );
    this.#links.set(binding.id, link);
    link.run();
  }

  #reach(id: SessionId): { readonly session: SessionState; readonly gateway: GatewayPort } | Fault {
    const session = findSession(this.#state, id);
    if (isFault(session)) return session;
    const gateway = this.#gateway(session);
    return isFault(gateway) ? gateway : { session, gateway };
  }

  #gateway(session: SessionState): GatewayPort | Fault {
    return this.#options.gateways.port(session.binding.gatewayId);
  }

  #stamp(): { at: number; by: PrincipalId } {
    return { at: this.#effects.now(), by: serverId };
  }
}
