import type { CellId, NotebookId, PrincipalId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { Cursor } from '#lib/protocol/fields.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import { serverAlone } from './event-kinds.ts';
import { Broadcast, type Buffered, type Follower } from './broadcast.ts';
import { coalesceStreams } from './coalesce-streams.ts';
import type { StoredImage } from './read-values.ts';
import { ShownOutputs, type ReadCell } from './shown-outputs.ts';

export type FollowReply = { readonly reset: boolean; readonly next: Cursor; readonly events: SessionEvent[] };
export type Following = { readonly reply: FollowReply; readonly stop: () => void };
export type ReadReply = { readonly at: Cursor; readonly cells: ReadCell[] };

export type FeedParts = {
  readonly notebookId: NotebookId;
  readonly generation: number;
  /** Where large values lie. */
  readonly blobs: Pick<BlobStore, 'read' | 'size'>;
  readonly state: () => NotebookRunState;
  /** Stamps what has no author and time of its own. */
  readonly by: PrincipalId;
  readonly now: () => number;
};

/**
 * What browsers get of one notebook's results: its log from a cursor on, or its state with placeholders for outputs, and
 * the outputs that they ask for. Reads the state of the session host, owns none.
 */
export class SessionFeed {
  readonly #parts: FeedParts;
  readonly #broadcast: Broadcast;
  readonly #shown: ShownOutputs;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#broadcast = new Broadcast(parts.generation, (events) => coalesceStreams(events, parts.state()));
    this.#shown = new ShownOutputs(parts.notebookId, parts.blobs);
  }

  /** An event that the state already contains. Results from the file go out as placeholders, when anybody is there. */
  publish(event: SessionEvent): void {
    if (serverAlone.has(event.type)) return;
    if (event.type !== 'CellsLoaded') return this.#broadcast.publish([withoutSource(event)]);
    if (!this.#broadcast.followed) return this.#broadcast.forget();
    this.#broadcast.publish([{ ...event, cells: this.#shown.briefCells(this.#parts.state(), event.cells) }]);
  }

  /**
   * Missed events when the cursor is known here, else a rebuild of the state with placeholders for outputs; live batches
   * come to `send` from then on. `buffered` tells how many bytes are still on their way to this follower, so that a slow
   * one is spared.
   */
  async follow(cursor: Cursor | null, send: Follower, buffered?: Buffered): Promise<Following> {
    const { state, by, now } = this.#parts;
    if (cursor === null || this.#broadcast.since(cursor) === null) await this.#shown.prepare(state());
    const stop = this.#broadcast.follow(send, buffered);
    const missed = cursor === null ? null : this.#broadcast.since(cursor);
    const next = this.#broadcast.tail;
    if (missed !== null) return { reply: { reset: false, next, events: [...missed] }, stop };
    const all = rebuildEvents(state(), by, now(), (cell) => this.#shown.brief(cell));
    const events = all.filter((event) => !serverAlone.has(event.type)).map(withoutSource);
    return { reply: { reset: true, next, events }, stop };
  }

  /** True outputs of cells, and the place in the log where they are; followers have been sent everything before it. */
  async read(cellIds: readonly CellId[]): Promise<ReadReply> {
    const values = await this.#shown.fetch(this.#parts.state(), cellIds);
    this.#broadcast.flush();
    return { at: this.#broadcast.tail, cells: this.#shown.read(this.#parts.state(), cellIds, values) };
  }

  /** The image that a cell shows under this hash of its content; null when it shows another one by now. */
  image(cellId: CellId, hash: string): Promise<StoredImage | Fault | null> {
    return this.#shown.image(this.#parts.state().cells.get(cellId), hash);
  }

  stop(): void {
    this.#broadcast.stop();
  }
}

/** Browsers have the cells: what was sent to the kernel would only weigh. */
function withoutSource(event: SessionEvent): SessionEvent {
  if (event.type !== 'RunStarted' || event.source === undefined) return event;
  const { source: _, ...rest } = event;
  return rest;
}
