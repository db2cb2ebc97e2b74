import * as Y from 'yjs';
import type { Connection, DownPayload, UpReply } from '#lib/client/connection-port.ts';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { EpochId, NotebookId } from '#lib/core/ids.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import { mergeNotebook } from '#lib/core/notebook/merge-notebook.ts';
import type { NotebookContent } from '#lib/core/notebook/model.ts';
import { applyEdits, readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { ConfirmedHistory } from './confirmed-history.ts';
import type { KeptEdits } from './kept-edits.ts';

/**
 * Keeps this page's copy of one document and the server's the same. Local edits go up in batches and count as unsent
 * until the server says that they are durable; after a lost line both sides exchange what the other lacks. When the
 * server's history is another one (epoch), the unsent edits are carried over as edits of cells, never as history: two
 * histories merged would double every cell.
 */
export type LinkListener = {
  /** The document was replaced. */
  replaced(doc: Y.Doc): void;
  state(state: DocumentState): void;
  text(text: Extract<UpReply<'document.open'>, { kind: 'text' }>): void;
  /** Opening failed; null when it succeeded. */
  fault(fault: Fault | null): void;
  /** Unsent edits, the line or the epoch changed. */
  changed(): void;
  /** Whether this page is the one, of all that have the notebook open, that speaks for them. */
  leads(): boolean;
  /** The server follows this page again (or for the first time): presence is told anew. */
  opened(): void;
  /** A sentence for the reader. */
  notice(text: string): void;
};

/** Origin of edits that came from the server. */
export const fromServer = Symbol('from the server');
const adopted = Symbol('adopted from another copy in this page');
const carriedOver = Symbol('carried over from another epoch');

/** Keystrokes of this time travel together. ms */
const batchMs = 20;
const retryMs = 2000;

export class DocumentLink {
  readonly #connection: Connection;
  readonly #listener: LinkListener;
  readonly #now: () => number;
  readonly #unsubscribe: (() => void)[] = [];
  #path: string;
  #doc = new Y.Doc();
  /**
   * What the server is known to have made durable of this epoch. A new epoch begins from the file: edits that were
   * acknowledged and lost with the old epoch's log are brought back by one of the browsers that have them.
   */
  #confirmed = new ConfirmedHistory();
  /** Whether that is this one. Decided when the line goes, while the others are still known. */
  #leads = true;
  #notebookId: NotebookId | null = null;
  #epoch: EpochId | null = null;
  /** Edits not handed over yet. */
  #pending: Uint8Array[] = [];
  /** Edits that the server has not said to be durable, handed over or not. */
  #unconfirmed: Uint8Array[] = [];
  #sending = false;
  #unsentSince: number | null = null;
  #refusal: string | null = null;
  #opening = false;
  #openAgain = false;
  #isOpen = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  readonly #whenFlushed = new Set<(durable: boolean) => void>();

  constructor(connection: Connection, path: string, listener: LinkListener, now: () => number = Date.now) {
    this.#connection = connection;
    this.#path = path;
    this.#listener = listener;
    this.#now = now;
    this.#doc.on('update', this.#edited);
  }

  get doc(): Y.Doc {
    return this.#doc;
  }

  get notebookId(): NotebookId | null {
    return this.#notebookId;
  }

  get epoch(): EpochId | null {
    return this.#epoch;
  }

  get unsentSince(): number | null {
    return this.#unsentSince;
  }

  get refusal(): string | null {
    return this.#refusal;
  }

  /** Whether the server follows this page now: opened on the present line. */
  get live(): boolean {
    return this.#isOpen && this.#connection.status() === 'connected';
  }

  run(): void {
    this.#unsubscribe.push(
      this.#connection.onStatus(() => this.#lineChanged()),
      this.#connection.on('document.updated', (payload) => this.#received(payload)),
      this.#connection.on('document.state', ({ notebookId, state }) => {
        if (notebookId === this.#notebookId) this.#stateArrived(state);
      }),
    );
    if (this.#connection.status() === 'connected') void this.#open();
  }

  /** Hands over what waits and waits until it is durable, however long that takes; then says goodbye and lets go. */
  async stop(): Promise<void> {
    if (this.#unsentSince !== null) await this.flushed();
    if (this.#stopped) return;
    if (this.#notebookId !== null && this.#isOpen)
      void this.#connection.request('document.close', { notebookId: this.#notebookId });
    this.discard();
  }

  /** Lets go of everything now, with all that the server does not have. */
  discard(): void {
    this.#stopped = true;
    for (const off of this.#unsubscribe) off();
    for (const timer of [this.#timer, this.#retry]) if (timer !== null) clearTimeout(timer);
    this.#settleFlushed(false);
    this.#doc.destroy();
  }

  /** Takes the edits of another copy of the same history, as if they were made here. */
  adopt(other: DocumentLink): boolean {
    if (other.notebookId !== this.#notebookId || other.epoch !== this.#epoch || this.#epoch === null) return false;
    Y.applyUpdate(this.#doc, Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(this.#doc)), adopted);
    return true;
  }

  /** What the server does not have, for another page to go on with; null when that is nothing. */
  unsentEdits(): KeptEdits | null {
    if (this.#unsentSince === null || this.#notebookId === null || this.#epoch === null) return null;
    return {
      path: this.#path,
      notebookId: this.#notebookId,
      epoch: this.#epoch,
      update: Y.mergeUpdates(this.#unconfirmed),
      base: this.#confirmed.content(),
      mine: readDoc(this.#doc),
    };
  }

  /** Makes the edits that an earlier page could not hand over. Only once the notebook is open. */
  takeUp(kept: KeptEdits): void {
    if (kept.epoch === this.#epoch) Y.applyUpdate(this.#doc, kept.update, adopted);
    else this.#merge(kept.base, kept.mine);
  }

  /** Sends what waits for its batch now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    void this.#send();
  }

  /**
   * The page may be gone in a moment: all that is not acknowledged leaves at once, also what would wait behind a batch
   * in flight. It goes again with the next batch if the page stays; the same edit twice is one edit.
   */
  sendNow(): void {
    if (!this.#sending) return this.flush();
    if (!this.live || this.#pending.length === 0 || this.#notebookId === null || this.#epoch === null) return;
    void this.#connection.request('document.update', {
      notebookId: this.#notebookId,
      epoch: this.#epoch,
      update: Uint8Array.from(Y.mergeUpdates(this.#unconfirmed)),
    });
  }

  /** Resolves to true when every edit made so far is durable on the server, to false when the page lets go before. */
  flushed(): Promise<boolean> {
    if (this.#unsentSince === null) return Promise.resolve(true);
    const done = new Promise<boolean>((resolve) => this.#whenFlushed.add(resolve));
    this.flush();
    return done;
  }

  /** Where it is opened from now on. */
  moved(path: string): void {
    this.#path = path;
  }

  /** Opens anew, exchanging what either side lacks. */
  reopen(): void {
    if (this.#isOpen) this.#leads = this.#listener.leads();
    this.#isOpen = false;
    void this.#open();
  }

  #lineChanged(): void {
    if (this.#isOpen) this.#leads = this.#listener.leads();
    this.#isOpen = false;
    if (this.#connection.status() === 'connected') void this.#open();
    this.#listener.changed();
  }

  readonly #edited = (update: Uint8Array, origin: unknown): void => {
    if (origin === fromServer) return;
    this.#pending.push(update);
    this.#unconfirmed.push(update);
    this.#unsentSince ??= this.#now();
    this.#timer ??= setTimeout(() => this.flush(), batchMs);
    this.#listener.changed();
  };

  #received({ notebookId, epoch, update }: DownPayload<'document.updated'>): void {
    // Before the answer to `document.open` nothing is lost: that answer has it.
    if (notebookId !== this.#notebookId || epoch !== this.#epoch || this.#stopped) return;
    Y.applyUpdate(this.#doc, update, fromServer);
    this.#confirmed.add(update);
  }

  async #open(): Promise<void> {
    if (this.#stopped) return;
    if (this.#opening) {
      this.#openAgain = true;
      return;
    }
    this.#opening = true;
    const mine = this.#epoch === null ? {} : { epoch: this.#epoch, stateVector: Y.encodeStateVector(this.#doc) };
    const reply = await this.#connection.request('document.open', { path: this.#path, ...mine });
    this.#opening = false;
    if (this.#stopped) return;
    if (isFault(reply)) this.#openFailed(reply);
    else if (reply.kind === 'text') this.#listener.text(reply);
    else {
      this.#isOpen = true;
      if (this.#epoch !== null && (reply.rebase || reply.epoch !== this.#epoch)) this.#carryOver(reply);
      else this.#exchange(reply);
    }
    if (this.#openAgain) {
      this.#openAgain = false;
      void this.#open();
    }
  }

  #openFailed(reply: Fault): void {
    this.#listener.fault(reply);
    if (this.#connection.status() === 'connected') this.#later(() => this.#open(), reply.retryAfterMs);
  }

  /** Same history on both sides: takes what this page lacks, sends what the server lacks. */
  #exchange(reply: Extract<UpReply<'document.open'>, { kind: 'notebook' }>): void {
    this.#notebookId = reply.notebookId;
    this.#epoch = reply.epoch;
    Y.applyUpdate(this.#doc, reply.update, fromServer);
    this.#confirmed.open(reply.update);
    if (this.#unsentSince !== null) {
      // Also what was sent and never answered: it may have arrived or not.
      this.#pending = [Y.encodeStateAsUpdate(this.#doc, reply.stateVector)];
    }
    this.#opened(reply.state);
  }

  /** Another history: what this page had not handed over becomes edits of the new document. */
  #carryOver(reply: Extract<UpReply<'document.open'>, { kind: 'notebook' }>): void {
    const base = (this.#leads ? this.#confirmed.savedContent() : null) ?? this.#confirmed.content();
    const mine = readDoc(this.#doc);
    const since = this.#unsentSince;
    const old = this.#doc;
    old.off('update', this.#edited);
    this.#doc = new Y.Doc();
    this.#confirmed = new ConfirmedHistory();
    Y.applyUpdate(this.#doc, reply.update, fromServer);
    this.#confirmed.open(reply.update);
    this.#doc.on('update', this.#edited);
    this.#notebookId = reply.notebookId;
    this.#epoch = reply.epoch;
    this.#pending = [];
    this.#unconfirmed = [];
    this.#unsentSince = null;
    this.#merge(base, mine);
    if (this.#unsentSince !== null) this.#unsentSince = since ?? this.#unsentSince;
    this.#listener.replaced(this.#doc);
    old.destroy();
    this.#opened(reply.state);
  }

  /**
   * Brings what was changed from `base` to `mine` into the document: also when it is read-only on the server, for then
   * this page is the only place that has it.
   */
  #merge(base: NotebookContent, mine: NotebookContent): void {
    const merge = mergeNotebook(base, readDoc(this.#doc), mine, { conflicts: 'mergeText' });
    applyEdits(this.#doc, merge.edits, carriedOver);
    if (merge.conflicts.length > 0)
      this.#listener.notice(
        'The notebook was opened anew on the server; where your unsent edits met other changes, both are kept.',
      );
  }

  #opened(state: DocumentState): void {
    this.#refusal = this.#unsentSince !== null && state.readonly !== null ? keptReason(state.readonly) : null;
    this.#listener.fault(null);
    this.#stateArrived(state);
    if (this.#unsentSince === null) this.#settleFlushed(true);
    else this.flush();
    this.#listener.opened();
    this.#listener.changed();
  }

  #stateArrived(state: DocumentState): void {
    this.#path = state.path;
    if (state.save.status === 'saved') this.#confirmed.markSaved();
    this.#listener.state(state);
    if (state.readonly === null && this.#unsentSince !== null && this.#refusal !== null) this.flush();
  }

  async #send(): Promise<void> {
    if (this.#sending || !this.live || this.#notebookId === null || this.#epoch === null) return;
    if (this.#pending.length === 0) return;
    const batch = this.#pending.length === 1 ? (this.#pending[0] as Uint8Array) : Y.mergeUpdates(this.#pending);
    this.#pending = [];
    this.#sending = true;
    const confirms = this.#unconfirmed.length;
    const { doc, epoch } = this;
    const reply = await this.#connection.request('document.update', {
      notebookId: this.#notebookId,
      epoch: this.#epoch,
      update: batch,
    });
    this.#sending = false;
    if (this.#stopped) return;
    if (doc !== this.#doc || epoch !== this.#epoch) return void this.#send();
    if (isFault(reply)) return this.#refused(reply, batch);
    this.#refusal = null;
    for (const update of this.#unconfirmed.splice(0, confirms)) this.#confirmed.add(update);
    if (this.#pending.length === 0) {
      this.#unsentSince = null;
      this.#settleFlushed(true);
    }
    this.#listener.changed();
    void this.#send();
  }

  #refused(reply: Fault, batch: Uint8Array): void {
    this.#pending.unshift(batch);
    // The next opening exchanges states.
    if (!this.live) return this.#listener.changed();
    switch (reply.fault) {
      case 'document.epoch':
      case 'document.behind':
      case 'notebook.notOpen':
        this.#refusal = null;
        this.reopen();
        break;
      case 'server.stopping':
        this.#later(() => this.reopen(), reply.retryAfterMs);
        break;
      case 'request.invalid':
        this.#refusal = reply.message;
        this.#later(() => this.reopen());
        break;
      default:
        this.#refusal = reply.fault === 'notebook.readonly' ? keptReason(reply.message) : reply.message;
        this.#later(() => this.flush(), reply.retryAfterMs);
    }
    this.#listener.changed();
  }

  #later(work: () => unknown, ms: number = retryMs): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void work();
    }, ms);
  }

  #settleFlushed(durable: boolean): void {
    for (const resolve of this.#whenFlushed) resolve(durable);
    this.#whenFlushed.clear();
  }
}

const keptReason = (readonly: string): string =>
  `${readonly} Your edits that were not sent are shown in this tab and nowhere else: copy them before you leave it.`;
