import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';

export type PlacesState = {
  /** null until the first answer. */
  readonly places: readonly ComputePlace[] | null;
  readonly fault: Fault | null;
  readonly loading: boolean;
  /** When the places were last asked, ms since 1970. */
  readonly checkedAt: number | null;
};

/** As old may an answer be, ms. */
const fresh = 2_000;
const nothing: PlacesState = { places: null, fault: null, loading: false, checkedAt: null };

/**
 * Where code can run, as the server last said. Asked only when somebody looks (the picker), is about to (the chip), or is
 * already bound to a kernel (the chip's distance): opening a notebook alone asks no gateway anything.
 */
class PlacesStore {
  readonly #listeners = new Set<() => void>();
  #state: PlacesState = nothing;
  #request: Promise<void> | null = null;

  readonly getSnapshot = (): PlacesState => this.#state;
  readonly getInitial = (): PlacesState => nothing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Asks the server; calls while an answer is awaited share it. */
  load(): Promise<void> {
    this.#request ??= this.#ask().finally(() => {
      this.#request = null;
    });
    return this.#request;
  }

  /** For who looks, or is about to: what was heard a moment ago is not asked again. */
  loadIfOld(): void {
    if (Date.now() - (this.#state.checkedAt ?? 0) > fresh) void this.load();
  }

  /** Takes a gateway out at once; the next answer confirms it. */
  forget(gatewayId: GatewayId): void {
    const places = this.#state.places?.filter(({ gateway }) => gateway.id !== gatewayId) ?? null;
    this.#change({ places });
  }

  async #ask(): Promise<void> {
    this.#change({ loading: true });
    const answer = await callApi('listKernels');
    const checkedAt = Date.now();
    // A failed call keeps what was known: it is still the best there is to show.
    if (isFault(answer)) this.#change({ loading: false, fault: answer, checkedAt });
    else this.#change({ loading: false, fault: null, places: answer.places, checkedAt });
  }

  #change(part: Partial<PlacesState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

export const places = new PlacesStore();
