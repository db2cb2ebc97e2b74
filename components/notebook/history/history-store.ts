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
  /** Older runs are asked for. */
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
  /** Of the last question for the newest runs: an answer to an earlier one comes too late. */
  #question = 0;
  /** Raised by every other list than the one before: what was asked of that one comes too late. */
  #list = 0;

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
    this.#list += 1;
    const filter = { ...this.#state.filter, ...part };
    this.#set({ filter, runs: null, next: null, loading: false, chosen: null, content: null });
    void this.load();
  }

  /** All runs of the notebook, or of one cell. */
  show(cellId: CellId | null): void {
    this.filter({ ...everything, cellId });
  }

  /** The newest runs; older ones that are listed already stay. */
  async load(): Promise<void> {
    const question = ++this.#question;
    const page = await this.#ask(null, () => question === this.#question);
    if (page === null) return;
    const runs = this.#newest(page);
    const next = runs.length > page.runs.length ? this.#state.next : page.next;
    // Older runs that are asked for now would not follow on what is listed.
    if (next !== this.#state.next) this.#list += 1;
    this.#set({ runs, next, ...(next === this.#state.next ? {} : { loading: false }) });
    const { chosen, content } = this.#state;
    const now = runs.find(({ id }) => id === chosen);
    // What is looked at has ended meanwhile.
    if (now?.finishedAt != null && content !== null && !isFault(content) && content.run.finishedAt === null)
      await this.#read(now.id);
  }

  async more(): Promise<void> {
    const { next, loading } = this.#state;
    if (next === null || loading) return;
    const list = this.#list;
    this.#set({ loading: true });
    const page = await this.#ask(next, () => list === this.#list);
    if (page === null) {
      if (list === this.#list) this.#set({ loading: false });
      return;
    }
    const listed = this.#state.runs ?? [];
    const known = new Set(listed.map(({ id }) => id));
    this.#set({
      runs: [...listed, ...page.runs.filter(({ id }) => !known.has(id))],
      next: page.next,
      loading: false,
    });
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

  /** The newest page, with the older runs that are listed already where nothing can be missing between them. */
  #newest({ runs, next }: ApiReply<'listHistory'>): readonly PastRun[] {
    const last = runs.at(-1);
    const listed = this.#state.runs ?? [];
    const known = new Set(runs.map(({ id }) => id));
    if (last === undefined || next === null || !listed.some(({ id }) => known.has(id))) return runs;
    return [...runs, ...listed.filter(({ id, queuedAt }) => queuedAt <= last.queuedAt && !known.has(id))];
  }

  /** Null when it failed, or when nobody waits for it any more. */
  async #ask(after: string | null, isWanted: () => boolean): Promise<ApiReply<'listHistory'> | null> {
    const { cellId, outcome, by } = this.#state.filter;
    const answer = await this.#effects.call('listHistory', {
      query: {
        path: this.#path(),
        ...(cellId === null ? {} : { cellId }),
        ...(outcome === null ? {} : { outcome }),
        ...(by === null ? {} : { by }),
        ...(after === null ? {} : { after }),
      },
    });
    if (!isWanted()) return null;
    if (isFault(answer)) {
      this.#set({ fault: answer });
      return null;
    }
    this.#set({ fault: null, authors: answer.authors });
    return answer;
  }

  #set(part: Partial<HistoryState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
