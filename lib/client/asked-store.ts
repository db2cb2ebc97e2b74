import type { DownName } from '#lib/protocol/down.ts';
import { callApi } from './api.ts';
import type { Connection } from './connection-port.ts';
import { connection } from './connection.ts';
import { every, type EveryEffects, everyEffects } from './every.ts';

/** What the store asks of the server. */
export type AskedEffects = { readonly call: typeof callApi; readonly line: () => Connection } & EveryEffects;

export type Asking<State> = {
  /** Before the first answer. */
  readonly nothing: State;
  /** The state after an answer. A failed one keeps what was known: it is still the best there is to show. */
  readonly ask: (call: typeof callApi) => Promise<(before: State) => State>;
  /** What the server says when there is something new; null: it does not say. */
  readonly news: Extract<DownName, `${string}.changed`> | null;
  /** Asked anew after this pause, ms. */
  readonly pause: number;
};

const askedEffects: AskedEffects = { call: callApi, line: connection, ...everyEffects };

/** What the server knows, asked for while somebody looks: at first, when the server says so, and now and then. */
export class AskedStore<State extends object> {
  readonly #asking: Asking<State>;
  readonly #effects: AskedEffects;
  readonly #listeners = new Set<() => void>();
  #state: State;
  #stops: readonly (() => void)[] = [];
  #asked = 0;
  #lookers = 0;

  constructor(asking: Asking<State>, effects = askedEffects) {
    this.#asking = asking;
    this.#effects = effects;
    this.#state = asking.nothing;
  }

  readonly getSnapshot = (): State => this.#state;
  readonly getInitial = (): State => this.#asking.nothing;

  /** For who looks at what changes without a word of the server's. */
  readonly subscribe = (listener: () => void): (() => void) => {
    // Those who only follow may have been told long ago.
    if (this.#lookers === 0 && this.#listeners.size > 0) void this.load();
    this.#lookers += 1;
    const leave = this.follow(listener);
    return () => {
      this.#lookers -= 1;
      leave();
    };
  };

  /** For who wants to know of the server's news alone. */
  readonly follow = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const stop of this.#stops) stop();
      this.#stops = [];
    };
  };

  /** Of several questions the last counts. */
  async load(): Promise<void> {
    const asked = (this.#asked += 1);
    const after = await this.#asking.ask(this.#effects.call);
    if (asked === this.#asked) this.#change(after(this.#state));
  }

  /** What came by itself: shown at once, and asked for. Answers to earlier questions come too late. */
  take(part: (before: State) => State): void {
    this.#change(part(this.#state));
    void this.load();
  }

  #change(state: State): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #begin(): void {
    const { news, pause } = this.#asking;
    let asked = false;
    const ask = () => {
      if (asked && this.#lookers === 0) return;
      asked = true;
      void this.load();
    };
    this.#stops = [every(pause, ask, this.#effects), ...(news === null ? [] : this.#hear(news))];
  }

  #hear(news: DownName): readonly (() => void)[] {
    const line = this.#effects.line();
    return [
      line.on(news, () => void this.load()),
      // What changed while the line was lost was said to nobody here.
      line.onStatus(() => (line.status() === 'connected' ? void this.load() : undefined)),
    ];
  }
}
