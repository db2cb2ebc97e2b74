import { createContext, useContext } from 'react';
import type { OutputPlace } from '#lib/client/results/output-text.ts';

/** The cell whose outputs are shown; null where they are of no open notebook (an old run, a first screen). */
export type OutputsPlace = Pick<OutputPlace, 'notebookId' | 'cellId'>;
export const OutputsPlaceContext = createContext<OutputsPlace | null>(null);

/** Where an output is, for asking the server about the whole of it. */
export function useOutputsPlace(): OutputsPlace | null {
  return useContext(OutputsPlaceContext);
}

/** What the view of a whole text shows; `search`: it begins with the words to look for. */
export type WholeTextRequest = OutputPlace & { readonly search: boolean };

/** Which whole text is looked at: one at a time, opened by the buttons of an output and by the palette. */
class WholeTextStore {
  readonly #listeners = new Set<() => void>();
  #request: WholeTextRequest | null = null;

  readonly get = (): WholeTextRequest | null => this.#request;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly open = (request: WholeTextRequest): void => this.#set(request);

  readonly close = (): void => this.#set(null);

  #set(request: WholeTextRequest | null): void {
    this.#request = request;
    for (const listener of this.#listeners) listener();
  }
}

export const wholeText = new WholeTextStore();
