import type { Connection } from '#lib/client/connection-port.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { type TerminalAddress, terminalPath } from '#lib/core/terminal/terminal-path.ts';
import { mostTerminalInput } from '#lib/protocol/terminal-input.ts';
import type { TerminalSize } from '#lib/protocol/terminal-size.ts';
import type { TerminalState } from '#lib/protocol/terminal-state.ts';

/** What draws the text of a terminal. */
export type Screen = {
  /** `answers`: whether programs that ask the terminal something in this text are answered. Calls `done` once it is drawn. */
  write(text: string, answers: boolean, done: () => void): void;
};

export type FeedState = {
  /** As the server last said; null before its first word. */
  readonly state: TerminalState | null;
  /** Why the terminal cannot be followed. */
  readonly fault: Fault | null;
  /** The page has its line to our server. */
  readonly online: boolean;
};

export type FeedEffects = {
  readonly line: Connection;
  /** Calls back before the next picture, at most so often that the page stays usable. */
  readonly nextPicture: (callback: () => void) => void;
};

type Text = { readonly text: string; readonly upTo: number; readonly fresh: boolean; readonly seen: boolean };

const startAnew = '\u001Bc';

/**
 * One terminal as this page follows it: its text goes to the screen one message at a time, and the server is told how far
 * the screen is, once per picture. That is what bounds a flood: what is not drawn is not sent.
 */
export class TerminalFeed {
  readonly #address: TerminalAddress;
  readonly #screen: Screen;
  readonly #effects: FeedEffects;
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  #snapshot: FeedState;
  #room: TerminalSize;
  #waiting: Text[] = [];
  #drawing = false;
  #drawn = 0;
  #told = 0;
  #isTelling = false;
  #following = false;

  constructor(address: TerminalAddress, room: TerminalSize, screen: Screen, effects: FeedEffects) {
    this.#address = address;
    this.#room = room;
    this.#screen = screen;
    this.#effects = effects;
    this.#snapshot = { state: null, fault: null, online: effects.line.status() === 'connected' };
  }

  readonly getSnapshot = (): FeedState => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  run(): void {
    const { line } = this.#effects;
    const key = terminalPath(this.#address);
    this.#following = true;
    this.#stops.push(
      line.on('terminal.data', (data) => {
        if (terminalPath(data) === key) this.#take(data);
      }),
      line.on('terminal.state', (told) => {
        if (terminalPath(told) === key) this.#change({ state: told.state, fault: null });
      }),
      line.onStatus(() => {
        const online = line.status() === 'connected';
        if (online === this.#snapshot.online) return;
        this.#change({ online });
        if (online) this.follow();
      }),
    );
    if (this.#snapshot.online) this.follow();
  }

  stop(): void {
    this.#following = false;
    for (const stop of this.#stops.splice(0)) stop();
    this.#waiting = [];
    void this.#effects.line.request('terminal.leave', this.#address);
  }

  /** Asks to be sent the terminal from its beginning; also once more after a fault. */
  follow(): void {
    this.#change({ fault: null });
    void this.#effects.line.request('terminal.follow', { ...this.#address, room: this.#room }).then((answer) => {
      if (!this.#following) return;
      if (!isFault(answer)) this.#change({ state: answer, fault: null });
      // A line that was lost comes back and asks by itself.
      else if (answer.fault !== 'server.stopping') this.#change({ fault: answer });
    });
  }

  /** Sends what was typed, in as many messages as it takes, in order. */
  type(text: string): void {
    for (let at = 0; at < text.length;) {
      const to = endOfPiece(text, at);
      void this.#effects.line.request('terminal.input', { ...this.#address, text: text.slice(at, to) });
      at = to;
    }
  }

  /** The window has room for so much now. */
  resize(room: TerminalSize): void {
    if (room.cols === this.#room.cols && room.rows === this.#room.rows) return;
    this.#room = room;
    void this.#effects.line.request('terminal.resize', { ...this.#address, room });
  }

  #take(text: Text): void {
    // What waits to be drawn is in what begins anew, or is kept no longer.
    if (text.fresh) {
      this.#waiting = [];
      this.#drawn = this.#told = 0;
    }
    this.#waiting.push(text);
    this.#draw();
  }

  #draw(): void {
    const next = this.#drawing ? undefined : this.#waiting.shift();
    if (next === undefined) return;
    this.#drawing = true;
    const answers = this.#snapshot.state?.leads === true && !next.seen;
    this.#screen.write(next.fresh ? startAnew + next.text : next.text, answers, () => {
      this.#drawing = false;
      this.#drawn = next.upTo;
      this.#tell();
      if (this.#following) this.#draw();
    });
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#effects.nextPicture(() => {
      this.#isTelling = false;
      if (!this.#following || this.#drawn === this.#told) return;
      this.#told = this.#drawn;
      void this.#effects.line.request('terminal.taken', { ...this.#address, upTo: this.#drawn });
    });
  }

  #change(part: Partial<FeedState>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const listener of this.#listeners) listener();
  }
}

function endOfPiece(text: string, from: number): number {
  const to = Math.min(text.length, from + mostTerminalInput);
  const last = text.charCodeAt(to - 1);
  return to < text.length && last >= 0xd800 && last <= 0xdbff ? to - 1 : to;
}
