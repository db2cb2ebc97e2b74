import type { NumberRange } from './number-ranges.ts';

/**
 * What a kernel said and did not arrive, known by the numbers of its messages.
 *
 * Kernels made with jupyter_client number every message that they make, on all channels together, in its id:
 * `<session>_<process id>_<number>`. As their only client this server sees all numbers but two kinds: replies to requests
 * of others (the gateway's own questions, another front end), which go to those alone, and numbers that the kernel gave
 * to a message and then never sent. The busy and idle of others' requests come to everybody, so each of them explains
 * numbers; a single number that is missing on a line that was never broken is no evidence.
 *
 * Jupyter Server asks a kernel twice for each line that opens, unless it calls the kernel busy: six numbers, of which it
 * takes one word for itself and is sent two replies. Each of the two is known once a word of it was heard, and exactly what
 * was not heard of it is taken off what is missing. Three things cannot be known, and are counted as missing:
 * - what a line that died before it said anything took of the kernel's words: six of these, and three about our own greeting.
 *   Whether anything was asked on it, and whether the kernel had come to that, no later word tells;
 * - after a restart of this server, what is asked on its first line before the first word of it: a question whose end alone
 *   is heard may be of an earlier line, and its beginning in the journal as one of the numbers that were heard;
 * - numbers that the kernel gave to nothing, where lines are missing as well.
 */
export type MessageNumber = { readonly prefix: string; readonly n: number };

/** The number in a message id; null for kernels that name their messages otherwise. */
export function readMessageNumber(msgId: string, session: string): MessageNumber | null {
  if (session.length > longestSession) return null;
  const found = numbered.exec(msgId);
  if (found === null || found[1] !== session) return null;
  const n = Number(found[3]);
  return Number.isSafeInteger(n) ? { prefix: `${session}_${found[2]}`, n } : null;
}
/** A session's name is kept with what was heard of it. */
const longestSession = 200;
const numbered = /^(.+)_(\d{1,10})_(\d{1,15})$/;

/** Who made the request that a message answers; of others' requests what is known of them. */
export type MessageParent =
  | { readonly of: 'us' | 'nobody' }
  | {
      readonly of: 'others';
      /** Names this request and no other one; the gateway gives the ids of its messages anew on each line. */
      readonly id: string;
      readonly executes: boolean;
    };

export type HeardMessage = {
  readonly number: MessageNumber;
  /** Messages of iopub come in the order in which the kernel sent them; replies may overtake them. */
  readonly iopub: boolean;
  readonly parent: MessageParent;
  readonly status: 'busy' | 'idle' | null;
  /** Of a clock that only goes forward, in ms. */
  readonly at: number;
};

/** Why messages may be missing: this server or the line to the gateway was down, or nothing that is known. */
export type GapCause = 'server' | 'connection' | 'unknown';

/** Numbers that were passed over at one place. `missing` falls when some come late or are explained. */
export type NumberGap = {
  readonly id: number;
  readonly cause: GapCause;
  readonly missing: number;
  /** Nothing will explain it any more. */
  readonly settled: boolean;
};

/** What a session has heard of a kernel's process, as it is kept over a restart of this server. */
export type HeardNumbers = {
  readonly prefix: string;
  /** Highest number on iopub. */
  readonly to: number;
  /** Higher numbers on other channels. */
  readonly beyond: readonly number[];
  /** Numbers of messages that no other session of the kernel needs, the latest of them. */
  readonly own: readonly NumberRange[];
};

type Gap = { id: number; cause: GapCause; missing: number; settled: boolean; readonly since: number };
type Range = { from: number; to: number; readonly gap: Gap };
type Process = {
  readonly prefix: string;
  to: number;
  readonly beyond: Set<number>;
  ranges: Range[];
  /** Numbers up to here that are in no range were heard on an earlier line. */
  sealed: number;
  broken: GapCause;
};
/** A request of somebody else: between `low` and `high` it used `left` numbers that were not heard. */
type Foreign = { readonly prefix: string; readonly low: number; high: number; left: number };

/** Replies may be this much later than what was said after them. */
export const graceMs = 2_000;
const mostRanges = 256;
const mostBeyond = 256;
const mostForeign = 64;
/** Gaps that wait for their time; with more of them, what is passed over counts to the latest. */
const mostOpen = 64;
/** Processes that a kernel forked, the latest. */
const mostProcesses = 32;
/** Of a request: its busy, its reply and its idle. */
const perRequest = 3;

/** Follows the numbers of one kernel. Has no clock: whoever feeds it says the time, and asks it to `settle`. */
export class MessageNumbers {
  #session: string | null = null;
  readonly #processes = new Map<string, Process>();
  readonly #foreign = new Map<string, Foreign>();
  #open: Gap[] = [];
  #ids = 0;

  /**
   * What an earlier process of this server had heard, in one of its sessions at least: it comes again. What is missing
   * before the first number after it is for each session to find in its own journal (`RestartGaps`).
   */
  restore(heard: Omit<HeardNumbers, 'own'>): void {
    const known = this.#processes.get(heard.prefix);
    if (known !== undefined && known.broken !== 'server') return;
    this.#session ??= sessionOf(heard.prefix);
    if (this.#session !== sessionOf(heard.prefix)) return;
    const process = known ?? this.#begin(heard.prefix, heard.to);
    process.to = Math.max(process.to, heard.to);
    process.sealed = process.to;
    for (const n of heard.beyond) process.beyond.add(n);
    process.broken = 'server';
  }

  /** The line is another one from here on. */
  interrupted(): void {
    for (const process of this.#processes.values()) {
      process.sealed = process.to;
      if (process.broken === 'unknown') process.broken = 'connection';
    }
  }

  /** `again`: it was heard before, on an earlier line. `gap`: the one that this message reveals, or makes smaller. */
  hear(message: HeardMessage): { readonly again: boolean; readonly gap: NumberGap | null } {
    const { prefix, n } = message.number;
    const session = sessionOf(prefix);
    if (this.#session !== session) this.#forget(session);
    this.#note(message);
    const process = this.#processes.get(prefix);
    if (process === undefined) {
      this.#begin(prefix, n);
      return nothing;
    }
    if (n <= process.to) return this.#late(process, n);
    if (process.beyond.has(n)) return { again: true, gap: null };
    if (!message.iopub && process.beyond.size < mostBeyond) {
      process.beyond.add(n);
      return nothing;
    }
    return { again: false, gap: this.#advance(process, n, message.at) };
  }

  /** Gaps whose time has come, each once: what others' requests explain is taken off them. */
  settle(at: number, graceEnds = graceMs): readonly NumberGap[] {
    const due = this.#open.filter((gap) => at - gap.since >= graceEnds);
    if (due.length === 0) return due;
    this.#explain(due);
    this.#open = this.#open.filter((gap) => !due.includes(gap));
    for (const gap of due) gap.settled = true;
    return due.map((gap) => ({ ...gap }));
  }

  get unsettled(): boolean {
    return this.#open.length > 0;
  }

  #begin(prefix: string, to: number): Process {
    const process: Process = { prefix, to, beyond: new Set(), ranges: [], sealed: -1, broken: 'unknown' };
    this.#processes.delete(prefix);
    this.#processes.set(prefix, process);
    if (this.#processes.size > mostProcesses) {
      // The kernel itself was there first; of the others the oldest goes.
      const [, second] = this.#processes.keys();
      if (second !== undefined) this.#processes.delete(second);
    }
    return process;
  }

  /** Another kernel: what the last one still owed can never come. */
  #forget(session: string): void {
    this.#session = session;
    this.#processes.clear();
    this.#foreign.clear();
    this.#open = [];
  }

  #late(process: Process, n: number): { readonly again: boolean; readonly gap: NumberGap | null } {
    const at = process.ranges.findIndex(({ from, to }) => from <= n && n <= to);
    const range = process.ranges[at];
    if (range === undefined) return { again: n <= process.sealed, gap: null };
    const parts: Range[] = [
      { from: range.from, to: n - 1, gap: range.gap },
      { from: n + 1, to: range.to, gap: range.gap },
    ];
    process.ranges.splice(at, 1, ...parts.filter(({ from, to }) => from <= to));
    range.gap.missing = Math.max(0, range.gap.missing - 1);
    return { again: false, gap: told(range.gap) };
  }

  #advance(process: Process, n: number, at: number): NumberGap | null {
    const known = process.beyond.size === 0 ? [] : takeBelow(process.beyond, n);
    const missing = n - process.to - 1 - known.length;
    const cause = process.broken;
    process.broken = 'unknown';
    if (missing > 0) {
      const gap = this.#openGap(cause, at);
      let from = process.to + 1;
      for (const end of [...known, n]) {
        if (from < end) process.ranges.push({ from, to: end - 1, gap });
        from = end + 1;
      }
      gap.missing += missing;
      process.to = n;
      if (process.ranges.length >= 2 * mostRanges) process.ranges = process.ranges.slice(-mostRanges);
      return told(gap);
    }
    process.to = n;
    return null;
  }

  #openGap(cause: GapCause, at: number): Gap {
    const last = this.#open.at(-1);
    if (last !== undefined && last.cause === cause && this.#open.length >= mostOpen) return last;
    const gap: Gap = { id: this.#ids, cause, missing: 0, settled: false, since: at };
    this.#ids += 1;
    if (cause !== 'server') this.#open.push(gap);
    return gap;
  }

  /**
   * Remembers what requests of others explain: of a request one of whose words was heard, the others that were not. What
   * nothing was heard of explains nothing. It may be a question that the kernel has not come to: to take it for answered
   * would hide as many lost words of a run.
   */
  #note({ parent, status, number }: HeardMessage): void {
    if (parent.of !== 'others' || status === null) return;
    const { id } = parent;
    const known = this.#foreign.get(id);
    if (known === undefined) {
      const left = parent.executes ? Infinity : perRequest - 1;
      const [low, high] = status === 'busy' ? [number.n, Infinity] : [-1, number.n];
      this.#foreign.set(id, { prefix: number.prefix, low, high, left });
    } else {
      if (status === 'idle') known.high = number.n;
      known.left -= 1;
    }
    for (const [oldest] of this.#foreign) {
      if (this.#foreign.size <= mostForeign) break;
      this.#foreign.delete(oldest);
    }
  }

  /**
   * Gives the unheard words of others' requests their numbers: each request those nearest below its end, the ones that are
   * least free to choose first. What falls into gaps whose time has not come is looked at again when it has.
   */
  #explain(due: readonly Gap[]): void {
    const requests = [...this.#foreign.values()].toSorted((a, b) => b.low - a.low || a.high - b.high);
    for (const process of this.#processes.values()) {
      const open = process.ranges.filter(({ gap }) => !gap.settled && this.#open.includes(gap)).toReversed();
      const free = new Map(open.map((range) => [range, range.to - range.from + 1]));
      for (const request of requests.filter(({ prefix }) => prefix === process.prefix)) {
        let { left } = request;
        for (const range of open) {
          const inside = Math.min(range.to, request.high - 1) - Math.max(range.from, request.low + 1) + 1;
          const taken = Math.max(0, Math.min(left, inside, free.get(range) ?? 0));
          left -= taken;
          free.set(range, (free.get(range) ?? 0) - taken);
          if (!due.includes(range.gap)) continue;
          request.left -= taken;
          range.gap.missing = Math.max(0, range.gap.missing - taken);
        }
      }
    }
  }
}

/** Takes out the numbers below `n`, and `n` itself; answers those below, in order. */
function takeBelow(numbers: Set<number>, n: number): number[] {
  const below = [...numbers].filter((one) => one < n).toSorted((a, b) => a - b);
  for (const one of below) numbers.delete(one);
  numbers.delete(n);
  return below;
}

const nothing = { again: false, gap: null } as const;

/** What was lost with an earlier process of this server is not told here. */
const told = (gap: Gap): NumberGap | null => (gap.cause === 'server' ? null : { ...gap });

/** The session that a kernel counts its messages in: its own from its start to its restart, shared with what it forks. */
export function sessionOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('_'));
}
