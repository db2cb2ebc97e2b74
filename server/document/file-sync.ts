import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as Y from 'yjs';
import { FaultError, fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import { encodeNotebook } from '#lib/core/notebook/decode-notebook.ts';
import { mergeNotebook } from '#lib/core/notebook/merge-notebook.ts';
import type { CellConflict } from '#lib/core/notebook/model.ts';
import { applyEdits, readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { contentHash } from '#server/storage/content-hash.ts';
import type { DiskEffects } from '#server/storage/disk-effects.ts';
import { writeFileDurably } from '#server/storage/write-file.ts';
import { Agreement } from './agreement.ts';
import { baseOf, contentOf, type BaseState } from './base-state.ts';
import { FileWatch } from './file-watch.ts';
import { findWriteObstacle } from './write-obstacle.ts';
import type { DiskLook } from './known-file.ts';
import type { FileContent } from './last-file.ts';
import { describeEdits } from './notices.ts';
import { parseFile } from './parse-file.ts';
import { SaveSchedule } from './save-schedule.ts';
import { SaveStatus } from './save-status.ts';
import type { SyncOptions } from './sync-options.ts';

/**
 * Keeps one `.ipynb` and one document the same. Writes the file (debounced, durable, never over bytes it does not know)
 * and merges what others write to it. Everything that touches the file runs one at a time.
 */
const writeTries = 5;

export class FileSync {
  readonly status: SaveStatus;
  readonly #options: SyncOptions;
  readonly #effects: DiskEffects;
  readonly #schedule: SaveSchedule;
  readonly #watch: FileWatch;
  readonly #agreed: Agreement;
  #permission: string | null = null;
  #brokenHash: string | null = null;
  #chain: Promise<unknown> = Promise.resolve();
  /** A look that waits for its turn: whoever asks meanwhile gets what it finds. */
  #nextLook: Promise<Fault | null> | null = null;
  #detached = false;
  #stopped = false;

  constructor(options: SyncOptions, effects: DiskEffects) {
    this.#options = options;
    this.#effects = effects;
    this.#agreed = new Agreement(options, effects);
    this.status = new SaveStatus(options.now, options.savedAt);
    this.#schedule = new SaveSchedule(options.times, () =>
      this.#enqueue(() => this.#save({ explicit: false, recreate: false })),
    );
    this.#watch = new FileWatch(join(options.workspace.root, this.path), options.times.pollMs, () => this.look());
  }

  get path(): string {
    return this.#agreed.base.path;
  }

  get conflicts(): readonly CellConflict[] {
    return this.#agreed.base.conflicts;
  }

  /** Why nothing may be edited, or null. */
  get readonly(): string | null {
    return this.#agreed.file.parsed.file.readonly ?? this.#permission;
  }

  get missing(): boolean {
    return this.status.has('missing');
  }

  async run(): Promise<void> {
    await this.#refreshPermission();
    this.#settle();
    this.#watch.run();
  }

  /** Waits for what is under way. Saves nothing: the room does that before. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#schedule.clear();
    this.#watch.stop();
    await this.#chain;
  }

  /** Document or results have something that the file may not have. */
  changed(): void {
    const isNews = !this.status.dirty;
    this.status.changed();
    if (this.readonly === null && !this.missing) this.#schedule.changed();
    if (isNews) this.#options.onState();
  }

  /** Saves now. `recreate` also when the file is gone; what is unreadable on disk is moved to the trash first. */
  save(recreate: boolean): Promise<Fault | null> {
    return this.#enqueue(() => this.#save({ explicit: true, recreate }));
  }

  /** The last save before the room closes: as the debounced one. */
  saveQuietly(): Promise<Fault | null> {
    return this.#enqueue(() => this.#save({ explicit: false, recreate: false }));
  }

  /** Compares with the disk now. */
  look(): Promise<Fault | null> {
    if (this.#stopped) return Promise.resolve(null);
    this.#nextLook ??= this.#enqueue(() => {
      this.#nextLook = null;
      return this.#look();
    });
    return this.#nextLook;
  }

  /** The file was trashed by us: whatever has its path from now on is another notebook's. */
  get detached(): boolean {
    return this.#detached;
  }

  /**
   * Saves, then runs `act` before anything else of ours touches the file. A fault, and no act, while an edit is unsaved,
   * unless there is no file.
   */
  async hold<Value>(act: () => Promise<Value>): Promise<Value | Fault> {
    const outcome: { value?: Value } = {};
    const refused = await this.#enqueue(async () => {
      if (this.status.dirty && !this.missing && this.#agreed.file.parsed.file.readonly === null) {
        const unsaved = await this.#save({ explicit: false, recreate: false });
        if (unsaved !== null && !this.missing) return unsaved;
      }
      outcome.value = await act();
      return null;
    });
    return refused ?? (outcome.value as Value);
  }

  /** Within `hold`: the file was renamed by us, or brought back. */
  async moved(path: string): Promise<void> {
    this.#detached = false;
    this.#watch.moved(join(this.#options.workspace.root, path));
    try {
      await this.#adopt({ ...this.#agreed.base, path });
    } catch (error) {
      // The file is where it is; the base on disk has an old path, which nobody reads.
      if (!(error instanceof FaultError)) throw error;
      this.#failed(error.fault);
    }
    void this.look();
  }

  /** Within `hold`: the file is no longer this notebook's. */
  detach(reason: string): void {
    this.#detached = true;
    this.#obstacle('missing', reason);
  }

  dropConflict(cellId: CellId): Promise<Fault | null> {
    return this.#enqueue(async () => {
      await this.#adopt({
        ...this.#agreed.base,
        conflicts: this.#agreed.base.conflicts.filter((conflict) => conflict.cellId !== cellId),
      });
      return null;
    });
  }

  /** Type of a cell as the file last had it. */
  typeOnDisk(cellId: CellId) {
    return this.#agreed.base.cells.find((cell) => cell.id === cellId)?.type;
  }

  async #look(): Promise<Fault | null> {
    if (this.#stopped || this.#detached) return null;
    await this.#refreshPermission();
    let seen = await this.#agreed.look(this.path);
    if (seen.kind === 'missing' && !this.missing) {
      await delay(this.#options.times.settleMs);
      seen = await this.#agreed.look(this.path);
    }
    return this.#react(seen);
  }

  async #react(seen: DiskLook): Promise<Fault | null> {
    switch (seen.kind) {
      case 'same':
        this.#brokenHash = null;
        if (this.#clear('missing', 'broken')) this.#settle();
        return null;
      case 'missing':
        this.#obstacle('missing', 'The file was deleted or renamed outside. It is not written again until you decide.');
        return fault('file.notFound', 'The file was deleted or renamed outside.', 'Save it again to write it anew.');
      case 'unreadable':
        this.#obstacle('missing', seen.fault.message);
        return seen.fault;
      case 'changed':
        return this.#take(seen.bytes, seen.hash);
    }
  }

  /** Merges the bytes of somebody else into the document. */
  async #take(bytes: Uint8Array, hash: string): Promise<Fault | null> {
    const own = this.#agreed.announced;
    if (own?.base.fileHash === hash) {
      await this.#adopt({ ...own.base, path: this.path }, own.file);
      this.#settle();
      return null;
    }
    const { doc, epoch, notices } = this.#options;
    const parsed = parseFile(this.path, bytes, { previous: this.#agreed.base });
    if (parsed.kind === 'text') return this.#takeBroken(hash, parsed.problem.message);
    const merge = mergeNotebook(contentOf(this.#agreed.base), readDoc(doc), parsed.file);
    applyEdits(doc, merge.edits, 'disk');
    await this.#options.log.flush();
    const { count, written } = this.#agreed.file.takeResults(this.#agreed.base, parsed);
    const conflicted = new Set(merge.conflicts.map((conflict) => conflict.cellId));
    const conflicts = [
      ...this.#agreed.base.conflicts.filter((conflict) => !conflicted.has(conflict.cellId)),
      ...merge.conflicts,
    ];
    await this.#adopt(
      baseOf(parsed.file, { epoch, path: this.path, fileHash: hash, conflicts }, Y.encodeStateVector(doc)),
      { parsed, written },
    );
    const what = describeEdits(merge.edits) ?? (count > 0 ? 'outputs changed' : null);
    if (what !== null) notices.add(merge.conflicts.length > 0 ? 'warning' : 'info', `Changed on disk: ${what}.`);
    for (const text of parsed.file.notices)
      if (!notices.list.some((notice) => notice.text === text)) notices.add('info', text);
    this.status.changed();
    this.#settle();
    return null;
  }

  async #takeBroken(hash: string, problem: string): Promise<Fault> {
    const reason = `The file on disk is not readable as a notebook: ${problem}. Your version is kept and not written over it.`;
    const refused = fault('notebook.broken', reason, 'Mend the file, or save to put your version in its place.');
    if (this.#brokenHash === hash) return refused;
    // Somebody may still be writing it: only what stays broken is said.
    await delay(this.#options.times.settleMs);
    const again = await this.#agreed.look(this.path);
    if (again.kind !== 'changed' || again.hash !== hash)
      return (await this.#react(again)) ?? fault('file.changed', 'The file is being changed.');
    this.#brokenHash = hash;
    this.#clear('missing');
    this.#options.notices.add('warning', reason);
    this.#obstacle('broken', reason);
    return refused;
  }

  async #save(how: { readonly explicit: boolean; readonly recreate: boolean }): Promise<Fault | null> {
    this.#schedule.clear();
    if (this.readonly !== null) return fault('notebook.readonly', this.readonly);
    if (this.#detached) {
      const refused = how.recreate ? await this.#reclaim() : fault('file.notFound', 'The file is in the trash.');
      if (refused !== null) return refused;
    }
    for (let tries = 0; tries < writeTries; tries++) {
      const seen = await this.#agreed.look(this.path);
      const overBroken = seen.kind === 'changed' && how.explicit && seen.hash === this.#brokenHash;
      if (overBroken) {
        const kept = await this.#options.workspace.trashBin.keep(this.path, seen.bytes);
        if (isFault(kept)) return this.#failed(kept);
      } else if (seen.kind !== 'same' && !(seen.kind === 'missing' && how.recreate)) {
        const refused = await this.#react(seen);
        if (refused !== null) return refused;
        continue;
      } else if (seen.kind === 'same') this.#clear('missing', 'broken');
      const refused = await this.#write(seen);
      if (refused === null) return null;
      if (refused.fault !== 'file.changed') return this.#failed(refused);
    }
    return this.#failed(fault('file.changed', 'The file changes faster than it can be saved.'));
  }

  async #reclaim(): Promise<Fault | null> {
    const isFree = (await this.#agreed.look(this.path)).kind === 'missing';
    const refused = isFree
      ? await this.#options.reclaim(this.path)
      : fault('file.exists', `“${this.path}” is another file now.`, 'Rename that one, then save again.');
    if (refused === null) this.#detached = false;
    return refused;
  }

  /** Writes the present state unless the disk has it already. `file.changed` when the disk is no longer as `seen`. */
  async #write(seen: DiskLook): Promise<Fault | null> {
    const { doc, epoch, log, workspace } = this.#options;
    const { bom } = this.#agreed.file.parsed;
    const version = this.status.version;
    const joined = this.#agreed.file.join(doc);
    if (seen.kind === 'same' && this.#agreed.has(joined)) {
      this.#onDisk(version, false);
      this.#options.onState();
      return null;
    }
    const bytes = encodeNotebook(joined.text, bom);
    const hash = contentHash(bytes);
    const parsed = joined.parsed ?? parseFile(this.path, bytes, { ids: joined.ids });
    if (parsed.kind === 'text') throw new Error(`the writer made an unreadable notebook: ${parsed.problem.message}`);
    const base = baseOf(
      parsed.file,
      { epoch, path: this.path, fileHash: hash, conflicts: this.#agreed.base.conflicts },
      Y.encodeStateVector(doc),
    );
    this.status.saving(true);
    this.#options.onState();
    try {
      // An edit must not be in the file and be missing in the log: after a crash the log would take it back.
      await log.flush();
      const file = { parsed, written: joined.written };
      await this.#agreed.announce(base, file);
      const target = await workspace.resolveForWriting(this.path);
      if (isFault(target)) return target;
      const check = async () => {
        const now = await this.#agreed.look(this.path);
        const unchanged =
          now.kind === seen.kind && (now.kind !== 'changed' || (seen.kind === 'changed' && now.hash === seen.hash));
        return unchanged ? null : fault('file.changed', 'The file was changed meanwhile.');
      };
      const refused = await writeFileDurably(target.absolute, bytes, { label: this.path, check }, this.#effects);
      if (refused !== null) return refused;
      await this.#adopt(base, file);
      this.#onDisk(version, true);
      if (this.status.dirty) this.#schedule.changed();
      return null;
    } finally {
      this.status.saving(false);
      this.#options.onState();
    }
  }

  #onDisk(version: number, written: boolean): void {
    this.status.saved(version, written);
    if (!this.status.dirty) this.#options.results.saved();
  }

  /** Says `saved` when the file has everything already, else plans a save. */
  #settle(): void {
    const version = this.status.version;
    if (this.missing || !this.#agreed.hasAll(this.#options.doc)) {
      if (!this.status.dirty) this.status.changed();
      if (this.readonly === null && !this.missing) this.#schedule.changed();
    } else this.#onDisk(version, false);
    this.#options.onState();
  }

  async #adopt(base: BaseState, file?: FileContent): Promise<void> {
    const written = this.#agreed.adopt(base, file);
    this.#brokenHash = null;
    this.#clear('missing', 'broken');
    await written;
    this.#options.onState();
  }

  #failed(refused: Fault): Fault {
    this.#obstacle('save', refused.message);
    if (!this.#stopped) this.#schedule.retry();
    return refused;
  }

  #obstacle(kind: 'missing' | 'broken' | 'log' | 'save', reason: string): void {
    if (this.status.obstacle(kind, reason)) this.#options.onState();
  }

  #clear(...kinds: ('missing' | 'broken')[]): boolean {
    const cleared = kinds.filter((kind) => this.status.obstacle(kind, null));
    if (cleared.length > 0) this.#options.onState();
    return cleared.length > 0;
  }

  async #refreshPermission(): Promise<void> {
    const found = await this.#options.workspace.resolve(this.path);
    if (isFault(found)) return;
    const permission = await findWriteObstacle(found.absolute, this.#effects);
    if (permission === this.#permission) return;
    this.#permission = permission;
    if (permission === null && this.status.dirty) this.#schedule.changed();
    this.#options.onState();
  }

  #enqueue(work: () => Promise<Fault | null>): Promise<Fault | null> {
    const done = this.#chain.then(work).catch((error: unknown) => {
      if (error instanceof FaultError) return this.#failed(error.fault);
      this.#options.onError(error);
      return this.#failed(fault('file.io', 'The notebook could not be saved because of an error in Farfield.'));
    });
    this.#chain = done;
    return done;
  }
}
