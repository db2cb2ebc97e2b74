import type { Connection, DownPayload } from '#lib/client/connection-port.ts';
import { fault, isFault } from '#lib/core/fault.ts';
import type { CellId, NotebookId, RunId } from '#lib/core/ids.ts';
import type { Launch } from '#lib/core/kernel/launch.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import {
  emptyCellState,
  emptyRunState,
  type CellState,
  type NotebookRunState,
  type SessionState,
} from '#lib/core/session/state.ts';
import type { Cursor } from '#lib/protocol/fields.ts';
import { SeenOutputs } from './seen-outputs.ts';

/** What the store does besides its connection. */
export type ResultsEffects = {
  /** Runs once before the next paint; the returned function calls it off. */
  readonly nextFrame: (then: () => void) => () => void;
  readonly after: (ms: number, then: () => void) => () => void;
};

const refollowMs = 1_000;
/** For so long after it had to be left out, a slow line is said to be one. */
const slowForMs = 10_000;

/**
 * A browser's copy of a notebook's results: follows the log, folds it with the server's own reducer and repaints at most
 * once per animation frame. After a lost line it resumes from its cursor; a gap, or a log of another generation, makes
 * it ask again and start from nothing when the server says so. Readers subscribe per cell: only touched cells notify.
 */
export class NotebookResults {
  readonly #connection: Connection;
  readonly #effects: ResultsEffects;
  readonly #outputs: SeenOutputs;
  readonly #listeners = new Set<() => void>();
  readonly #cellListeners = new Map<CellId, Set<() => void>>();
  #notebookId: NotebookId | null = null;
  /** The state as received, and as painted: they differ until the next frame. */
  #received: NotebookRunState = emptyRunState;
  #painted: NotebookRunState = emptyRunState;
  #sessions: readonly SessionState[] = [];
  #positions: ReadonlyMap<RunId, number> = new Map();
  #cursor: Cursor | null = null;
  #launch: Launch | null = null;
  #following = false;
  /** Raised by every new follow, so that answers to an older one are dropped. */
  #turn = 0;
  #ready = false;
  /** Batches that overtook the answer to a follow. */
  #early: DownPayload<'results.arrived'>[] = [];
  #undo: (() => void)[] = [];
  #callOffSlow: (() => void) | null = null;
  #callOffFrame: (() => void) | null = null;
  #callOffRefollow: (() => void) | null = null;

  constructor(connection: Connection, effects: ResultsEffects = browserEffects) {
    this.#connection = connection;
    this.#effects = effects;
    this.#outputs = new SeenOutputs({
      state: () => this.#received,
      cursor: () => (this.#following ? this.#cursor : null),
      read: async (cellIds) =>
        this.#notebookId === null
          ? fault('notebook.notOpen', 'No notebook is followed.')
          : this.#connection.request('results.read', { notebookId: this.#notebookId, cellIds }),
      replace: (state) => {
        this.#received = state;
        this.#repaintSoon();
      },
      after: effects.after,
      mounted: () => this.#cellListeners.keys(),
    });
  }

  /** Begins to follow a notebook that the connection has opened; the same one again asks anew from the cursor. */
  follow(notebookId: NotebookId): void {
    if (this.#notebookId !== notebookId) {
      this.stop();
      this.#notebookId = notebookId;
      this.#undo = [this.#connection.on('results.arrived', (batch) => this.#arrived(batch))];
      this.#undo.push(
        this.#connection.on('kernel.launchChanged', ({ notebookId: of, launch }) => {
          if (of === this.#notebookId) this.#setLaunch(launch);
        }),
        this.#connection.onStatus(() => this.#lineChanged()),
      );
    }
    void this.#follow();
  }

  /** Stops following; what is shown stays. */
  stop(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#callOffFrame?.();
    this.#callOffFrame = null;
    this.#callOffRefollow?.();
    this.#callOffRefollow = null;
    this.#callOffSlow?.();
    this.#callOffSlow = null;
    this.#outputs.reset();
    this.#turn += 1;
    this.#following = false;
    this.#notebookId = null;
    this.#cursor = null;
  }

  /** The painted state. */
  state(): NotebookRunState {
    return this.#painted;
  }

  /** The notebook's sessions, in order of binding; the first one is where cells run. The same array until one changes. */
  sessions(): readonly SessionState[] {
    return this.#sessions;
  }

  /** The notebook that is followed. */
  notebookId(): NotebookId | null {
    return this.#notebookId;
  }

  /** Whether the line is slower than what comes: parts of it were left out here a moment ago. */
  slow(): boolean {
    return this.#callOffSlow !== null;
  }

  /** The start of a kernel that is under way, or failed. */
  launch(): Launch | null {
    return this.#launch;
  }

  /** Whether the first answer has arrived. */
  ready(): boolean {
    return this.#ready;
  }

  /** Whether what happens on the server is heard here now. */
  following(): boolean {
    return this.#following;
  }

  cell(id: CellId): CellState {
    return this.#painted.cells.get(id) ?? emptyCellState;
  }

  /**
   * The cells near the viewport, nearest first, told anew whenever that changes: their outputs are fetched from the
   * server where they are withheld; those of cells that are far away may be given back.
   */
  seen(ids: readonly CellId[]): void {
    this.#outputs.seen(ids);
  }

  /** Place of a cell's waiting run in its session's queue, from 1; null when it does not wait. */
  queuePosition(id: CellId): number | null {
    const run = this.cell(id).run;
    return run === null ? null : (this.#positions.get(run.id) ?? null);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Called when this cell changed, or its place in the queue. */
  subscribeCell(id: CellId, listener: () => void): () => void {
    const listeners = this.#cellListeners.get(id) ?? new Set();
    this.#cellListeners.set(id, listeners);
    listeners.add(listener);
    this.#outputs.mounted();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#cellListeners.get(id) === listeners) this.#cellListeners.delete(id);
    };
  }

  async #follow(): Promise<void> {
    const notebookId = this.#notebookId;
    if (notebookId === null || this.#connection.status() !== 'connected') return;
    this.#turn += 1;
    const turn = this.#turn;
    this.#following = false;
    this.#outputs.reset();
    this.#callOffRefollow?.();
    this.#callOffRefollow = null;
    this.#early = [];
    const cursor = this.#cursor === null ? {} : { cursor: this.#cursor };
    const reply = await this.#connection.request('results.follow', { notebookId, ...cursor });
    if (turn !== this.#turn) return;
    if (isFault(reply)) {
      // Not open yet (the document opens again first) or the line is lost: asked again.
      this.#callOffRefollow = this.#effects.after(refollowMs, () => void this.#follow());
      return;
    }
    this.#setLaunch(reply.launch);
    this.#received = replaySession(reply.reset ? emptyRunState : this.#received, reply.events);
    this.#cursor = reply.next;
    this.#following = true;
    this.#ready = true;
    const early = this.#early;
    this.#early = [];
    for (const batch of early) this.#arrived(batch);
    this.#outputs.look();
    this.#repaintSoon();
  }

  #arrived(batch: DownPayload<'results.arrived'>): void {
    if (batch.notebookId !== this.#notebookId) return;
    if (!this.#following || this.#cursor === null) return void this.#early.push(batch);
    const { from, next, events } = batch;
    const sameLog = from.generation === this.#cursor.generation;
    // Already contained in the answer that we resumed with.
    if (sameLog && next.seq <= this.#cursor.seq) return;
    if (!sameLog || from.seq !== this.#cursor.seq) {
      // A gap in one log: the server left this line out until it had caught up.
      if (sameLog) this.#markSlow();
      return void this.#follow();
    }
    this.#received = replaySession(this.#received, events);
    this.#cursor = next;
    this.#repaintSoon();
  }

  #markSlow(): void {
    this.#callOffSlow?.();
    this.#callOffSlow = this.#effects.after(slowForMs, () => {
      this.#callOffSlow = null;
      this.#repaintSoon();
    });
    this.#repaintSoon();
  }

  #setLaunch(launch: Launch | null): void {
    this.#launch = launch;
    this.#repaintSoon();
  }

  #lineChanged(): void {
    if (this.#connection.status() === 'connected') void this.#follow();
    else {
      this.#following = false;
      this.#outputs.reset();
    }
  }

  #repaintSoon(): void {
    this.#callOffFrame ??= this.#effects.nextFrame(() => {
      this.#callOffFrame = null;
      this.#repaint();
    });
  }

  #repaint(): void {
    const before = this.#painted;
    const now = this.#received;
    const positionsBefore = this.#positions;
    this.#painted = now;
    this.#outputs.look();
    if (now.sessions !== before.sessions) {
      this.#sessions = [...now.sessions.values()];
      this.#positions = positionsOf(now);
    }
    for (const [id, listeners] of this.#cellListeners) {
      const cell = now.cells.get(id);
      const run = cell?.run?.id;
      const moved = run !== undefined && positionsBefore.get(run) !== this.#positions.get(run);
      if (cell === before.cells.get(id) && !moved) continue;
      for (const listener of listeners) listener();
    }
    for (const listener of this.#listeners) listener();
  }
}

function positionsOf(state: NotebookRunState): ReadonlyMap<RunId, number> {
  const positions = new Map<RunId, number>();
  for (const session of state.sessions.values()) {
    for (const [index, id] of session.queue.entries()) positions.set(id, index + 1);
  }
  return positions;
}

/** Hidden tabs get no animation frames: a slow timer keeps their state (and their title) true. */
const browserEffects: ResultsEffects = {
  nextFrame: (then) => {
    let done = false;
    const once = (): void => {
      if (done) return;
      done = true;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      then();
    };
    const frame = requestAnimationFrame(once);
    const timer = setTimeout(once, 1_000);
    return () => {
      done = true;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  },
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
