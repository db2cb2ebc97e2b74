import { mostTerminalText } from '#lib/protocol/terminal-data.ts';
import type { TerminalSize } from '#lib/protocol/terminal-size.ts';
import type { TerminalState } from '#lib/protocol/terminal-state.ts';
import type { Scrollback } from './scrollback.ts';

/** Characters that may be on their way to a window and not drawn there yet. */
export const mostUntaken = 131_072;
/** Bytes that wait for the window in its socket, above which it gets nothing more. */
const mostBuffered = 1_048_576;

export type TerminalText = {
  readonly text: string;
  readonly upTo: number;
  readonly fresh: boolean;
  readonly seen: boolean;
};

/** A window that follows a terminal, as its host sees it. */
export type Follower = {
  readonly id: string;
  data(text: TerminalText): void;
  state(state: TerminalState): void;
  /** Bytes that were sent and have not left yet. */
  buffered(): number;
};

/**
 * How far one window is. It is sent as much as it says to have drawn, and never waited for: when what comes next is kept no
 * longer, its screen begins anew with what is.
 */
export class TerminalWindow {
  readonly follower: Follower;
  room: TerminalSize;
  /** Null: its screen has not begun. */
  #sent: number | null = null;
  #taken = 0;

  constructor(follower: Follower, room: TerminalSize) {
    this.follower = follower;
    this.room = room;
  }

  taken(upTo: number): void {
    this.#taken = Math.min(this.#sent ?? 0, Math.max(this.#taken, upTo));
  }

  isBehind(kept: Scrollback): boolean {
    return this.#sent !== kept.end;
  }

  /** There is text that it could be sent, but its socket is full. */
  waitsForLine(kept: Scrollback): boolean {
    return this.isBehind(kept) && this.#room() > 0;
  }

  /**
   * Sends what there is room for; answers up to where it has been sent. Text up to `answeredUpTo` is marked as seen, and
   * never shares a message with other text.
   */
  send(kept: Scrollback, answeredUpTo: number): number {
    while (this.isBehind(kept) && this.#room() > 0 && this.follower.buffered() < mostBuffered) {
      const fresh = this.#sent === null || this.#sent < kept.start;
      const from = fresh || this.#sent === null ? kept.start : this.#sent;
      if (fresh) this.#taken = from;
      const seen = from < answeredUpTo;
      const most = Math.min(mostTerminalText / 2, mostUntaken - (from - this.#taken));
      const text = kept.slice(from, seen ? Math.min(most, answeredUpTo - from) : most);
      if (text === '' && !fresh) break;
      this.#sent = from + text.length;
      this.follower.data({ text: fresh ? kept.prologue + text : text, upTo: this.#sent, fresh, seen });
    }
    return this.#sent ?? 0;
  }

  #room(): number {
    return this.#sent === null ? mostUntaken : mostUntaken - (this.#sent - this.#taken);
  }
}
