import * as Y from 'yjs';
import type { RoomMember } from './room-member.ts';

/**
 * Tells the members of a room what changed in the document. Where many follow it, edits that come closely together go
 * out together, the same bytes to everybody who wrote none of them: twenty people who type cost some messages a frame,
 * not one per key and person.
 */
const frameMs = 40;
/** Up to so many members each edit goes out at once. */
const few = 4;

/** Whose edit it is: a member's id, or anything else for what nobody in the room wrote. */
type Pending = { readonly update: Uint8Array; readonly from: unknown };

export class RoomFeed {
  readonly #members: ReadonlyMap<string, RoomMember>;
  #pending: Pending[] = [];
  #waiting: (() => void)[] = [];
  #frame: NodeJS.Timeout | null = null;

  constructor(members: ReadonlyMap<string, RoomMember>) {
    this.#members = members;
  }

  updated(update: Uint8Array, from: unknown): void {
    this.#pending.push({ update, from });
    if (this.#frame === null || this.#members.size <= few) this.flush();
  }

  /**
   * Resolves when everybody was told everything. An edit is acknowledged after that: should the server lose it, then one
   * of the others has it.
   */
  async told(): Promise<void> {
    if (this.#pending.length > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Now: before anything is said about the document that speaks of its edits, that it is saved for instance. */
  flush(): void {
    if (this.#frame !== null) clearTimeout(this.#frame);
    this.#frame = null;
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#frame = setTimeout(() => this.flush(), frameMs);
    const writers = new Set(pending.map(({ from }) => from));
    let shared: Uint8Array | null = null;
    for (const [id, member] of this.#members) {
      if (!writers.has(id)) member.updated((shared ??= merge(pending)));
      else if (writers.size > 1) member.updated(merge(pending.filter(({ from }) => from !== id)));
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  stop(): void {
    this.flush();
    if (this.#frame !== null) clearTimeout(this.#frame);
    this.#frame = null;
  }
}

function merge(pending: readonly Pending[]): Uint8Array {
  const [first] = pending;
  return pending.length === 1 && first ? first.update : Y.mergeUpdates(pending.map(({ update }) => update));
}
