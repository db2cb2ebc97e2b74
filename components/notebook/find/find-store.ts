import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import {
  compileQuery,
  findMatches,
  replacementOf,
  literalPattern,
  type FindQuery,
  type TextMatch,
} from '#lib/core/notebook/find-text.ts';
import { TextSearch } from './text-search.ts';

export type CellMatch = TextMatch & { readonly cellId: CellId };

/** What the bar shows. One immutable value per change. */
export type FindState = {
  readonly open: boolean;
  /** The replacement's field is shown as well. */
  readonly replacing: boolean;
  readonly query: FindQuery;
  readonly replacement: string;
  /** Cells that are searched; null: all. */
  readonly within: readonly CellId[] | null;
  readonly count: number;
  /** More matches than are counted. */
  readonly capped: boolean;
  /** Place of the current match among all, from 1; 0 while there is none. */
  readonly position: number;
  readonly searching: boolean;
  /** Why nothing can be found, in one sentence. */
  readonly trouble: string | null;
};

/** What the search asks of the notebook around it. */
export type FindEffects = {
  /** Selects a cell without taking the focus, opens what hides it, and brings it into view. */
  readonly show: (id: CellId) => void;
  /** Where the search begins: the active cell. */
  readonly from: () => CellId | null;
};

const mostMatches = 20_000;
/** Pause after the last keystroke, in the query and in a cell, before the search runs. ms */
const queryPause = 80;
const typingPause = 200;

const nothing: FindQuery = { text: '', regex: false, caseSensitive: false, wholeWord: false };

/**
 * Find and replace in one notebook. Owns the query and the matches, by cell; searches the sources of the document, all of
 * them when the query changes and only the touched cells while people type.
 */
export class FindStore {
  readonly #document: NotebookDocument;
  readonly #effects: FindEffects;
  readonly #search: TextSearch;
  readonly #listeners = new Set<() => void>();
  readonly #focus = new Set<() => void>();
  #matches = new Map<CellId, readonly TextMatch[]>();
  #list: readonly CellMatch[] | null = null;
  #current: CellMatch | null = null;
  #state: FindState = {
    open: false,
    replacing: false,
    query: nothing,
    replacement: '',
    within: null,
    count: 0,
    capped: false,
    position: 0,
    searching: false,
    trouble: null,
  };
  #touched = new Set<CellId>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** What the timer begins: a search of all cells, or (null) of the touched ones. */
  #due: 'all' | 'allAndMove' | null = null;
  #turn = 0;
  /** The search that began last. */
  #searched: Promise<void> = Promise.resolve();
  #off: (() => void) | null = null;

  constructor(document: NotebookDocument, effects: FindEffects, search: TextSearch = new TextSearch()) {
    this.#document = document;
    this.#effects = effects;
    this.#search = search;
  }

  readonly getSnapshot = (): FindState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Called when the bar is asked for again: its field takes the focus. */
  readonly onFocus = (listener: () => void): (() => void) => {
    this.#focus.add(listener);
    return () => void this.#focus.delete(listener);
  };

  /** Shows the bar. `text`: what is looked for now, such as the selected text. */
  open({ replacing = false, text }: { readonly replacing?: boolean; readonly text?: string | undefined } = {}): void {
    const query = text === undefined || text === '' ? this.#state.query : { ...this.#state.query, text, regex: false };
    this.#change({ open: true, replacing: replacing || this.#state.replacing, query });
    this.#off ??= this.#document.cells.onChange(({ whole, order, sources }) => {
      if (whole || order) this.#due ??= 'all';
      for (const id of sources) this.#touched.add(id);
      // Not put off by the next change: where many people type there is always one.
      if (this.#due !== null || this.#touched.size > 0) this.#timer ??= setTimeout(() => this.#run(), typingPause);
    });
    for (const listener of this.#focus) listener();
    void this.#searchAll(false);
  }

  close(): void {
    this.#off?.();
    this.#off = null;
    this.#turn += 1;
    this.#search.stop();
    this.#callOff();
    this.#touched.clear();
    this.#matches = new Map();
    this.#list = null;
    this.#current = null;
    this.#change({
      open: false,
      replacing: false,
      within: null,
      count: 0,
      position: 0,
      searching: false,
      trouble: null,
    });
  }

  setQuery(part: Partial<FindQuery>): void {
    this.#change({ query: { ...this.#state.query, ...part }, searching: true });
    this.#callOff();
    this.#due = 'allAndMove';
    this.#timer = setTimeout(() => this.#run(), queryPause);
  }

  setReplacement(replacement: string): void {
    this.#change({ replacement });
  }

  setReplacing(replacing: boolean): void {
    this.#change({ replacing });
  }

  /** Searches these cells only; null: all. */
  setWithin(within: readonly CellId[] | null): void {
    this.#change({ within });
    void this.#searchAll(true);
  }

  matchesOf(id: CellId): readonly TextMatch[] {
    return this.#matches.get(id) ?? none;
  }

  /**
   * What stands for a cell's matches in its rendered prose. Of an expression only the texts that it found: it may take
   * for ever, and is not tried on the page's own thread.
   */
  prosePattern(id: CellId): RegExp | null {
    const { query } = this.#state;
    if (query.regex) {
      const text = this.#document.cells.source(id);
      return literalPattern(this.matchesOf(id).map(({ start, end }) => text.slice(start, end)));
    }
    const pattern = compileQuery(query);
    return pattern instanceof RegExp ? pattern : null;
  }

  current(): CellMatch | null {
    return this.#current;
  }

  /** Goes to the next match (1) or the one before (-1), around the ends. */
  step(by: 1 | -1): void {
    const list = this.#ordered();
    if (list.length === 0) return;
    const at = this.#indexOfCurrent();
    const next = at === null ? this.#firstFrom(by) : (at + by + list.length) % list.length;
    this.#goTo(list[next] ?? null);
  }

  /** Replaces the current match and goes to the next; the first press only goes there. */
  async replaceOne(): Promise<void> {
    await this.#settle();
    const { query, replacement } = this.#state;
    const match = this.#current;
    if (match === null || this.#indexOfCurrent() === null) return this.step(1);
    const pattern = compileQuery(query);
    const text = this.#document.cells.source(match.cellId);
    if (!(pattern instanceof RegExp)) return;
    const by = replacementOf(text, match, pattern, replacement, query.regex);
    if (by !== null) this.#document.replaceText([{ ...match, text: by }]);
    this.#searchCell(match.cellId, pattern);
    const end = match.start + (by ?? '').length;
    const list = this.#ordered();
    const order = this.#placeOf();
    const at = order.get(match.cellId) ?? 0;
    const next = list.findIndex((one) => {
      const place = order.get(one.cellId) ?? 0;
      return place > at || (place === at && one.start >= end);
    });
    this.#goTo(list[Math.max(0, next)] ?? null);
  }

  /** Replaces every match, as one change that can be taken back. Answers how many. */
  async replaceAll(): Promise<number> {
    await this.#settle();
    const { query, replacement, open } = this.#state;
    const pattern = compileQuery(query);
    if (!open || !(pattern instanceof RegExp)) return 0;
    const edits = this.#ordered().flatMap((match) => {
      const text = this.#document.cells.source(match.cellId);
      const by = replacementOf(text, match, pattern, replacement, query.regex);
      return by === null ? [] : [{ ...match, text: by }];
    });
    this.#document.replaceText(edits);
    this.#current = null;
    void this.#searchAll(false);
    return edits.length;
  }

  #goTo(match: CellMatch | null): void {
    this.#current = match;
    if (match !== null) this.#effects.show(match.cellId);
    this.#change({});
  }

  /** Until what is known belongs to the query: the matches of the one before are no answer to it. */
  async #settle(): Promise<void> {
    while (this.#state.searching) {
      if (this.#due === null) await this.#searched;
      else {
        this.#callOff();
        await this.#searchAll(true);
      }
    }
  }

  #searchAll(move: boolean): Promise<void> {
    this.#searched = this.#look(move);
    return this.#searched;
  }

  async #look(move: boolean): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#touched.clear();
    const { query, within } = this.#state;
    const pattern = compileQuery(query);
    if (!(pattern instanceof RegExp)) {
      this.#search.stop();
      this.#matches = new Map();
      this.#list = null;
      return this.#change({ searching: false, trouble: pattern, capped: false });
    }
    this.#change({ searching: true, trouble: null });
    const wanted = within === null ? null : new Set(within);
    const ids = this.#document.cellIds().filter((id) => wanted === null || wanted.has(id));
    const read = (id: CellId) => this.#document.cells.source(id);
    const found = await this.#search.run({ ids, read, pattern, limit: mostMatches, foreign: query.regex });
    if (turn !== this.#turn) return;
    this.#matches = new Map(typeof found === 'string' ? [] : found);
    this.#list = null;
    if (typeof found === 'string') return this.#change({ searching: false, trouble: found, capped: false });
    // Where it begins it may be longer now: the query before was a part of this one.
    const at = this.#indexOfCurrent();
    this.#current = at === null ? null : (this.#ordered()[at] ?? null);
    this.#change({ searching: false, capped: this.#ordered().length >= mostMatches });
    if (move && this.#current === null) this.step(1);
  }

  async #searchTouched(): Promise<void> {
    const pattern = compileQuery(this.#state.query);
    if (!(pattern instanceof RegExp)) return;
    // An expression may take for ever: it runs where it can be stopped.
    if (this.#state.query.regex) return this.#searchAll(false);
    for (const id of this.#touched) this.#searchCell(id, pattern);
    this.#touched.clear();
    this.#change({});
  }

  #searchCell(id: CellId, pattern: RegExp): void {
    const { within } = this.#state;
    if (within !== null && !within.includes(id)) return;
    const found = findMatches(this.#document.cells.source(id), pattern, mostMatches);
    if (found.length === 0) this.#matches.delete(id);
    else this.#matches.set(id, found);
    this.#list = null;
  }

  #ordered(): readonly CellMatch[] {
    this.#list ??= this.#document
      .cellIds()
      .flatMap((cellId) => this.matchesOf(cellId).map((match) => ({ ...match, cellId })))
      .slice(0, mostMatches);
    return this.#list;
  }

  #indexOfCurrent(): number | null {
    const current = this.#current;
    if (current === null) return null;
    const at = this.#ordered().findIndex(({ cellId, start }) => cellId === current.cellId && start === current.start);
    return at === -1 ? null : at;
  }

  /** The first match at or behind the active cell, or the last one before it. */
  #firstFrom(by: 1 | -1): number {
    const list = this.#ordered();
    const from = this.#effects.from();
    const order = this.#placeOf();
    const at = from === null ? 0 : (order.get(from) ?? 0);
    const next = list.findIndex(({ cellId }) => (order.get(cellId) ?? 0) >= at);
    if (by > 0) return Math.max(0, next);
    return next <= 0 ? list.length - 1 : next - 1;
  }

  #placeOf(): ReadonlyMap<CellId, number> {
    return new Map(this.#document.cellIds().map((id, at) => [id, at]));
  }

  #run(): void {
    const due = this.#due;
    this.#callOff();
    void (due === null ? this.#searchTouched() : this.#searchAll(due === 'allAndMove'));
  }

  #callOff(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = null;
  }

  #change(part: Partial<FindState>): void {
    const at = this.#indexOfCurrent();
    const open = part.open ?? this.#state.open;
    this.#state = {
      ...this.#state,
      ...part,
      count: open ? this.#ordered().length : 0,
      position: at === null ? 0 : at + 1,
    };
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

const none: readonly TextMatch[] = [];
