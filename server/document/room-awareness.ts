import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { fault, type Fault } from '#lib/core/fault.ts';

/**
 * Cursors and selections of everybody in one room. Kept in memory alone; relayed to all others; a browser's entries go
 * when it leaves.
 */
const largestUpdate = 64 * 1024;
const mostPerMember = 8;
const frameMs = 40;

type Changes = { readonly added: number[]; readonly updated: number[]; readonly removed: number[] };

export class RoomAwareness {
  readonly #awareness: Awareness;
  /**
   * Which entries go with which member: those that it spoke for last. A browser that comes back over a new socket speaks
   * for its old ids before the old socket is known to be gone.
   */
  readonly #owned = new Map<string, Set<number>>();
  readonly #relay: (update: Uint8Array, from: string | null) => void;
  /** Entries that the others do not have yet, with the member that sent them. */
  #changed = new Map<number, string | null>();
  #frame: NodeJS.Timeout | null = null;

  /** @param relay called with what changed and the member that sent all of it (null: the room itself, or several). */
  constructor(doc: Y.Doc, relay: (update: Uint8Array, from: string | null) => void) {
    this.#relay = relay;
    this.#awareness = new Awareness(doc);
    this.#awareness.setLocalState(null);
    this.#awareness.on('update', ({ added, updated, removed }: Changes, origin: unknown) => {
      const from = typeof origin === 'string' && origin !== 'timeout' && origin !== 'local' ? origin : null;
      if (from !== null) {
        const owned = this.#owned.get(from) ?? new Set();
        for (const id of [...added, ...updated]) {
          for (const others of this.#owned.values()) others.delete(id);
          owned.add(id);
        }
        this.#owned.set(from, owned);
      }
      for (const id of [...added, ...updated, ...removed]) this.#changed.set(id, from);
      // Who is here is told at once: the pages agree by it which of them speaks for all.
      if (this.#frame === null || added.length > 0 || removed.length > 0) this.#relayChanges();
    });
  }

  apply(update: Uint8Array, from: string): Fault | null {
    const refused = fault('request.invalid', 'This is no awareness update.');
    if (update.length > largestUpdate) return refused;
    try {
      applyAwarenessUpdate(this.#awareness, update, from);
    } catch {
      // Bytes of a browser that do not decode: its own loss, nobody else's.
      return refused;
    }
    const owned = this.#owned.get(from);
    if (owned !== undefined && owned.size > mostPerMember) this.leave(from);
    return null;
  }

  /** Everybody's entries, for somebody who joins; null when there are none. */
  all(): Uint8Array | null {
    const ids = [...this.#awareness.getStates().keys()];
    return ids.length === 0 ? null : encodeAwarenessUpdate(this.#awareness, ids);
  }

  leave(member: string): void {
    const owned = this.#owned.get(member);
    this.#owned.delete(member);
    if (owned !== undefined) removeAwarenessStates(this.#awareness, [...owned], 'local');
  }

  stop(): void {
    if (this.#frame !== null) clearTimeout(this.#frame);
    this.#frame = null;
    this.#awareness.destroy();
  }

  /** The first change at once, those that follow it closely together; a browser that gets its own entry back drops it. */
  #relayChanges(): void {
    const changed = this.#changed;
    this.#changed = new Map();
    if (this.#frame !== null) clearTimeout(this.#frame);
    this.#frame = null;
    if (changed.size === 0) return;
    this.#frame = setTimeout(() => this.#relayChanges(), frameMs);
    const senders = new Set(changed.values());
    const [sender = null] = senders;
    this.#relay(encodeAwarenessUpdate(this.#awareness, [...changed.keys()]), senders.size === 1 ? sender : null);
  }
}
