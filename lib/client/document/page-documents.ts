import { connection } from '#lib/client/connection.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import type { Fault } from '#lib/core/fault.ts';
import { movedPath } from '#lib/core/moved-path.ts';
import { keepEdits, keptText, readKept, tabStorage, type KeptEdits } from './kept-edits.ts';
import { NotebookDocument } from './notebook-document.ts';

/**
 * All documents of this page, shown or not. A document that nobody shows any more stays until the server has all that
 * was typed in it, and is found again when its notebook is opened anew, also under another name. Owns when documents
 * run and stop, the last sending when the page goes, and the question that keeps a page with unsent edits.
 */

/** A document that somebody shows. */
export type DocumentLease = { readonly document: NotebookDocument; readonly release: () => void };

/** Edits of an earlier page that cannot be taken up: their notebook cannot be opened, or is another one by now. */
export type StuckEdits = {
  readonly path: string;
  /** The cells that they are in, as they were in that page. */
  readonly text: string;
  /** Gives them up. */
  readonly discard: () => void;
};

type Entry = { readonly document: NotebookDocument; leases: number };

/** Documents that wait unseen for a server; past this the one that has waited longest is given up. */
const mostWaiting = 64;

export class PageDocuments {
  readonly #connection: Connection;
  /** In the order in which they were last let go. */
  readonly #entries = new Set<Entry>();
  readonly #leftListeners = new Set<(path: string, unsaved: boolean) => void>();
  readonly #stuckListeners = new Set<(stuck: StuckEdits) => void>();
  /** Those of `#kept` that somebody is told of. */
  readonly #stuck = new Set<KeptEdits>();
  readonly #storage: Storage | null;
  /** What an earlier page of this tab could not hand over and this one has not taken up yet. */
  #kept: readonly KeptEdits[];
  #reloading = false;

  /**
   * @param page what `beforeunload`, `pagehide` and `visibilitychange` are heard from: the window.
   * @param storage where unsent edits wait for the tab's next page.
   */
  constructor(line: Connection, page: EventTarget, storage: Storage | null = null) {
    this.#connection = line;
    this.#storage = storage;
    this.#kept = readKept(storage);
    page.addEventListener('beforeunload', (event) => {
      this.#sendNow();
      // The browser then asks in its own words whether to leave. A reload finds its edits again, a closed tab does not.
      if (this.unsent() && !(this.#keep() && this.#reloading)) event.preventDefault();
    });
    for (const name of ['pagehide', 'visibilitychange']) page.addEventListener(name, () => this.#sendNow());
    page.addEventListener('pagehide', () => this.#keep());
    for (const kept of this.#kept) this.#handOver(kept);
  }

  /** Loads the page anew: what the server does not have is found again by the new one. */
  reload(load: () => void): void {
    this.#reloading = true;
    load();
  }

  /** The document of a path, opened or found. Every lease is released once. */
  open(path: string): DocumentLease {
    const entry = this.#find(path) ?? this.#begin(path);
    entry.leases += 1;
    entry.document.setPresent(true);
    let released = false;
    return {
      document: entry.document,
      release: () => {
        if (released) return;
        released = true;
        entry.leases -= 1;
        if (entry.leases === 0) void this.#letGo(entry);
      },
    };
  }

  /** Follows a rename made here: the notebook is found by its new name before the server has said it. */
  moved(from: string, to: string): void {
    for (const { document } of this.#entries) {
      const { path } = document.getSnapshot();
      const now = movedPath(path, from, to);
      if (now !== path) document.moved(now);
    }
  }

  /** Called when nobody shows a document any more: whether it has what is not safe yet; and again once it is. */
  onLeft(listener: (path: string, unsaved: boolean) => void): () => void {
    this.#leftListeners.add(listener);
    return () => void this.#leftListeners.delete(listener);
  }

  /** Called once for edits of an earlier page that nothing takes up by itself. */
  onStuck(listener: (stuck: StuckEdits) => void): () => void {
    this.#stuckListeners.add(listener);
    for (const kept of this.#stuck) listener(this.#stuckOf(kept));
    return () => void this.#stuckListeners.delete(listener);
  }

  /** Whether closing the page now loses what somebody typed, here or in the page before. */
  unsent(): boolean {
    return this.#kept.length > 0 || [...this.#entries].some(({ document }) => document.unsent);
  }

  #find(path: string): Entry | undefined {
    // Where the notebook is now: a rename by somebody else moves it under the hands of who types.
    return [...this.#entries].find(({ document }) => document.getSnapshot().path === path);
  }

  #begin(path: string): Entry {
    const document = new NotebookDocument(this.#connection, path);
    const entry = { document, leases: 0 };
    this.#entries.add(entry);
    document.onOpened(() => {
      this.#gather(document);
      this.#takeUp(document);
    });
    document.run();
    return entry;
  }

  async #letGo(entry: Entry): Promise<void> {
    const { document } = entry;
    document.setPresent(false);
    this.#entries.delete(entry);
    this.#entries.add(entry);
    this.#bound();
    this.#tellLeft(document);
    await document.flushed();
    if (entry.leases > 0 || !this.#entries.delete(entry)) return;
    this.#tellLeft(document);
    await document.stop();
  }

  #tellLeft({ unsent, getSnapshot }: NotebookDocument): void {
    const { path, saveState } = getSnapshot();
    // What the server has it saves by itself, unless it said that it cannot.
    for (const listener of this.#leftListeners) listener(path, unsent || saveState === 'error');
  }

  /** A notebook that was renamed while the line was lost is opened by its new name: its unsent edits come along. */
  #gather(document: NotebookDocument): void {
    for (const entry of this.#entries) {
      if (entry.leases > 0 || entry.document === document || !document.adopt(entry.document)) continue;
      this.#entries.delete(entry);
      entry.document.discard();
    }
  }

  /** Opens the notebook of edits that were kept until it has them, or until it is plain that it will not. */
  #handOver(kept: KeptEdits): void {
    const lease = this.open(kept.path);
    const { document } = lease;
    const look = () => {
      const { docState, fault } = document.getSnapshot();
      const isShut = docState === 'text' || (docState === 'loading' && fault !== null && !passes(fault));
      if (isShut) leave();
    };
    const offs = [document.subscribe(look), document.onOpened(() => leave())];
    const leave = () => {
      for (const off of offs) off();
      lease.release();
      if (!this.#kept.includes(kept)) return;
      this.#stuck.add(kept);
      for (const listener of this.#stuckListeners) listener(this.#stuckOf(kept));
    };
    look();
  }

  #stuckOf(kept: KeptEdits): StuckEdits {
    return {
      path: kept.path,
      text: keptText(kept),
      discard: () => {
        this.#kept = this.#kept.filter((one) => one !== kept);
        this.#stuck.delete(kept);
        this.#keep();
      },
    };
  }

  #takeUp(document: NotebookDocument): void {
    const { notebookId } = document.getSnapshot();
    const mine = this.#kept.filter((kept) => kept.notebookId === notebookId);
    if (mine.length === 0) return;
    this.#kept = this.#kept.filter((kept) => kept.notebookId !== notebookId);
    for (const kept of mine) {
      this.#stuck.delete(kept);
      document.takeUp(kept);
    }
    void document.flushed().then(() => this.#keep());
  }

  /** Whether all that the server does not have is in the tab's storage now. */
  #keep(): boolean {
    const unsent = [...this.#entries].flatMap(({ document }) => document.unsentEdits() ?? []);
    return keepEdits([...this.#kept, ...unsent], this.#storage);
  }

  #bound(): void {
    const waiting = [...this.#entries].filter(({ leases }) => leases === 0);
    for (const entry of waiting.slice(0, Math.max(0, waiting.length - mostWaiting))) {
      this.#entries.delete(entry);
      entry.document.discard();
    }
  }

  #sendNow(): void {
    for (const { document } of this.#entries) document.sendNow();
  }
}

/** Whether a notebook that could not be opened may be in a moment, by itself. */
const passes = ({ fault, retryAfterMs }: Fault): boolean => fault === 'server.stopping' || retryAfterMs !== undefined;

let shared: PageDocuments | undefined;

/** The page's documents, over the page's connection. */
export function pageDocuments(): PageDocuments {
  shared ??= new PageDocuments(connection(), window, tabStorage());
  return shared;
}
