import type { SessionEvent, SessionEventOf } from '#lib/core/session/event.ts';
import { reduceSession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { Journal, type JournalEffects } from './journal.ts';

/** Puts again what a log says is stored and is not. */
export type Healing = {
  readonly heal: (state: NotebookRunState, event: SessionEventOf<'StreamStored' | 'ValueStored'>) => void;
};

/**
 * Opens the journal of a notebook and replays it as it is read. One that cannot be replayed, or whose
 * snapshot is not whole, is put aside with a word to the operator: the notebook then opens from its file. Throws only when the disk cannot be read.
 */
export function recoverSession(
  folder: string,
  effects: JournalEffects,
  stored: Healing,
  reduce: typeof reduceSession = reduceSession,
): { readonly journal: Journal; readonly state: NotebookRunState; readonly recovered: boolean } {
  let state = emptyRunState;
  let trouble: string | null = null;
  const replay = (events: readonly SessionEvent[]): void => {
    if (trouble !== null) return;
    try {
      for (const event of events) {
        if (event.type === 'StreamStored' || event.type === 'ValueStored') stored.heal(state, event);
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
