import { reduceSession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { Journal, type JournalEffects } from './journal.ts';

/**
 * Opens the journal of a notebook and replays it. One that cannot be replayed is put aside, whole, with a word to the
 * operator: the notebook then opens from its file. Throws only when the disk cannot be read.
 */
export function recoverSession(
  folder: string,
  effects: JournalEffects,
  reduce: typeof reduceSession = reduceSession,
): { readonly journal: Journal; readonly state: NotebookRunState; readonly recovered: boolean } {
  const journal = new Journal(folder, effects);
  const events = journal.recovered?.events ?? [];
  try {
    let state = emptyRunState;
    for (const event of events) state = reduce(state, event).state;
    return { journal, state, recovered: events.length > 0 };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    journal.putAside(`it cannot be replayed (${why})`);
    return { journal: new Journal(folder, effects), state: emptyRunState, recovered: false };
  }
}
