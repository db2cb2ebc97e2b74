import type { SessionEvent } from '#lib/core/session/event.ts';
import type { Cursor } from '#lib/protocol/fields.ts';
import { isMergeable } from './event-kinds.ts';
import { mergeEvents } from './merge-events.ts';

export type Batch = { readonly from: Cursor; readonly next: Cursor; readonly events: readonly SessionEvent[] };
export type Follower = (batch: Batch) => void;

const frameMs = 33;
/** Batches per frame that may leave at once, so that a quick run is not held up; a flood soon waits for its frame. */
const promptPerFrame = 8;
const ringLength = 4096;

/**
 * Hands the log of one notebook to its followers: the first event at once, floods in frames of 33 ms, streams and
 * display updates merged. Keeps the most recent events, so that a follower that was away gets what it missed.
 */
export class Broadcast {
  readonly #followers = new Set<Follower>();
  readonly #generation: number;
  #ring: SessionEvent[] = [];
  /** Sequence number of the first event in the ring, of the next event, and of the next event to send. */
  #ringStart = 0;
  #tail = 0;
  #sent = 0;
  #promptLeft = promptPerFrame;
  #frame: NodeJS.Timeout | undefined;
  #prompt: NodeJS.Immediate | undefined;

  constructor(generation: number) {
    this.#generation = generation;
  }

  publish(events: readonly SessionEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) this.#ring.push(event);
    this.#tail += events.length;
    if (this.#followers.size === 0) {
      this.#sent = this.#tail;
      this.#trim();
      return;
    }
    if (this.#prompt !== undefined) return;
    const quiet = this.#frame === undefined;
    if (quiet || (this.#promptLeft > 0 && !events.every(isMergeable))) {
      // After the messages that arrived together with this one.
      this.#prompt = setImmediate(() => {
        this.#prompt = undefined;
        this.#promptLeft -= 1;
        this.#flush();
      });
    }
    this.#frame ??= this.#startFrame();
  }

  /** The events after `cursor`, or null when they are not known here any more (or never were). */
  since(cursor: Cursor): readonly SessionEvent[] | null {
    if (cursor.generation !== this.#generation || cursor.seq > this.#tail || cursor.seq < this.#ringStart) return null;
    return mergeEvents(this.#ring.slice(cursor.seq - this.#ringStart));
  }

  get tail(): Cursor {
    return { generation: this.#generation, seq: this.#tail };
  }

  /** From now on; everything so far is sent to those who followed before. */
  follow(follower: Follower): () => void {
    this.#flush();
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  stop(): void {
    this.#flush();
    clearTimeout(this.#frame);
    clearImmediate(this.#prompt);
    this.#followers.clear();
  }

  #startFrame(): NodeJS.Timeout {
    this.#promptLeft = promptPerFrame;
    return setTimeout(() => {
      this.#frame = undefined;
      if (this.#sent === this.#tail) return;
      this.#flush();
      this.#frame = this.#startFrame();
    }, frameMs);
  }

  #flush(): void {
    if (this.#sent === this.#tail) return;
    const events = mergeEvents(this.#ring.slice(this.#sent - this.#ringStart));
    const batch: Batch = { from: { generation: this.#generation, seq: this.#sent }, next: this.tail, events };
    this.#sent = this.#tail;
    this.#trim();
    for (const follower of this.#followers) follower(batch);
  }

  #trim(): void {
    const surplus = Math.min(this.#ring.length - ringLength, this.#sent - this.#ringStart);
    // Half a ring at a time: taking single events off the front would cost a copy each.
    if (surplus < ringLength / 2) return;
    this.#ring = this.#ring.slice(surplus);
    this.#ringStart += surplus;
  }
}
