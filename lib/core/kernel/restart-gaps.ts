import { countOutside, withRange, type NumberRange } from './number-ranges.ts';
import { sessionOf, type HeardNumbers, type MessageNumber } from './message-numbers.ts';

/** What one session has not got of what the kernel said before this process of the server heard it. */
export type RestartGap<Member> = {
  readonly member: Member;
  readonly id: number;
  readonly missing: number;
  readonly isNew: boolean;
};

type Known = { readonly heard: HeardNumbers; id: number | null; missing: number };
/** What this process of the server has heard of a process of the kernel. */
type Live = { first: number | null; last: number; readonly aside: Set<number> };

const mostAside = 256;
const mostRanges = 1_024;
/** As many as are followed while the line is open. */
const mostProcesses = 32;

/**
 * After a restart of this server each session of a kernel compares with its own journal: of what one message said the
 * server may have been killed between the writes of two. What a session lacks lies between the last number in its journal
 * and the first one that is heard again; what another session has journaled as its own is not missed by anybody else.
 *
 * Sessions come one after the other: one that comes later may still say that a number was its own, or be told what it lacks.
 */
export class RestartGaps<Member> {
  readonly #members = new Map<Member, Map<string, Known>>();
  readonly #live = new Map<string, Live>();
  readonly #own = new Map<string, readonly NumberRange[]>();
  readonly #nextId: () => number;
  #session: string | null = null;

  constructor(nextId: () => number) {
    this.#nextId = nextId;
  }

  join(member: Member, heard: readonly HeardNumbers[]): readonly RestartGap<Member>[] {
    this.#members.set(member, new Map(heard.map((one) => [one.prefix, { heard: one, id: null, missing: 0 }])));
    for (const { prefix, own } of heard) {
      const all = own.reduce(withRange, this.#own.get(prefix) ?? []);
      this.#own.set(prefix, all.slice(-mostRanges));
    }
    return heard.flatMap(({ prefix }) => this.#compare(prefix));
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** A number that was not heard before. Replies may overtake what was said before them: iopub alone says how far it is. */
  hear({ prefix, n }: MessageNumber, iopub: boolean): readonly RestartGap<Member>[] {
    const live = this.#live.get(prefix) ?? this.#begin(prefix);
    const { first } = live;
    if (iopub) live.last = Math.max(live.last, n);
    if (first !== null && n > first) return [];
    if (iopub && first === null) live.first = n;
    else if (live.aside.size < mostAside) live.aside.add(n);
    return live.first === null ? [] : this.#compare(prefix);
  }

  /** How far iopub is, by process: who joins now is handed all that this process has heard. */
  get positions(): readonly MessageNumber[] {
    return [...this.#live].flatMap(([prefix, { first, last }]) => (first === null ? [] : [{ prefix, n: last }]));
  }

  #begin(prefix: string): Live {
    const session = sessionOf(prefix);
    // Another kernel in the place of the one before.
    if (session !== this.#session) this.#live.clear();
    this.#session = session;
    const live: Live = { first: null, last: -1, aside: new Set() };
    this.#live.set(prefix, live);
    // The kernel itself was there first; of those that it forked the oldest goes.
    const [, second] = this.#live.keys();
    if (this.#live.size > mostProcesses && second !== undefined) this.#live.delete(second);
    return live;
  }

  /** What is news about what the members lack. */
  #compare(prefix: string): RestartGap<Member>[] {
    const live = this.#live.get(prefix);
    if (live === undefined || live.first === null) return [];
    const end = live.first;
    const news: RestartGap<Member>[] = [];
    for (const [member, processes] of this.#members) {
      const known = processes.get(prefix);
      if (known === undefined) continue;
      const { to, beyond } = known.heard;
      const singles = [...beyond, ...live.aside].map((n) => ({ from: n, to: n }));
      const elsewhere = singles.reduce(withRange, this.#own.get(prefix) ?? []);
      const missing = countOutside({ from: to + 1, to: end - 1 }, elsewhere);
      if (missing === known.missing) continue;
      known.missing = missing;
      const isNew = known.id === null;
      known.id ??= this.#nextId();
      news.push({ member, id: known.id, missing, isNew });
    }
    return news;
  }
}
