import type { NumberRange } from './number-ranges.ts';

/**
 * What a kernel said and did not arrive, known by the numbers of its messages.
 *
 * Kernels made with jupyter_client number every message that they make, on all channels together, in its id:
 * `<session>_<process id>_<number>`. As their only client this server sees all numbers but two kinds: replies to requests
 * of others (the gateway's own questions, another front end), which go to those alone, and numbers that the kernel gave
 * to a message and then never sent. The busy and idle of others' requests come to everybody, so each of them explains
 * numbers; a single number that is missing on a line that was never broken is no evidence.
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
      readonly msgId: string;
      /** Its own number, and whether the counter that gave it began with this connection. */
      readonly number: MessageNumber | null;
      readonly countsFromZero: boolean;
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
/** A request of somebody else: between `low` and `high` it used `left` numbers that are not for us. */
type Foreign = { readonly low: number; high: number; left: number };

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
  /** Highest number seen of others who number their requests. */
  readonly #others = new Map<string, number>();
  #open: Gap[] = [];
  #ids = 0;
  #line = 0;

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
    // The gateway names its questions anew on each line.
    this.#line += 1;
    this.#others.clear();
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
    this.#open = this.#open.filter((gap) => !due.includes(gap));
    for (const gap of due) {
      this.#explain(gap);
      gap.settled = true;
    }
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

  /** Remembers what requests of others explain. */
  #note({ parent, status, number }: HeardMessage): void {
    if (parent.of !== 'others' || status === null) return;
    const id = `${this.#line} ${parent.msgId}`;
    const known = this.#foreign.get(id);
    if (known === undefined) {
      this.#notePredecessors(parent, number.n);
      const left = parent.executes ? Infinity : perRequest - 1;
      const [low, high] = status === 'busy' ? [number.n, Infinity] : [-1, number.n];
      this.#foreign.set(id, { low, high, left });
    } else {
      if (status === 'idle') known.high = number.n;
      known.left -= 1;
    }
    for (const [oldest] of this.#foreign) {
      if (this.#foreign.size <= mostForeign) break;
      this.#foreign.delete(oldest);
    }
  }

  /** Requests that came before this one and of which nothing was heard: the gateway takes some words for itself. */
  #notePredecessors(parent: MessageParent, before: number): void {
    if (parent.of !== 'others' || parent.number === null) return;
    const { prefix, n } = parent.number;
    const known = this.#others.get(prefix) ?? (parent.countsFromZero ? -1 : undefined);
    this.#others.set(prefix, Math.max(n, known ?? n));
    const unseen = known === undefined ? 0 : n - known - 1;
    if (unseen > 0 && unseen < 1_000)
      this.#foreign.set(`${this.#line} before ${parent.msgId}`, { low: -1, high: before, left: unseen * perRequest });
  }

  #explain(gap: Gap): void {
    for (const process of this.#processes.values()) {
      for (const range of process.ranges) {
        if (range.gap !== gap) continue;
        let left = range.to - range.from + 1;
        for (const foreign of this.#foreign.values()) {
          const inside = Math.min(range.to, foreign.high - 1) - Math.max(range.from, foreign.low + 1) + 1;
          const taken = Math.max(0, Math.min(foreign.left, inside, left));
          foreign.left -= taken;
          left -= taken;
          gap.missing = Math.max(0, gap.missing - taken);
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

function sessionOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('_'));
}
