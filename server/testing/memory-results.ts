import type { CellId } from '#lib/core/ids.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import type { LoadedCell } from '#lib/core/session/event.ts';
import type { ResultsPort } from '#server/document/results-port.ts';

/** Results without kernels: tests set them. A shared `store` plays the journal that survives a restart. */
export class MemoryResults implements ResultsPort {
  readonly recovered: boolean;
  readonly #store: Map<CellId, CellResults>;
  readonly #listeners = new Set<() => void>();
  isBusy = false;

  constructor(store: Map<CellId, CellResults> = new Map()) {
    this.recovered = store.size > 0;
    this.#store = store;
  }

  load(cells: readonly LoadedCell[]): void {
    for (const { cellId, outputs, executionCount } of cells) this.#store.set(cellId, { outputs, executionCount });
  }

  results(cellId: CellId): CellResults | undefined {
    return this.#store.get(cellId);
  }

  fileOutputs(_cellId: CellId, { outputs }: CellResults): CellResults['outputs'] {
    return outputs;
  }

  /** A kernel wrote this. */
  produce(cellId: CellId, results: CellResults): void {
    this.#store.set(cellId, results);
    for (const listener of this.#listeners) listener();
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  saved(): void {}

  trouble(): null {
    return null;
  }

  busy(): boolean {
    return this.isBusy;
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
  }
}
