import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { Connection, UpReply } from '#lib/client/connection-port.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellContent, CellType } from '#lib/core/notebook/model.ts';
import { cellText, readCell } from '#lib/core/notebook/notebook-doc.ts';
import type { StructureEdit } from '#lib/core/notebook/structure-edit.ts';
import {
  planInsert,
  planMerge,
  planMove,
  planSplit,
  planReplace,
  type TextReplacement,
} from '#lib/core/notebook/structure-plan.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import { CellStores, type CellFrame } from './cell-stores.ts';
import { DocumentLink, fromServer } from './document-link.ts';
import type { KeptEdits } from './kept-edits.ts';
import { StructureHistory } from './structure-history.ts';
import { isSameSnapshot, toSnapshot, type DocumentSnapshot, type OpenedText } from './document-snapshot.ts';

/**
 * One notebook as this page has it: its document, its cursors, whether it is saved. Owns the Y.Doc (through the link),
 * the awareness and the undo of structure; editors own the undo of text. Read through `getSnapshot` and the cell stores
 * by React, through the methods by commands. `run()` once, `stop()` once; never reused.
 */
export class NotebookDocument {
  readonly cells = new CellStores();
  readonly #connection: Connection;
  readonly #link: DocumentLink;
  readonly #now: () => number;
  readonly #path: string;
  readonly #listeners = new Set<() => void>();
  readonly #docListeners = new Set<() => void>();
  readonly #openedListeners = new Set<() => void>();
  readonly #unsubscribe: (() => void)[] = [];
  #awareness: Awareness;
  #history: StructureHistory;
  #server: DocumentState | null = null;
  #text: OpenedText | null = null;
  #fault: Fault | null = null;
  #notices: DocumentState['notices'] = [];
  #present = true;
  #stopped = false;
  #snapshot: DocumentSnapshot;
  /** Origin of edits of structure made here. */
  readonly #local = Symbol('structure, edited here');

  constructor(connection: Connection, path: string, now: () => number = Date.now) {
    this.#connection = connection;
    this.#path = path;
    this.#now = now;
    this.#link = new DocumentLink(
      connection,
      path,
      {
        replaced: (doc) => this.#replaced(doc),
        state: (state) => this.#stateArrived(state),
        text: (text) => {
          this.#text = text;
          this.#changed();
        },
        fault: (value) => {
          this.#fault = value;
          this.#changed();
        },
        changed: () => this.#changed(),
        opened: () => {
          this.#announce();
          for (const listener of Array.from(this.#openedListeners)) listener();
        },
        leads: () => this.doc.clientID === Math.min(this.doc.clientID, ...this.#awareness.getStates().keys()),
        notice: (text) => {
          const at = this.#now();
          this.#notices = [
            ...this.#notices,
            { id: `here-${at}-${this.#notices.length}`, kind: 'warning' as const, text, at },
          ].slice(-20);
        },
      },
      now,
    );
    this.cells.bind(this.#link.doc);
    this.#awareness = this.#newAwareness({});
    this.#history = new StructureHistory(this.doc, this.#local);
    this.#snapshot = this.#compose();
  }

  run(): void {
    this.#link.run();
    this.#unsubscribe.push(
      this.#connection.on('document.awarenessChanged', ({ notebookId, update }) => {
        if (notebookId === this.#link.notebookId) applyAwarenessUpdate(this.#awareness, update, fromServer);
      }),
    );
  }

  /** Nobody looks any more. What the server does not have is handed over first; resolves when all is let go. */
  stop(): Promise<void> {
    this.#letGo();
    return this.#link.stop();
  }

  /** Lets go now, with all that the server does not have. */
  discard(): void {
    this.#letGo();
    this.#link.discard();
  }

  // --- state ---

  readonly getSnapshot = (): DocumentSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Called after the Y.Doc was replaced by another epoch's: bind again to `text(id)`, `awareness`. */
  readonly onDoc = (listener: () => void): (() => void) => {
    this.#docListeners.add(listener);
    return () => void this.#docListeners.delete(listener);
  };

  /** Called each time the server begins to follow this page: what else is followed on that line is asked for again. */
  readonly onOpened = (listener: () => void): (() => void) => {
    this.#openedListeners.add(listener);
    return () => void this.#openedListeners.delete(listener);
  };

  /** Whether this page has edits that the server has not made durable. */
  get unsent(): boolean {
    return this.#link.unsentSince !== null;
  }

  get doc(): Y.Doc {
    return this.#link.doc;
  }

  /** Cursors of everybody. Replaced together with the document. */
  get awareness(): Awareness {
    return this.#awareness;
  }

  canEdit(): boolean {
    const { docState } = this.#snapshot;
    return this.#server?.readonly === null && (docState === 'ready' || docState === 'offline');
  }

  // --- reading ---

  cellIds(): readonly CellId[] {
    return this.cells.ids();
  }

  cell(id: CellId): CellFrame | undefined {
    return this.cells.frame(id);
  }

  content(id: CellId): CellContent | undefined {
    return readCell(this.doc, id);
  }

  /** The shared text of a cell, for an editor to bind to. Another object after undo of a deletion and after `onDoc`. */
  text(id: CellId): Y.Text | undefined {
    return cellText(this.doc, id);
  }

  metadata(): JsonObject {
    return this.cells.metadata();
  }

  // --- editing structure ---

  /** Makes everything that `work` does to the structure one transaction and one step of undo. */
  editCells(work: () => void): void {
    if (this.canEdit()) this.#history.step(work);
  }

  insertCell(cell: CellContent, after: CellId | null): void {
    this.insertCells([cell], after);
  }

  /** A block of cells behind `after`; null: first. */
  insertCells(cells: readonly CellContent[], after: CellId | null): void {
    this.#apply((doc) => planInsert(doc, cells, after));
  }

  deleteCells(ids: readonly CellId[]): void {
    this.#apply(() => ids.map((cellId) => ({ type: 'Remove', cellId, unless: null })));
  }

  /** Cells, in the order they have, as a block behind `after`; null: first. */
  moveCells(ids: readonly CellId[], after: CellId | null): void {
    this.#apply((doc) => planMove(doc, ids, after));
  }

  /** Text from `offset` (UTF-16 units) on becomes a cell of its own, without the line ends at the cut. */
  splitCell(id: CellId, offset: number, newId: CellId): void {
    this.#apply((doc) => planSplit(doc, id, offset, newId));
  }

  /** The first of these cells, in document order, takes the text and the attachments of the others. */
  mergeCells(ids: readonly CellId[], separator = '\n'): void {
    this.#apply((doc) => planMerge(doc, ids, separator));
  }

  /** Replaces parts of texts, which do not overlap, as one step of the undo of structure. */
  replaceText(parts: readonly TextReplacement[]): void {
    this.#apply((doc) => planReplace(doc, parts));
  }

  setCellType(cellId: CellId, cellType: CellType): void {
    this.#apply(() => [{ type: 'SetType', cellId, cellType, from: null }]);
  }

  /** Another text for a cell, by the smallest edits: what others type beside them survives. */
  setCellSource(cellId: CellId, source: string): void {
    this.#apply(() => [{ type: 'SetSource', cellId, source, from: null }]);
  }

  setCellMetadata(cellId: CellId, to: JsonObject): void {
    this.#apply((doc) => [{ type: 'SetMetadata', cellId, from: readCell(doc, cellId)?.metadata ?? {}, to }]);
  }

  /**
   * Takes back the last step of structure made here, and nothing that others did since. Answers the cell to look at:
   * the one that came back or changed, or that stays because somebody else wrote in it; null when there is none.
   */
  undo(): CellId | null {
    return this.canEdit() ? this.#history.undo() : null;
  }

  redo(): CellId | null {
    return this.canEdit() ? this.#history.redo() : null;
  }

  // --- the server ---

  /** What the server must have before it runs a cell. */
  stateVector(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(Y.encodeStateVector(this.doc));
  }

  /** Sends typed text now instead of with its batch. */
  flush(): void {
    this.#link.flush();
  }

  /** As `flush`, when the page may be gone in a moment. */
  sendNow(): void {
    this.#link.sendNow();
  }

  /** Takes over the edits of another copy; false when that is of another notebook or history. */
  adopt(other: NotebookDocument): boolean {
    return this.#link.adopt(other.#link);
  }

  /** What the server does not have, for the page that comes after this one; null when that is nothing. */
  unsentEdits(): KeptEdits | null {
    return this.#link.unsentEdits();
  }

  takeUp(kept: KeptEdits): void {
    this.#link.takeUp(kept);
  }

  /** The file goes on under another path; the server says so as well, later. */
  moved(path: string): void {
    this.#link.moved(path);
    if (this.#server !== null) this.#stateArrived({ ...this.#server, path });
  }

  /** Whether others see this page among those who have the notebook open. */
  setPresent(present: boolean): void {
    if (present === this.#present) return;
    this.#present = present;
    this.#awareness.setLocalState(present ? {} : null);
  }

  /** True once every edit made so far is durable on the server; false when the document was closed before. */
  flushed(): Promise<boolean> {
    return this.#link.flushed();
  }

  /** Saves the file now. Null when it has everything, else why not. */
  async save(options: { readonly recreate?: boolean } = {}): Promise<Fault | null> {
    const { notebookId } = this.#link;
    if (notebookId === null) return notOpen();
    if (!this.#link.live)
      return fault(
        'server.stopping',
        'The server does not answer.',
        'Your edits are kept in this tab and sent when it is back.',
      );
    await this.#link.flushed();
    const reply: UpReply<'document.save'> = await this.#connection.request('document.save', { notebookId, ...options });
    if (isFault(reply)) return reply;
    this.#stateArrived(reply.state);
    return null;
  }

  /** Settles a conflict: keep the cell as it is here, take the version from disk, or keep both. */
  async resolve(cellId: CellId, choice: 'ours' | 'theirs' | 'both'): Promise<Fault | null> {
    const { notebookId } = this.#link;
    if (notebookId === null) return notOpen();
    const reply: UpReply<'document.resolve'> = await this.#connection.request('document.resolve', {
      notebookId,
      cellId,
      choice,
    });
    return isFault(reply) ? reply : null;
  }

  /** Opens again, for instance after a broken file was mended. */
  reopen(): void {
    this.#link.reopen();
  }

  #apply(plan: (doc: Y.Doc) => readonly StructureEdit[]): void {
    if (this.canEdit()) this.#history.apply(plan);
  }

  #stateArrived(state: DocumentState): void {
    this.#server = state;
    this.#text = null;
    this.#changed();
  }

  #letGo(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const off of this.#unsubscribe) off();
    this.#awareness.destroy();
  }

  #replaced(doc: Y.Doc): void {
    if (this.#stopped) return;
    const presence = { ...this.#awareness.getLocalState() };
    // Positions in the old document mean nothing in the new one.
    delete presence['cursor'];
    this.#awareness.destroy();
    this.#awareness = this.#newAwareness(this.#present ? presence : null);
    this.#history = new StructureHistory(this.doc, this.#local);
    this.cells.bind(doc);
    for (const listener of Array.from(this.#docListeners)) listener();
  }

  #newAwareness(presence: Record<string, unknown> | null): Awareness {
    const awareness = new Awareness(this.doc);
    awareness.setLocalState(presence);
    awareness.on('update', (changes: { added: number[]; updated: number[]; removed: number[] }, origin: unknown) => {
      if (
        origin === fromServer ||
        ![changes.added, changes.updated, changes.removed].some((ids) => ids.includes(awareness.clientID))
      )
        return;
      const { notebookId, live } = this.#link;
      if (notebookId === null || !live) return;
      const update = Uint8Array.from(encodeAwarenessUpdate(awareness, [awareness.clientID]));
      void this.#connection.request('document.awareness', { notebookId, update });
    });
    return awareness;
  }

  /** Says who and where we are. A state that is set again counts as newer, also for those who saw us leave. */
  #announce(): void {
    if (!this.#present || this.#stopped) return;
    this.#awareness.setLocalState(this.#awareness.getLocalState() ?? {});
  }

  #compose(): DocumentSnapshot {
    return toSnapshot({
      path: this.#path,
      notebookId: this.#link.notebookId,
      epoch: this.#link.epoch,
      server: this.#server,
      text: this.#text,
      fault: this.#fault,
      connected: this.#connection.status() === 'connected',
      unsentSince: this.#link.unsentSince,
      refusal: this.#link.refusal,
      notices: this.#notices,
    });
  }

  #changed(): void {
    const next = this.#compose();
    if (isSameSnapshot(this.#snapshot, next)) return;
    this.#snapshot = next;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

const notOpen = (): Fault => fault('notebook.notOpen', 'The notebook is not open yet.');
