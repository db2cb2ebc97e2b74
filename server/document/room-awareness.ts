import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { fault, type Fault } from '#lib/core/fault.ts';

/**
 * Cursors and selections of everybody in one room. Kept in memory alone; relayed to all others; a browser's entries go
 * when it leaves.
 */
const largestUpdate = 64 * 1024;
const mostPerMember = 8;

type Changes = { readonly added: number[]; readonly updated: number[]; readonly removed: number[] };

export class RoomAwareness {
  readonly #awareness: Awareness;
  /**
   * Which entries go with which member: those that it spoke for last. A browser that comes back over a new socket speaks
   * for its old ids before the old socket is known to be gone.
   */
  readonly #owned = new Map<string, Set<number>>();

  /** @param relay called with what changed and the member that sent it (null: the room itself). */
  constructor(doc: Y.Doc, relay: (update: Uint8Array, from: string | null) => void) {
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
      relay(encodeAwarenessUpdate(this.#awareness, [...added, ...updated, ...removed]), from);
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
    this.#awareness.destroy();
  }
}
