import { randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import { FaultError, fault, isFault, type Fault } from '#lib/core/fault.ts';
import { epochId, type CellId, type EpochId, type NotebookId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { applyEdits, cellText, readCell, readNotebookMetadata } from '#lib/core/notebook/notebook-doc.ts';
import type { NotebookHead } from '#lib/core/notebook/read-head.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { toLoaded } from './base-state.ts';
import { FileSync } from './file-sync.ts';
import { Notices } from './notices.ts';
import type { OpenedText } from './parse-file.ts';
import { readFile } from './read-file.ts';
import { headOfDocument } from './read-head.ts';
import { covers, recoverDocument, type RecoveredDocument } from './recover-document.ts';
import type { ResultsPort } from './results-port.ts';
import { resolveConflict } from './resolve-conflict.ts';
import { RoomAwareness } from './room-awareness.ts';
import { RoomFeed } from './room-feed.ts';
import type { RoomOptions, RoomSource } from './room-options.ts';
import type { RoomMember } from './room-member.ts';
import { syncTimes } from './sync-options.ts';
import { UpdateGate } from './update-gate.ts';
import type { UpdateLog } from './update-log.ts';

/**
 * One open notebook: its document, who follows it, and its file. Edits come in from browsers (`applyUpdate`) and from
 * disk; they go out to every other member and into the update log, and from there, with the results, into the `.ipynb`.
 * Opening one is inert: nothing is started and the file is not written.
 */

/** The log is rewritten as one snapshot above this size, when it is four times the snapshot. Bytes. */
const compactFrom = 1024 * 1024;

export class DocumentRoom implements RoomSource {
  readonly notebookId: NotebookId;
  readonly doc: Y.Doc;
  readonly epoch: EpochId;
  readonly #members = new Map<string, RoomMember>();
  readonly #feed = new RoomFeed(this.#members);
  readonly #awareness: RoomAwareness;
  readonly #gate: UpdateGate;
  readonly #log: UpdateLog;
  readonly #notices: Notices;
  readonly #stateListeners = new Set<(state: DocumentState) => void>();
  readonly #waiting = new Set<() => void>();
  readonly #retryMs: number;
  #sync: FileSync | null = null;
  #results: ResultsPort | null = null;
  readonly #path: string;
  /** The whole document as one update, until it changes: the same bytes go to the log and to all who open it. */
  #encoded: Uint8Array | null;
  #compactAt = compactFrom;
  #logRetry: NodeJS.Timeout | null = null;
  #lastState = '';
  #stopping: Promise<void> | null = null;

  private constructor(options: RoomOptions, recovered: RecoveredDocument, notices: Notices) {
    this.notebookId = options.notebookId;
    this.#path = options.path;
    this.doc = recovered.doc;
    this.epoch = recovered.epoch;
    this.#log = recovered.log;
    this.#encoded = recovered.encoded;
    this.#notices = notices;
    this.#retryMs = (options.times ?? syncTimes).retryMs;
    this.#gate = new UpdateGate(this.doc);
    this.#awareness = new RoomAwareness(this.doc, (update, from) => {
      for (const [id, member] of this.#members) if (id !== from) member.awarenessChanged(update);
    });
    this.doc.on('update', this.#documentUpdated);
  }

  /**
   * Opens a notebook, or answers with its text when it is not readable as one. Where the file is missing, the log of an
   * earlier opening is opened: it may have edits that are nowhere else.
   */
  static async open(
    options: RoomOptions,
    effects: DiskEffects = diskEffects,
  ): Promise<DocumentRoom | OpenedText | Fault> {
    const now = options.now ?? Date.now;
    const found = await readFile(options, now(), effects);
    if (isFault(found) || found.kind === 'text') return found;
    const { parsed, hash, missing } = found;
    options.onRead(parsed.file);
    const recovered = await recoverDocument(
      options.folder,
      options.path,
      missing === null ? { ...parsed, hash } : null,
      found.base,
      newEpoch,
      effects,
    );
    if (recovered === null) return missing ?? fault('file.notFound', 'The file is gone.');
    const notices = new Notices(now);
    for (const text of parsed.file.notices) notices.add('info', text);
    if (recovered.notice !== null) notices.add('warning', recovered.notice);
    const room = new DocumentRoom(options, recovered, notices);
    const results = await options.createResults(room, options.folder).catch(async (error: unknown) => {
      await recovered.log.close();
      room.doc.destroy();
      throw error;
    });
    if (!results.recovered) results.load(parsed.file.cells.map(toLoaded));
    // The file is another one than at the last sync: the sync merges it at its first look, from the base it knows.
    const sync = new FileSync(
      {
        doc: room.doc,
        epoch: room.epoch,
        log: recovered.log,
        results,
        workspace: options.workspace,
        folder: options.folder,
        parsed,
        parsedHash: hash,
        loaded: !results.recovered,
        base: missing === null ? recovered.base : { ...recovered.base, fileHash: hash },
        mark: recovered.base.fileHash === hash ? found.mark : null,
        savedAt: found.savedAt,
        notices,
        times: options.times ?? syncTimes,
        now,
        reclaim: options.reclaim,
        onState: () => room.#publish(),
        onError: options.onError,
      },
      effects,
    );
    room.#results = results;
    room.#sync = sync;
    results.onChanged(() => sync.changed());
    await sync.look();
    await sync.run();
    return room;
  }

  get path(): string {
    return this.#sync?.path ?? this.#path;
  }

  get results(): ResultsPort {
    if (this.#results === null) throw new Error('the room is not open yet');
    return this.#results;
  }

  // --- sources, for the session host ---

  source(cellId: CellId): string | undefined {
    return cellText(this.doc, cellId)?.toString();
  }

  cellType(cellId: CellId): string | undefined {
    return readCell(this.doc, cellId)?.type;
  }

  cellIds(): readonly CellId[] {
    return orderedCellIds(this.doc);
  }

  notebookMetadata(): JsonObject {
    return readNotebookMetadata(this.doc);
  }

  /** The first cells with their results, and the notebook's metadata. */
  head(count: number): NotebookHead {
    return headOfDocument(this.doc, this.results, count);
  }

  async whenHas(stateVector: Uint8Array, timeoutMs: number): Promise<boolean> {
    if (covers(this.doc, stateVector)) return true;
    return new Promise((resolve) => {
      const finish = (arrived: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(arrived);
      };
      const check = () => {
        if (covers(this.doc, stateVector)) finish(true);
      };
      const timer = setTimeout(() => finish(false), timeoutMs);
      this.#waiting.add(check);
    });
  }

  // --- members ---

  /** Follows the room; the member gets everybody's cursors at once. The caller sends `diffFor` and `state` itself. */
  join(clientId: string, member: RoomMember): void {
    this.#members.set(clientId, member);
    const cursors = this.#awareness.all();
    if (cursors !== null) member.awarenessChanged(cursors);
  }

  leave(clientId: string): void {
    this.#members.delete(clientId);
    this.#awareness.leave(clientId);
  }

  get memberCount(): number {
    return this.#members.size;
  }

  /** Resolves when the edit is durable, or with the reason why it is not in the document or not durable yet. */
  async applyUpdate(update: Uint8Array, fromClient: string, epoch: EpochId = this.epoch): Promise<Fault | null> {
    if (this.#stopping !== null) return fault('server.stopping', 'The server is closing this notebook.');
    if (epoch !== this.epoch)
      return fault(
        'document.epoch',
        'This notebook was opened anew on the server.',
        'The page merges your edits by itself.',
      );
    const readonly = this.#file.readonly;
    if (readonly !== null) return fault('notebook.readonly', readonly);
    const refused = this.#gate.check(update);
    if (refused !== null) return refused;
    Y.applyUpdate(this.doc, update, fromClient);
    const failed = await this.#durable();
    await this.#feed.told();
    return failed;
  }

  applyAwareness(update: Uint8Array, fromClient: string): Fault | null {
    return this.#awareness.apply(update, fromClient);
  }

  /** Yjs update with what a document of this state vector lacks; everything without one. */
  diffFor(stateVector?: Uint8Array): Uint8Array {
    return stateVector === undefined ? this.#whole() : Y.encodeStateAsUpdate(this.doc, stateVector);
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  state(): DocumentState {
    const sync = this.#file;
    const save = sync.status.view();
    const trouble = this.results.trouble();
    return {
      path: sync.path,
      save: trouble === null || save.status === 'error' ? save : { ...save, status: 'error', reason: trouble },
      readonly: sync.readonly,
      file: sync.missing ? 'missing' : 'present',
      notices: [...this.#notices.list],
      conflicts: [...sync.conflicts],
    };
  }

  onState(listener: (state: DocumentState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  // --- file ---

  async save(options: { readonly recreate?: boolean } = {}): Promise<Fault | null> {
    const refused = await this.#file.save(options.recreate ?? false);
    this.#feed.flush();
    return refused;
  }

  /** Compares with the disk at once, instead of at the next event. */
  look(): Promise<Fault | null> {
    return this.#file.look();
  }

  /** Runs a rename or a removal between two saves; see FileSync.hold. */
  hold<Value>(act: () => Promise<Value>): Promise<Value | Fault> {
    return this.#file.hold(act);
  }

  /** Within `hold`: the file was renamed, or brought back from the trash. */
  moved(path: string): Promise<void> {
    return this.#file.moved(path);
  }

  /** Within `hold`: the file is no longer this notebook's. */
  detach(reason: string): void {
    this.#file.detach(reason);
  }

  get detached(): boolean {
    return this.#file.detached;
  }

  /** A person's choice in a conflict. The document holds `ours` until then. */
  async resolve(cellId: CellId, choice: 'ours' | 'theirs' | 'both'): Promise<Fault | null> {
    const sync = this.#file;
    const conflict = sync.conflicts.find((one) => one.cellId === cellId);
    if (conflict === undefined) return fault('cell.notFound', 'This conflict is settled already.');
    if (sync.readonly !== null) return fault('notebook.readonly', sync.readonly);
    const edits = resolveConflict(this.doc, conflict, choice, sync.typeOnDisk(cellId) ?? 'code');
    applyEdits(this.doc, edits, 'conflict');
    return (await this.#durable()) ?? sync.dropConflict(cellId);
  }

  /** Nothing is lost when this room leaves memory now. */
  get quiet(): boolean {
    const sync = this.#file;
    const settled = !sync.status.dirty && sync.status.view().status !== 'saving';
    return this.#members.size === 0 && settled && !this.results.busy();
  }

  /** Saves, closes the journal and the log. The document stays recoverable under its epoch. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const sync = this.#file;
    if (sync.status.dirty && !sync.missing && sync.readonly === null) await sync.saveQuietly();
    await sync.stop();
    await this.results.stop();
    if (this.#logRetry !== null) clearTimeout(this.#logRetry);
    this.doc.off('update', this.#documentUpdated);
    this.#feed.stop();
    try {
      const state = this.#whole();
      if (this.#log.size > state.length * 1.2 + 256) await this.#log.compact(() => state);
      await this.#log.close();
    } catch (error) {
      // The disk failed: what was acknowledged is in the log as it is; compaction is only tidiness.
      if (!(error instanceof FaultError)) throw error;
    } finally {
      this.#awareness.stop();
      this.doc.destroy();
    }
  }

  get #file(): FileSync {
    if (this.#sync === null) throw new Error('the room is not open yet');
    return this.#sync;
  }

  #whole(): Uint8Array {
    return (this.#encoded ??= Y.encodeStateAsUpdate(this.doc));
  }

  readonly #documentUpdated = (update: Uint8Array, origin: unknown): void => {
    this.#encoded = null;
    void this.#appended(this.#log.append(update));
    this.#feed.updated(update, origin);
    for (const check of this.#waiting) check();
    this.#sync?.changed();
  };

  async #durable(): Promise<Fault | null> {
    return this.#appended(this.#log.flush());
  }

  async #appended(durable: Promise<void>): Promise<Fault | null> {
    try {
      await durable;
      if (this.#sync?.status.obstacle('log', null) === true) this.#publish();
      await this.#compactIfLarge();
      return null;
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      if (this.#sync?.status.obstacle('log', `Edits cannot be made durable: ${error.fault.message}`) === true)
        this.#publish();
      this.#logRetry ??= setTimeout(() => {
        this.#logRetry = null;
        void this.#durable();
      }, this.#retryMs);
      return error.fault;
    }
  }

  async #compactIfLarge(): Promise<void> {
    if (this.#log.size < this.#compactAt || this.#stopping !== null) return;
    const { length } = Y.encodeStateAsUpdate(this.doc);
    this.#compactAt = Math.max(compactFrom, this.#log.size * 2);
    if (this.#log.size <= length * 4) return;
    this.#compactAt = compactFrom;
    await this.#log.compact(() => Y.encodeStateAsUpdate(this.doc));
  }

  #publish(): void {
    if (this.#sync === null) return;
    const state = this.state();
    const text = JSON.stringify(state);
    if (text === this.#lastState) return;
    this.#lastState = text;
    this.#feed.flush();
    for (const member of this.#members.values()) member.stateChanged(state);
    for (const listener of this.#stateListeners) listener(state);
  }
}

const newEpoch = (): EpochId => epochId(randomBytes(12).toString('hex'));
