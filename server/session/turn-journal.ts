import type { PrincipalId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import { isBusyness } from './event-kinds.ts';
import type { Journal } from './journal.ts';

/** Gathers the events of a turn of the session host and writes them to the journal as one frame. */
export class TurnJournal {
  readonly #journal: Journal;
  readonly #by: PrincipalId;
  /** Events that are not in the journal yet, and the state before them. */
  #unwritten: { readonly before: NotebookRunState; readonly events: SessionEvent[] } | null = null;

  /** `by` stamps what has no author of its own. */
  constructor(journal: Journal, by: PrincipalId) {
    this.#journal = journal;
    this.#by = by;
  }

  add(event: SessionEvent, before: NotebookRunState): void {
    // What was read from the file begins no journal: the file has it.
    const isBegun = this.#journal.exists || this.#unwritten !== null;
    // What an engine does is said again every second; what it had done at the end of the run is kept.
    if (event.type === 'ProgressArrived' && before.runs.get(event.runId)?.finishedAt === null) return;
    const ended = event.type === 'RunFinished' ? before.runs.get(event.runId) : undefined;
    if (ended?.finishedAt === null && ended.progress !== null) {
      const { at, report: progress } = ended.progress;
      this.#keep({ type: 'ProgressArrived', at, by: this.#by, runId: ended.id, progress }, before);
    }
    if ((!isBegun && event.type === 'CellsLoaded') || isBusyness(before, event)) return;
    this.#keep(event, before);
  }

  #keep(event: SessionEvent, before: NotebookRunState): void {
    this.#unwritten ??= { before, events: [] };
    this.#unwritten.events.push(event);
  }

  write(): void {
    if (this.#unwritten === null) return;
    const { events, before } = this.#unwritten;
    this.#unwritten = null;
    this.#journal.append(events, () => rebuildEvents(before, this.#by, events[0]?.at ?? 0));
  }
}
