import type { SessionEvent } from '#lib/core/session/event.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';
import type { Cursor } from '#lib/protocol/fields.ts';
import { isMergeable } from './event-kinds.ts';
import { mergeEvents } from './merge-events.ts';

export type Batch = { readonly from: Cursor; readonly next: Cursor; readonly events: readonly SessionEvent[] };
export type Follower = (batch: Batch) => void;
/** Bytes that were sent to a follower and have not left yet. */
export type Buffered = () => number;

const frameMs = 33;
/** Batches per frame that may leave at once, so that a quick run is not held up; a flood soon waits for its frame. */
const promptPerFrame = 12;
/** What a batch of nothing but text counts for: the first words of a run leave at once, a flood in frames. */
const mergeableCost = 6;
const ringLength = 4096;
/** Characters of the events kept, as JSON. */
const ringSize = 16 * 1024 * 1024;
/** Characters of events with which a follower catches up; above that it gets the state. */
const mostCaughtUp = 4 * 1024 * 1024;
/** A follower with more than this on the way is left out until it has caught up. */
const mostBuffered = 8 * 1024 * 1024;

type Follow = { readonly send: Follower; readonly buffered: Buffered; behind: boolean };

/**
 * Hands the log of one notebook to its followers: events at once while there are few, floods in frames of 33 ms, streams
 * and display updates merged. Keeps the most recent events, so that a follower that was away gets what it missed. A
 * follower that reads more slowly than the kernel writes is sent nothing for a while, and then a batch that does not fit
 * its cursor: it asks again, and gets the state as it is then.
 */
export class Broadcast {
  readonly #followers = new Set<Follow>();
  readonly #generation: number;
  readonly #coalesce: (events: readonly SessionEvent[]) => readonly SessionEvent[];
  #ring: { readonly event: SessionEvent; readonly size: number }[] = [];
  #size = 0;
  /** Sequence number of the first event in the ring, of the next event, and of the next event to send. */
  #ringStart = 0;
  #tail = 0;
  #sent = 0;
  #promptLeft = promptPerFrame;
  #frame: NodeJS.Timeout | undefined;
  #prompt: NodeJS.Immediate | undefined;

  /** @param coalesce makes fewer of events that end where the log does. */
  constructor(
    generation: number,
    coalesce: (events: readonly SessionEvent[]) => readonly SessionEvent[] = (all) => all,
  ) {
    this.#generation = generation;
    this.#coalesce = coalesce;
  }

  /** Whether anybody gets what is published. */
  get followed(): boolean {
    return this.#followers.size > 0;
  }

  /** Counts an event that nobody who follows later may get: they begin from the state. */
  forget(): void {
    this.#tail += 1;
    this.#sent = this.#tail;
    this.#ringStart = this.#tail;
    this.#ring = [];
    this.#size = 0;
  }

  publish(events: readonly SessionEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) {
      const size = weighJson(event).characters;
      this.#ring.push({ event, size });
      this.#size += size;
    }
    this.#tail += events.length;
    if (this.#followers.size === 0) {
      this.#sent = this.#tail;
      this.#trim();
      return;
    }
    if (this.#prompt !== undefined) return;
    this.#frame ??= this.#startFrame();
    const cost = events.every(isMergeable) ? mergeableCost : 1;
    if (this.#promptLeft < cost) return;
    this.#promptLeft -= cost;
    // After the messages that arrived together with this one.
    this.#prompt = setImmediate(() => {
      this.#prompt = undefined;
      this.#flush();
    });
  }

  /** The events after `cursor`, or null when they are not known here any more (or never were), or are too many. */
  since(cursor: Cursor): readonly SessionEvent[] | null {
    if (cursor.generation !== this.#generation || cursor.seq > this.#tail || cursor.seq < this.#ringStart) return null;
    const events = this.#from(cursor.seq);
    return weighJson(events).characters > mostCaughtUp ? null : events;
  }

  get tail(): Cursor {
    return this.#cursor(this.#tail);
  }

  /** From now on; everything so far is sent to those who followed before. */
  follow(send: Follower, buffered: Buffered = () => 0): () => void {
    this.#flush();
    const follower: Follow = { send, buffered, behind: false };
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Sends what waits for its frame. */
  flush(): void {
    this.#flush();
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
      const waiting = this.#wakeBehind();
      if (this.#sent === this.#tail && !waiting) return;
      this.#flush();
      this.#frame = this.#startFrame();
    }, frameMs);
  }

  #flush(): void {
    if (this.#sent === this.#tail) return;
    const events = this.#from(this.#sent);
    const batch: Batch = { from: this.#cursor(this.#sent), next: this.tail, events };
    this.#sent = this.#tail;
    this.#trim();
    for (const follower of this.#followers) {
      follower.behind ||= follower.buffered() > mostBuffered;
      if (!follower.behind) follower.send(batch);
      else this.#frame ??= this.#startFrame();
    }
  }

  /** Lets those who have caught up ask again; whether somebody still has not. */
  #wakeBehind(): boolean {
    let waiting = false;
    for (const follower of this.#followers) {
      if (!follower.behind) continue;
      follower.behind = follower.buffered() > 0;
      waiting ||= follower.behind;
      // Of the end of the log: it fits no cursor before it.
      if (!follower.behind)
        follower.send({ from: this.#cursor(this.#sent), next: this.#cursor(this.#sent), events: [] });
    }
    return waiting;
  }

  #from(seq: number): readonly SessionEvent[] {
    return this.#coalesce(mergeEvents(this.#ring.slice(seq - this.#ringStart).map(({ event }) => event)));
  }

  #cursor(seq: number): Cursor {
    return { generation: this.#generation, seq };
  }

  #trim(): void {
    const sent = this.#sent - this.#ringStart;
    // Half a ring at a time: taking single events off the front would cost a copy each.
    let surplus = this.#ring.length >= ringLength * 1.5 ? this.#ring.length - ringLength : 0;
    surplus = Math.min(surplus, sent);
    let freed = this.#ring.slice(0, surplus).reduce((sum, { size }) => sum + size, 0);
    if (this.#size - freed > ringSize) {
      while (surplus < sent && this.#size - freed > ringSize / 2) freed += this.#ring[surplus++]?.size ?? 0;
    }
    if (surplus === 0) return;
    this.#ring = this.#ring.slice(surplus);
    this.#ringStart += surplus;
    this.#size -= freed;
  }
}
