import type { SessionEvent, SessionEventOf } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import { TextStore } from './text-store.ts';
import { ValueStore } from './value-store.ts';

/**
 * Keeps the outputs of a notebook bounded in memory: asked at each event what of them goes to the blob store. The session
 * host takes its answers as events, those of `before` first.
 */
export class OutputStore {
  readonly #texts: TextStore;
  readonly #values: ValueStore;

  constructor(blobs: BlobStore, report: (problem: string) => void) {
    this.#texts = new TextStore(blobs, report);
    this.#values = new ValueStore(blobs, report);
  }

  /** Why something that should lie in the store is in memory, in the disk's words; null when all is well. */
  get trouble(): string | null {
    return this.#texts.trouble ?? this.#values.trouble;
  }

  before(state: NotebookRunState, event: SessionEvent): SessionEvent[] {
    return this.#values.before(state, event);
  }

  after(state: NotebookRunState, event: SessionEvent): SessionEvent[] {
    return [...this.#texts.store(state, event), ...this.#values.after(state, event)];
  }

  /** Before a snapshot: what is large and waits for no run any more leaves memory, some of it now. */
  settle(state: NotebookRunState, stamp: Pick<SessionEvent, 'at' | 'by'>): SessionEvent[] {
    return this.#values.settle(state, stamp);
  }

  /** Whether values are about to leave memory: some go after each event, and with `leave`. */
  get leaving(): boolean {
    return this.#values.leaving;
  }

  leave(state: NotebookRunState, stamp: Pick<SessionEvent, 'at' | 'by'>): SessionEvent[] {
    return this.#values.leave(state, stamp);
  }

  /** What another process left in memory when it was killed. */
  settleAll(state: NotebookRunState, stamp: Pick<SessionEvent, 'at' | 'by'>): SessionEvent[] {
    return this.#values.settleAll(state, stamp);
  }

  /** Puts again what a replayed log says is stored, where its blob is missing or damaged. */
  heal(state: NotebookRunState, event: SessionEventOf<'StreamStored' | 'ValueStored'>): void {
    if (event.type === 'StreamStored') this.#texts.heal(state, event);
    else this.#values.heal(state, event);
  }

  /** Before a snapshot leaves out what is stored: it is on the disk. */
  secure(): boolean {
    return this.#texts.secure();
  }
}
