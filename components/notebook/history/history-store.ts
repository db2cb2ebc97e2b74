import { callApi, type ApiReply } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { CellId, RunId } from '#lib/core/ids.ts';
import type { RunOutcome } from '#lib/core/session/event.ts';
import type { PastRun } from '#lib/protocol/http/history.ts';

/** Which runs are listed; null: all. */
export type HistoryFilter = {
  readonly cellId: CellId | null;
  readonly outcome: RunOutcome | null;
  readonly by: string | null;
};

export type PastRunContent = ApiReply<'readRun'>;

export type HistoryState = {
  readonly filter: HistoryFilter;
  /** The newest first; null until the first answer. */
  readonly runs: readonly PastRun[] | null;
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
  readonly authors: readonly string[];
  readonly loading: boolean;
  readonly fault: Fault | null;
  /** The run that is looked at, and what is known of it. */
  readonly chosen: RunId | null;
  readonly content: PastRunContent | Fault | null;
};

/** What the store asks of the server. */
export type HistoryEffects = { readonly call: typeof callApi };

const everything: HistoryFilter = { cellId: null, outcome: null, by: null };
const initial: HistoryState = {
  filter: everything,
  runs: null,
  next: null,
  authors: [],
  loading: false,
  fault: null,
  chosen: null,
  content: null,
};

/** The runs of one notebook as the panel lists them. Asked of the server while somebody looks, one question at a time. */
export class HistoryStore {
  readonly #path: () => string;
  readonly #effects: HistoryEffects;
  readonly #listeners = new Set<() => void>();
  #state = initial;
  /** Of the last question: an answer to an earlier one comes too late. */
  #question = 0;

  constructor(path: () => string, effects: HistoryEffects = { call: callApi }) {
    this.#path = path;
    this.#effects = effects;
  }

  readonly get = (): HistoryState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Lists other runs, from the newest on. */
  filter(part: Partial<HistoryFilter>): void {
    this.#set({ filter: { ...this.#state.filter, ...part }, runs: null, next: null, chosen: null, content: null });
    void this.load();
  }

  /** All runs of the notebook, or of one cell. */
  show(cellId: CellId | null): void {
    this.filter({ ...everything, cellId });
  }

  /** The newest runs; older ones that are listed already stay. */
  async load(): Promise<void> {
    const page = await this.#ask(null);
    if (page === null) return;
    const last = page.runs.at(-1);
    const known = new Set(page.runs.map(({ id }) => id));
    const older =
      last === undefined
        ? []
        : (this.#state.runs ?? []).filter(({ id, queuedAt }) => queuedAt <= last.queuedAt && !known.has(id));
    const runs = page.next === null ? page.runs : [...page.runs, ...older];
    this.#set({ runs, next: older.length > 0 && page.next !== null ? this.#state.next : page.next });
    const { chosen, content } = this.#state;
    const now = runs.find(({ id }) => id === chosen);
    // What is looked at has ended meanwhile.
    if (now?.finishedAt != null && content !== null && !isFault(content) && content.run.finishedAt === null)
      await this.#read(now.id);
  }

  async more(): Promise<void> {
    const { next, runs } = this.#state;
    if (next === null) return;
    const page = await this.#ask(next);
    if (page !== null) this.#set({ runs: [...(runs ?? []), ...page.runs], next: page.next });
  }

  /** Looks at one run, or at the list again. */
  choose(id: RunId | null): void {
    this.#set({ chosen: id, content: null });
    if (id !== null) void this.#read(id);
  }

  /** Forgets every ended run of the notebook; the fault when that failed. */
  async erase(): Promise<Fault | null> {
    const answer = await this.#effects.call('eraseHistory', { query: { path: this.#path() } });
    if (isFault(answer)) return answer;
    this.filter(everything);
    return null;
  }

  async #read(id: RunId): Promise<void> {
    const content = await this.#effects.call('readRun', { params: { id } });
    if (this.#state.chosen === id) this.#set({ content });
  }

  async #ask(after: string | null): Promise<ApiReply<'listHistory'> | null> {
    const question = ++this.#question;
    const { cellId, outcome, by } = this.#state.filter;
    this.#set({ loading: true });
    const answer = await this.#effects.call('listHistory', {
      query: {
        path: this.#path(),
        ...(cellId === null ? {} : { cellId }),
        ...(outcome === null ? {} : { outcome }),
        ...(by === null ? {} : { by }),
        ...(after === null ? {} : { after }),
      },
    });
    if (question !== this.#question) return null;
    if (isFault(answer)) {
      this.#set({ loading: false, fault: answer });
      return null;
    }
    this.#set({ loading: false, fault: null, authors: answer.authors });
    return answer;
  }

  #set(part: Partial<HistoryState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
