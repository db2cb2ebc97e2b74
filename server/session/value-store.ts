import { isFault, type Fault } from '#lib/core/fault.ts';
import type { CellId, SessionId } from '#lib/core/ids.ts';
import type { JsonValue } from '#lib/core/json.ts';
import type { DisplayOutput } from '#lib/core/notebook/output.ts';
import type { SessionEvent, SessionEventOf } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import { isDisplay } from '#lib/core/session/stored-values.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';
import { naturalSize } from '#lib/core/session/withhold.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import { encodeValue } from './read-values.ts';

/**
 * Keeps the values of a notebook's outputs (images, HTML, JSON) bounded in memory: large ones go to the blob store, and the
 * state keeps their names. A value that another may take the place of at once (a chart that moves, `clear_output`) is
 * left in memory while its run lasts, as long as that is not much: each picture of a film would be a file for a day. The
 * bytes are in the operating system's hands before the event is made.
 */
type Sizes = {
  /** Characters of a value that stays in memory, once its run is over. */
  readonly value: number;
  /** Of all values of a cell with what is said of them, and of a value in a cell that is above it. */
  readonly cell: number;
  readonly small: number;
  /** Of all values of the notebook, and of a value in one that is above it. */
  readonly notebook: number;
  readonly least: number;
  /** Of a value where all larger ones have left, and that is not enough: its name takes as much. */
  readonly tiny: number;
  /** Values that are stored after one event: a disk syncs so many beside other work. */
  readonly turn: number;
};

const usual: Sizes = {
  value: 1024 * 1024,
  cell: 8 * 1024 * 1024,
  small: 64 * 1024,
  notebook: 64 * 1024 * 1024,
  least: 4 * 1024,
  tiny: 1024,
  turn: 8,
};

/** Where a value is. */
type Place = { readonly cellId: CellId; readonly output: number; readonly mime: string };
type Stamp = Pick<SessionEvent, 'at' | 'by'>;

export class ValueStore {
  readonly #blobs: BlobStore;
  readonly #report: (problem: string) => void;
  readonly #sizes: Sizes;
  /** Cells to which values came since they were looked over, and how many characters. */
  readonly #waiting = new Map<CellId, number>();
  /** Characters that came since the whole notebook was looked over. */
  #arrived = 0;
  /** Values that leave memory, some after each event, by their places. */
  readonly #leaving = new Map<string, Value>();
  /** What the disk said last; null while it takes what it is given. */
  #trouble: string | null = null;

  constructor(blobs: BlobStore, report: (problem: string) => void, sizes: Sizes = usual) {
    this.#blobs = blobs;
    this.#report = report;
    this.#sizes = sizes;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** What has to be said before this event: the ledger is told of a run at its end, and of values by their names. */
  before(state: NotebookRunState, event: SessionEvent): SessionEvent[] {
    const ended = endedBy(state, event);
    if (ended === null) return [];
    const cells = [...this.#waiting.keys()].filter((id) => belongsTo(state, id, ended));
    const large = [...valuesOf(state, cells)].filter((one) => one.characters > this.#sizes.value);
    const { events, refused } = this.#store(large, event);
    // What the disk refused is tried again at the next end.
    if (!refused) for (const id of cells) this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#trouble = null;
    return events;
  }

  /** What has to be said of the state after this event, so that it stays bounded; the values are stored already. */
  after(state: NotebookRunState, event: SessionEvent): SessionEvent[] {
    if (event.type === 'ValueStored') return [];
    const { cell, notebook } = this.#sizes;
    for (const [id, characters] of arrivalsOf(state, event)) {
      const arrived = (this.#waiting.get(id) ?? 0) + characters;
      this.#arrived += characters;
      this.#waiting.set(id, arrived > cell ? 0 : arrived);
      if (arrived > cell) this.#lookAt(state, id);
    }
    if (this.#arrived > notebook) this.#lookOver(state);
    return this.leave(state, event);
  }

  /** Whether values are about to leave memory: some go after each event, and with `leave`. */
  get leaving(): boolean {
    return this.#leaving.size > 0;
  }

  /** Before a snapshot: what is large and waits for no run any more leaves, some of it now. */
  settle(state: NotebookRunState, stamp: Stamp): SessionEvent[] {
    for (const id of [...this.#waiting.keys()].filter((one) => isOver(state, one))) {
      this.#waiting.delete(id);
      this.#leaveAbove(this.#sizes.value, valuesOf(state, [id]));
    }
    return this.leave(state, stamp);
  }

  /** As `settle`, of a state that another process left. */
  settleAll(state: NotebookRunState, stamp: Stamp): SessionEvent[] {
    for (const id of cellsThatRan(state)) {
      this.#waiting.set(id, 0);
      this.#lookAt(state, id);
    }
    this.#lookOver(state);
    return this.settle(state, stamp);
  }

  /** Stores some of the values that leave, where they are still what is shown. */
  leave(state: NotebookRunState, stamp: Stamp): SessionEvent[] {
    const { turn } = this.#sizes;
    const present: Value[] = [];
    for (const [key, value] of this.#leaving) {
      if (present.length === turn) break;
      this.#leaving.delete(key);
      // Of a picture that has moved on, the next one may stay.
      if (valueAt(state, value)?.value === value.value) present.push(value);
    }
    const { events, refused } = this.#store(present, stamp);
    if (!refused) return events;
    // Found again when as much has come as now, and what is large at the next end.
    for (const { cellId } of [...present, ...this.#leaving.values()]) {
      this.#waiting.set(cellId, this.#waiting.get(cellId) ?? 0);
    }
    this.#leaving.clear();
    return events;
  }

  /**
   * A value that a replayed log says is stored: a power cut may have taken or damaged its blob, and the log still has it.
   * `state` is the one before the event.
   */
  heal(state: NotebookRunState, event: SessionEventOf<'ValueStored'>): void {
    if (this.#blobs.size(event.hash) === event.bytes && !isFault(this.#blobs.readNow(event.hash))) return;
    const present = valueAt(state, event);
    if (present === undefined) return;
    const hash = this.#blobs.putNow(encodeValue(present.value));
    if (isFault(hash)) this.#failed(hash);
  }

  /** When the values of a cell are too much together, smaller ones leave. */
  #lookAt(state: NotebookRunState, id: CellId): void {
    const { cell, small, least, tiny } = this.#sizes;
    this.#leaveUntil(cell, [small, least, tiny], state, [id]);
  }

  /** When those of all cells that ran are. */
  #lookOver(state: NotebookRunState): void {
    const { notebook, least, tiny } = this.#sizes;
    this.#arrived = 0;
    this.#leaveUntil(notebook, [least, tiny], state, cellsThatRan(state));
  }

  /** The large ones leave, and smaller ones where that is not enough. */
  #leaveUntil(most: number, limits: readonly number[], state: NotebookRunState, ids: readonly CellId[]): void {
    const all = weigh(state, ids);
    for (const limit of all > most ? limits : []) {
      if (all - this.#leaveAbove(limit, valuesOf(state, ids)) <= most) return;
    }
  }

  /** Gives how many characters leave. */
  #leaveAbove(characters: number, values: Iterable<Value>): number {
    let leaving = 0;
    for (const value of values) {
      if (value.characters <= characters) continue;
      leaving += value.characters;
      this.#leaving.set(`${value.cellId} ${value.output} ${value.mime}`, value);
    }
    return leaving;
  }

  /** Stores values, as many as the disk takes. */
  #store(values: Iterable<Value>, { at, by }: Stamp): { readonly events: SessionEvent[]; readonly refused: boolean } {
    const events: SessionEvent[] = [];
    for (const { cellId, output, mime, value, characters } of values) {
      const bytes = encodeValue(value);
      const hash = this.#blobs.putNow(bytes);
      if (isFault(hash)) {
        this.#failed(hash);
        return { events, refused: true };
      }
      this.#trouble = null;
      const named = { cellId, output, mime, hash, bytes: bytes.length, characters };
      events.push({ type: 'ValueStored', at, by, ...named, ...pixelsOf(mime, value) });
    }
    return { events, refused: false };
  }

  #failed({ message }: Fault): void {
    if (this.#trouble === null) this.#report(`stored outputs: ${message}; large outputs stay in memory`);
    this.#trouble = message;
  }
}

/** Whose runs end with an event: what they showed is what stays. `cellId` is null for all of a session. */
type Ended = { readonly sessionId: SessionId; readonly cellId: CellId | null };

function endedBy({ runs }: NotebookRunState, event: SessionEvent): Ended | null {
  switch (event.type) {
    case 'RunFinished':
      return runs.get(event.runId) ?? null;
    case 'KernelStatusChanged':
      return event.status === 'dead' ? { sessionId: event.sessionId, cellId: null } : null;
    case 'KernelDied':
    case 'SessionUnbound':
      return { sessionId: event.sessionId, cellId: null };
    default:
      return null;
  }
}

/** A run may have changed what earlier ones of its session show; what another one writes may still change. */
function belongsTo(state: NotebookRunState, id: CellId, { sessionId, cellId }: Ended): boolean {
  if (id === cellId) return true;
  const run = state.cells.get(id)?.run ?? null;
  return run === null || (run.sessionId === sessionId && (cellId === null || run.finishedAt !== null));
}

function isOver({ cells }: NotebookRunState, id: CellId): boolean {
  const run = cells.get(id)?.run ?? null;
  return run === null || run.finishedAt !== null;
}

/** How many characters of values, and of what is said of them, an event brings to which cells. */
function arrivalsOf(state: NotebookRunState, event: SessionEvent): ReadonlyMap<CellId, number> {
  const arrivals = new Map<CellId, number>();
  const shown = event.type === 'OutputArrived' && isDisplay(event.output) ? event.output : null;
  const bundle = event.type === 'DisplayUpdated' ? event : shown;
  if (bundle === null) return arrivals;
  const characters = weighBundle(bundle);
  const owner = event.type === 'OutputArrived' ? state.runs.get(event.runId)?.cellId : undefined;
  if (owner !== undefined) arrivals.set(owner, characters);
  const display = event.type === 'DisplayUpdated' ? event.displayId : shown?.display_id;
  if (display === undefined) return arrivals;
  for (const [id, { run, outputs }] of state.cells) {
    const copies = run === null ? 0 : outputs.filter((one) => isDisplay(one) && one.display_id === display).length;
    if (copies > 0) arrivals.set(id, copies * characters);
  }
  return arrivals;
}

type Value = Place & { readonly value: JsonValue; readonly characters: number };

/** The values that cells have in memory. */
function* valuesOf({ cells }: NotebookRunState, ids: Iterable<CellId>): Generator<Value> {
  for (const cellId of ids) {
    for (const [output, shown] of (cells.get(cellId)?.outputs ?? []).entries()) {
      if (!isDisplay(shown)) continue;
      for (const [mime, value] of Object.entries(shown.data)) {
        yield { cellId, output, mime, value, characters: sizeOf(value) };
      }
    }
  }
}

function valueAt({ cells }: NotebookRunState, { cellId, output, mime }: Place): Value | undefined {
  const shown = cells.get(cellId)?.outputs[output];
  const value = shown !== undefined && isDisplay(shown) ? shown.data[mime] : undefined;
  return value === undefined ? undefined : { cellId, output, mime, value, characters: sizeOf(value) };
}

/** What others show was read from the file, which is in memory as its text. */
function cellsThatRan({ cells }: NotebookRunState): CellId[] {
  return [...cells].flatMap(([id, { run }]) => (run === null ? [] : [id]));
}

/** Characters that cells have of values in memory, and of what is said of them. */
function weigh({ cells }: NotebookRunState, ids: readonly CellId[]): number {
  let characters = 0;
  for (const id of ids) {
    for (const output of cells.get(id)?.outputs ?? []) if (isDisplay(output)) characters += weighBundle(output);
  }
  return characters;
}

function weighBundle({ data, metadata }: Pick<DisplayOutput, 'data' | 'metadata'>): number {
  return Object.values(data).reduce<number>((sum, value) => sum + sizeOf(value), weighJson(metadata).characters);
}

function sizeOf(value: JsonValue): number {
  return typeof value === 'string' ? value.length : weighJson(value).characters;
}

function pixelsOf(mime: string, value: JsonValue): Pick<SessionEventOf<'ValueStored'>, 'width' | 'height'> {
  const size = typeof value === 'string' ? naturalSize(mime, value) : null;
  return { width: size?.width ?? null, height: size?.height ?? null };
}
