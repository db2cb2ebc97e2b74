import { useEffect, useSyncExternalStore } from 'react';
import { callApi } from '#lib/client/api.ts';
import { connection } from '#lib/client/connection.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';

const none: readonly Gateway[] = [];

/** What the store asks of the server. */
export type GatewaysEffects = { readonly call: typeof callApi; readonly line: () => Connection };

/** The registered gateways as the server knows them, without asking any of them. Followed once somebody has looked. */
export class GatewaysStore {
  readonly #effects: GatewaysEffects;
  readonly #listeners = new Set<() => void>();
  #gateways: readonly Gateway[] = none;
  #follows = false;
  /** The last question: answers to earlier ones come too late. */
  #asked: Promise<Fault | null> | null = null;

  constructor(effects: GatewaysEffects = { call: callApi, line: connection }) {
    this.#effects = effects;
  }

  readonly getSnapshot = (): readonly Gateway[] => this.#gateways;
  readonly getInitial = (): readonly Gateway[] => none;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  follow(): void {
    if (this.#follows) return;
    this.#follows = true;
    const line = this.#effects.line();
    line.on('gateways.changed', () => void this.load());
    // What changed while the line was lost was said to nobody here.
    line.onStatus(() => (line.status() === 'connected' ? void this.load() : undefined));
    void this.load();
  }

  /** Asks the server. The fault when that failed, which keeps what was known; of several questions the last counts. */
  load(): Promise<Fault | null> {
    const asked: Promise<Fault | null> = this.#effects.call('listGateways').then((answer) => {
      if (this.#asked !== asked && this.#asked !== null) return this.#asked;
      if (isFault(answer)) return answer;
      this.#gateways = answer.gateways;
      for (const listener of this.#listeners) listener();
      return null;
    });
    this.#asked = asked;
    return asked;
  }
}

export const gateways = new GatewaysStore();

/** Those that were asked for so far; asks nobody by itself. */
export function useKnownGateways(): readonly Gateway[] {
  return useSyncExternalStore(gateways.subscribe, gateways.getSnapshot, gateways.getInitial);
}

/** A gateway by its id; null while it is not known. `id` null: nobody asks the server. */
export function useGateway(id: GatewayId | null): Gateway | null {
  const known = useKnownGateways();
  useEffect(() => {
    if (id !== null) gateways.follow();
  }, [id]);
  return known.find((gateway) => gateway.id === id) ?? null;
}
