import { useEffect, useSyncExternalStore } from 'react';
import { callApi } from '#lib/client/api.ts';
import { connection } from '#lib/client/connection.ts';
import { isFault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';

const none: readonly Gateway[] = [];

/** The registered gateways as the server knows them, without asking any of them. Followed once somebody has looked. */
class GatewaysStore {
  readonly #listeners = new Set<() => void>();
  #gateways: readonly Gateway[] = none;
  #follows = false;

  readonly getSnapshot = (): readonly Gateway[] => this.#gateways;
  readonly getInitial = (): readonly Gateway[] => none;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  follow(): void {
    if (this.#follows) return;
    this.#follows = true;
    connection().on('gateways.changed', () => void this.load());
    void this.load();
  }

  async load(): Promise<void> {
    const answer = await callApi('listGateways');
    // A failed call keeps what was known.
    if (isFault(answer)) return;
    this.#gateways = answer.gateways;
    for (const listener of this.#listeners) listener();
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
