import type { SessionEvent } from '#lib/core/session/event.ts';
import { reduceSession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { Journal, type JournalEffects } from './journal.ts';
import type { TextStore } from './text-store.ts';

/**
 * Opens the journal of a notebook and replays it as it is read. One that cannot be replayed, or whose
 * snapshot is not whole, is put aside with a word to the operator: the notebook then opens from its file. Throws only when the disk cannot be read.
 */
export function recoverSession(
  folder: string,
  effects: JournalEffects,
  texts: Pick<TextStore, 'heal'>,
  reduce: typeof reduceSession = reduceSession,
): { readonly journal: Journal; readonly state: NotebookRunState; readonly recovered: boolean } {
  let state = emptyRunState;
  let trouble: string | null = null;
  const replay = (events: readonly SessionEvent[]): void => {
    if (trouble !== null) return;
    try {
      for (const event of events) {
        if (event.type === 'StreamStored') texts.heal(state, event);
        state = reduce(state, event).state;
      }
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
  };
  const journal = new Journal(folder, effects, replay);
  if (journal.recovered?.isPartial === true) return { journal, state: emptyRunState, recovered: false };
  if (trouble === null) return { journal, state, recovered: (journal.recovered?.events ?? 0) > 0 };
  journal.putAside(`it cannot be replayed (${String(trouble)})`);
  return { journal: new Journal(folder, effects, () => undefined), state: emptyRunState, recovered: false };
}
