import { fault, type Fault } from '#lib/core/fault.ts';
import type { TerminalSize } from '#lib/protocol/terminal-size.ts';
import type { TerminalState } from '#lib/protocol/terminal-state.ts';
import type { TerminalLink, TerminalLinkListener } from '#server/kinds/gateway/port.ts';
import { joinReplay } from './join-replay.ts';
import { Scrollback } from './scrollback.ts';
import { type Follower, TerminalWindow } from './terminal-window.ts';

/** Characters that are kept of each terminal. */
export const scrollbackLength = 1_048_576;
/** Text is sent at most so often. */
const pauseMs = 16;

const firstSize: TerminalSize = { cols: 80, rows: 24 };
const missing = '\u001B[0m\r\n[some output is missing here]\r\n';

export type TerminalHostParts = {
  readonly connect: (listener: TerminalLinkListener) => TerminalLink;
  /** It was opened a moment ago: nobody has seen what it wrote, or answered what it asked. */
  readonly isNew: boolean;
  /** Its shell is over. */
  readonly onEnded: () => void;
};

/**
 * One terminal as this server holds it: the connection to its gateway, the last of its text, and the windows that follow
 * it. The connection goes on while nobody looks. Text is in memory alone: nothing of it is logged or written.
 */
export class TerminalHost {
  readonly #kept = new Scrollback(scrollbackLength);
  readonly #link: TerminalLink;
  readonly #windows = new Map<string, TerminalWindow>();
  readonly #onEnded: () => void;
  #line: TerminalState['line'] = 'connecting';
  #reason: string | null = null;
  #size = firstSize;
  #leader: string | null = null;
  /** Up to here a window that leads has been sent the text: what programs asked in it is answered. */
  #answeredUpTo = 0;
  readonly #isNew: boolean;
  #wasCut = false;
  #flushedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: TerminalHostParts) {
    this.#isNew = parts.isNew;
    this.#onEnded = parts.onEnded;
    this.#link = parts.connect({
      output: (text, again) => this.#hear(text, again),
      connection: (line, reason) => this.#become(line, reason ?? null),
    });
  }

  get hasEnded(): boolean {
    return this.#line === 'ended';
  }

  get watching(): number {
    return this.#windows.size;
  }

  follow(follower: Follower, room: TerminalSize): TerminalState {
    this.#windows.set(follower.id, new TerminalWindow(follower, room));
    if (this.#leader === null) this.#lead(follower.id);
    this.#tell(follower.id);
    this.#soon();
    return this.#stateFor(follower.id);
  }

  leave(id: string): void {
    if (!this.#windows.delete(id)) return;
    if (this.#leader === id) {
      this.#leader = null;
      const next = this.#windows.keys().next().value;
      if (next !== undefined) this.#lead(next);
    }
    this.#tell();
  }

  /** What was typed in a window: it leads from then on. */
  type(id: string, text: string): Fault | null {
    if (this.#leader !== id && this.#windows.has(id)) {
      this.#lead(id);
      this.#tell();
    }
    if (this.#link.type(text)) return null;
    return fault(
      'terminal.away',
      this.hasEnded ? 'This shell has ended.' : 'The gateway is not connected: what was typed was not sent.',
    );
  }

  resize(id: string, room: TerminalSize): void {
    const window = this.#windows.get(id);
    if (window === undefined) return;
    window.room = room;
    if (this.#leader !== id) return;
    this.#lead(id);
    this.#tell();
  }

  /** A window has drawn everything up to a position. */
  taken(id: string, upTo: number): void {
    const window = this.#windows.get(id);
    if (window === undefined) return;
    window.taken(upTo);
    if (window.isBehind(this.#kept)) this.#soon();
  }

  /** Lets go of the connection; the shell goes on. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#link.close();
  }

  #hear(text: string, again: boolean): void {
    const isFirst = this.#kept.end === 0;
    const joined = again && !isFirst ? joinReplay(this.#kept.tail(65_536), text) : null;
    this.#kept.append(joined ?? (again && !isFirst ? missing + text : text));
    // What was asked before this process knew of the terminal was answered then, and so may be what comes once more.
    if (again && joined === null && !(isFirst && this.#isNew)) this.#answeredUpTo = this.#kept.end;
    this.#soon();
    const wasCut = this.#kept.start > 0;
    if (wasCut === this.#wasCut) return;
    this.#wasCut = wasCut;
    this.#tell();
  }

  #become(line: TerminalState['line'], reason: string | null): void {
    this.#line = line;
    this.#reason = reason?.slice(0, 1_000) ?? null;
    this.#tell();
    if (line === 'ended') this.#onEnded();
  }

  #lead(id: string): void {
    this.#leader = id;
    const room = this.#windows.get(id)?.room;
    if (room === undefined) return;
    this.#size = room;
    this.#link.resize(room);
  }

  #stateFor(id: string): TerminalState {
    return {
      line: this.#line,
      reason: this.#reason,
      size: this.#size,
      leads: this.#leader === id,
      watching: this.#windows.size,
      cut: this.#wasCut,
    };
  }

  /** @param but knows it already */
  #tell(but?: string): void {
    for (const [id, { follower }] of this.#windows) if (id !== but) follower.state(this.#stateFor(id));
  }

  /** The first words leave at once, what follows in steps. */
  #soon(): void {
    if (this.#timer !== undefined) return;
    const sinceMs = performance.now() - this.#flushedAt;
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, pauseMs - sinceMs));
  }

  #flush(): void {
    this.#timer = undefined;
    this.#flushedAt = performance.now();
    for (const [id, window] of this.#windows) {
      const sent = window.send(this.#kept, this.#answeredUpTo);
      if (id === this.#leader) this.#answeredUpTo = Math.max(this.#answeredUpTo, sent);
    }
    // One whose line is full says so by what it has taken; the line itself may also be full.
    if ([...this.#windows.values()].some((window) => window.waitsForLine(this.#kept))) this.#soon();
  }
}
