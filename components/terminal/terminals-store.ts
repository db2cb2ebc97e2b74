import { callApi } from '#lib/client/api.ts';
import { connection } from '#lib/client/connection.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import { every, type EveryEffects, everyEffects } from '#lib/client/every.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { terminalPath } from '#lib/core/terminal/terminal-path.ts';
import type { TerminalView } from '#lib/protocol/http/terminals.ts';

export type TerminalsState = {
  /** null until the first answer. */
  readonly terminals: readonly TerminalView[] | null;
  /** Of gateways that could not be asked, by their label. */
  readonly faults: readonly { readonly gatewayLabel: string; readonly fault: Fault }[];
};

/** What the store asks of the server. */
export type TerminalsEffects = { readonly call: typeof callApi; readonly line: () => Connection } & EveryEffects;

/** Terminals that others opened are seen by asking alone, ms. */
const pause = 20_000;
const nothing: TerminalsState = { terminals: null, faults: [] };

/** The terminals of all gateways. Asked for while somebody looks: at first, when the server says so, and now and then. */
export class TerminalsStore {
  readonly #effects: TerminalsEffects;
  readonly #listeners = new Set<() => void>();
  #state = nothing;
  #stops: (() => void)[] = [];
  #asked = 0;

  constructor(effects: TerminalsEffects = { call: callApi, line: connection, ...everyEffects }) {
    this.#effects = effects;
  }

  readonly getSnapshot = (): TerminalsState => this.#state;
  readonly getInitial = (): TerminalsState => nothing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) for (const stop of this.#stops.splice(0)) stop();
    };
  };

  /** Of several questions the last counts. A failed one keeps what was known. */
  async load(): Promise<void> {
    const asked = (this.#asked += 1);
    const answer = await this.#effects.call('listTerminals');
    if (asked !== this.#asked || isFault(answer)) return;
    const terminals = answer.terminals.toSorted((a, b) =>
      terminalPath(a).localeCompare(terminalPath(b), undefined, { numeric: true }),
    );
    this.#state = { terminals, faults: answer.faults };
    for (const listener of this.#listeners) listener();
  }

  #begin(): void {
    const line = this.#effects.line();
    this.#stops = [
      every(pause, () => void this.load(), this.#effects),
      line.on('terminals.changed', () => void this.load()),
      line.onStatus(() => (line.status() === 'connected' ? void this.load() : undefined)),
    ];
  }
}

export const terminals = new TerminalsStore();
