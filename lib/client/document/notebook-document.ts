import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { Connection, UpReply } from '#lib/client/connection-port.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellConflict, CellContent, CellType } from '#lib/core/notebook/model.ts';
import {
  cellText,
  deleteCell,
  insertCell,
  moveCell,
  readCell,
  setCellMetadata,
  setCellType,
  setNotebookMetadata,
} from '#lib/core/notebook/notebook-doc.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import { CellStores, type CellFrame } from './cell-stores.ts';
import { DocumentLink, fromServer } from './document-link.ts';
import { toSnapshot, type DocumentSnapshot, type OpenedText } from './document-snapshot.ts';

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
  #undo: Y.UndoManager;
  #server: DocumentState | null = null;
  #text: OpenedText | null = null;
  #fault: Fault | null = null;
  #notices: DocumentState['notices'] = [];
  #present = true;
  #stopped = false;
  #snapshot: DocumentSnapshot;
  /** Identity of edits of structure made here: what `undo` takes back. */
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
    this.#undo = this.#newUndo();
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

  conflict(id: CellId): CellConflict | undefined {
    return this.#snapshot.conflicts.find((conflict) => conflict.cellId === id);
  }

  // --- editing structure ---

  insertCell(cell: CellContent, after: CellId | null): void {
    this.#edit(() => insertCell(this.doc, cell, after, this.#local));
  }

  deleteCells(ids: readonly CellId[]): void {
    this.#edit(() => {
      this.doc.transact(() => {
        for (const id of ids) deleteCell(this.doc, id);
      }, this.#local);
    });
  }

  moveCell(id: CellId, after: CellId | null): void {
    this.#edit(() => moveCell(this.doc, id, after, this.#local));
  }

  setCellType(id: CellId, type: CellType): void {
    this.#edit(() => setCellType(this.doc, id, type, this.#local));
  }

  setCellMetadata(id: CellId, metadata: JsonObject): void {
    this.#edit(() => setCellMetadata(this.doc, id, metadata, this.#local));
  }

  setMetadata(metadata: JsonObject): void {
    this.#edit(() => setNotebookMetadata(this.doc, metadata, this.#local));
  }

  /** Takes back the last change of structure made here: insert, delete, move, type. */
  undo(): void {
    this.#edit(() => this.#undo.undo());
  }

  redo(): void {
    this.#edit(() => this.#undo.redo());
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

  #edit(work: () => void): void {
    if (this.canEdit()) work();
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
    this.#undo.destroy();
    this.#awareness.destroy();
  }

  #replaced(doc: Y.Doc): void {
    if (this.#stopped) return;
    const presence = { ...this.#awareness.getLocalState() };
    // Positions in the old document mean nothing in the new one.
    delete presence['cursor'];
    this.#undo.destroy();
    this.#awareness.destroy();
    this.#awareness = this.#newAwareness(this.#present ? presence : null);
    this.#undo = this.#newUndo();
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

  #newUndo(): Y.UndoManager {
    // Each change of structure is a step of its own.
    return new Y.UndoManager([this.doc.getMap('cells'), this.doc.getMap('notebook')], {
      trackedOrigins: new Set([this.#local]),
      captureTimeout: 0,
    });
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
    if (JSON.stringify(next) === JSON.stringify(this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

const notOpen = (): Fault => fault('notebook.notOpen', 'The notebook is not open yet.');
