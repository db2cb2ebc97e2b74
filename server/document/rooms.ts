import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultError, fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { NotebookFile } from '#lib/core/notebook/layout.ts';
import { notebookId as toNotebookId, type NotebookId } from '#lib/core/ids.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { errnoOf } from '#server/storage/io-fault.ts';
import { isWithin } from '#server/storage/workspace-path.ts';
import type { FileEntry } from '#lib/protocol/http/files.ts';
import type { Workspace } from '#server/storage/workspace.ts';
import { NotebookIndex } from './notebook-index.ts';
import type { OpenedText } from './parse-file.ts';
import { type FileHead, readFileHead } from './read-head.ts';
import type { ResultsPort } from './results-port.ts';
import { DocumentRoom } from './room.ts';
import type { RoomSource } from './room-options.ts';
import type { SyncTimes } from './sync-options.ts';

/**
 * All open notebooks of one workspace: exactly one room per file, however many ask at once and by whatever name. Owns
 * the index of notebook ids. Rooms leave memory when nobody reads them, nothing is unsaved and no kernel is bound.
 */
export type RoomsOptions = {
  readonly workspace: Workspace;
  /** The state folder of the server; rooms live in `<stateFolder>/notebooks`. */
  readonly stateFolder: string;
  readonly createResults: (room: RoomSource, folder: string) => Promise<ResultsPort>;
  readonly onError?: (error: unknown) => void;
  readonly times?: SyncTimes;
  /** How long a room stays after its last reader. */
  readonly idleMs?: number;
  readonly now?: () => number;
};

/** A notebook on its way in. Its file is known before its room; null when it is no notebook. */
type Opening = {
  readonly room: Promise<DocumentRoom | OpenedText | Fault>;
  readonly file: Promise<NotebookFile | null>;
};

/** A canonical path; `gone` when only the index or a room knows it. */
type Place = { readonly path: string; readonly gone: boolean };

const mostStopMs = 15_000;

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #effects: DiskEffects;
  readonly #folder: string;
  readonly #idleMs: number;
  readonly #rooms = new Map<NotebookId, DocumentRoom>();
  readonly #opening = new Map<string, Opening>();
  readonly #closing = new Map<NotebookId, Promise<void>>();
  /** What was at the path of each thing that this process trashed. */
  readonly #trashed = new Map<string, { readonly path: string; readonly rows: ReturnType<NotebookIndex['below']> }>();
  /** Renames and the like, one at a time; nothing is opened meanwhile. */
  #relocating: Promise<unknown> = Promise.resolve();
  readonly #quietSince = new Map<NotebookId, number>();
  #index: NotebookIndex | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(options: RoomsOptions, effects: DiskEffects = diskEffects) {
    this.#options = options;
    this.#effects = effects;
    this.#folder = join(options.stateFolder, 'notebooks');
    this.#idleMs = options.idleMs ?? 60_000;
  }

  /** Reads the index and starts to close idle rooms. Throws a FaultError when the state folder cannot be used. */
  async run(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    this.#index = await NotebookIndex.open(this.#folder, this.#effects);
    this.#sweep = setInterval(() => void this.#closeIdle(), Math.min(5000, Math.max(20, this.#idleMs / 4)));
    this.#sweep.unref();
  }

  /** Opens a notebook or finds its room. A file that is no readable notebook comes back as text. */
  async open(path: string): Promise<DocumentRoom | OpenedText | Fault> {
    const found = await this.#enter(path);
    return found instanceof DocumentRoom || isFault(found) ? found : found.room;
  }

  /**
   * Opens a notebook as `open` does, and answers earlier: with its room when it is open already, else with its file once
   * that is read. Null when there is no such notebook.
   */
  async read(path: string): Promise<DocumentRoom | NotebookFile | null> {
    const found = await this.#enter(path);
    if (found instanceof DocumentRoom) return found;
    return isFault(found) ? null : found.file;
  }

  async #enter(path: string): Promise<DocumentRoom | Opening | Fault> {
    if (this.#stopping) return fault('server.stopping', 'The server is stopping.');
    let found: Fault | Place;
    let turn: Promise<unknown>;
    do {
      turn = this.#relocating;
      await turn;
      found = await this.#find(path);
    } while (turn !== this.#relocating);
    if (isFault(found)) return found;
    if (found.path === '') return fault('file.kind', 'This is a folder.');
    const open = this.byPath(found.path) ?? (found.gone ? this.#lastAt(found.path) : undefined);
    if (open !== undefined) {
      this.#quietSince.delete(open.notebookId);
      return open;
    }
    return this.#opening.get(found.path) ?? this.#begin(found.path);
  }

  /**
   * At most `count` first cells of a notebook, without opening it: from its room, or else from the file's beginning. Null
   * when the file does not begin as a notebook.
   */
  async head(path: string, count: number): Promise<FileHead | Fault | null> {
    const found = await this.#find(path);
    if (isFault(found)) return found;
    const room = this.byPath(found.path);
    if (room === undefined) return readFileHead(this.#options.workspace, found.path, count);
    const entry = await this.#options.workspace.stat(found.path);
    return isFault(entry) ? entry : { head: room.head(count), size: entry.size };
  }

  get(notebookId: NotebookId): DocumentRoom | undefined {
    return this.#rooms.get(notebookId);
  }

  /** Which notebook a path is; null when it was never opened here. */
  async notebookIdOf(path: string): Promise<NotebookId | Fault | null> {
    const found = await this.#find(path);
    return isFault(found) ? found : (this.#ids.get(found.path) ?? null);
  }

  /** The room whose file has this canonical path. */
  byPath(path: string): DocumentRoom | undefined {
    for (const room of this.#rooms.values()) if (room.path === path && !room.detached) return room;
    return undefined;
  }

  list(): DocumentRoom[] {
    return [...this.#rooms.values()];
  }

  /** Opens every notebook whose journal an earlier process left non-empty, so that running kernels find their notebook. */
  async openAllRecoverable(): Promise<void> {
    for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const path = this.#ids.pathOf(toNotebookId(entry.name));
      if (path === undefined || !(await hasContent(join(this.#folder, entry.name, 'journal')))) continue;
      // A broken file keeps its journal and its log. One that cannot be opened must not keep the others away.
      await this.open(path).catch(this.#report);
    }
  }

  /** Renames a file or folder between two saves of what is open in it. Its rooms go on under the new path. */
  rename(from: string, to: string): Promise<Fault | FileEntry> {
    return this.#relocate([from, to], async ([source, target]) => {
      const entry = await this.#options.workspace.rename(from, to);
      if (isFault(entry) || source === undefined || target === undefined || source === target) return entry;
      // Before the rename nothing was there: whoever has the name has lost its file.
      for (const room of this.#below(target)) room.detach('Another file was renamed to this name.');
      for (const room of this.#below(source)) await room.moved(target + room.path.slice(source.length));
      await this.#ids.moved(source, target).catch(this.#report);
      return entry;
    });
  }

  /** Puts other bytes into a file between two saves of its room, which takes them as a change from outside. */
  replace(path: string, act: () => Promise<Fault | FileEntry>): Promise<Fault | FileEntry> {
    return this.#relocate([path], act);
  }

  /** Writes what is unsaved in a file or below a folder, so that a copy of it has what people see. */
  async saveBelow(path: string): Promise<void> {
    const place = await this.#options.workspace.resolveEntry(path);
    if (!isFault(place)) await Promise.all(this.#below(place.path).map((room) => room.save()));
  }

  /** Trashes a file or folder. What takes its name next is another notebook; its rooms say that they have no file. */
  trash(path: string): Promise<Fault | { readonly trashId: string }> {
    return this.#relocate([path], async ([source]) => {
      const answer = await this.#options.workspace.trash(path);
      if (isFault(answer) || source === undefined) return answer;
      for (const room of this.#below(source)) room.detach('The file was moved to the trash.');
      this.#trashed.set(answer.trashId, { path: source, rows: this.#ids.below(source) });
      await this.#ids.forget(source).catch(this.#report);
      return answer;
    });
  }

  /** Brings something back; while this process remembers them, as the notebooks that they were. */
  restore(trashId: string): Promise<Fault | FileEntry> {
    return this.#relocate([], async () => {
      const entry = await this.#options.workspace.restore(trashId);
      const was = this.#trashed.get(trashId);
      if (isFault(entry) || was === undefined) return entry;
      this.#trashed.delete(trashId);
      const at = await this.#options.workspace.resolveEntry(entry.path);
      if (isFault(at)) return entry;
      for (const [old, id] of was.rows) {
        const path = at.path + old.slice(was.path.length);
        // Saved anew meanwhile, or the name has another notebook.
        if (this.#ids.pathOf(id) !== undefined || this.#ids.get(path) !== undefined) continue;
        await this.#ids.set(path, id).catch(this.#report);
        const room = this.#rooms.get(id);
        await room?.hold(() => room.moved(path));
      }
      return entry;
    });
  }

  /** Saves and closes everything, within a bounded time: what a hanging disk does not take stays in the logs. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#sweep !== null) clearInterval(this.#sweep);
    const abandon = new AbortController();
    const all = async () => {
      await Promise.allSettled(this.#opened());
      await Promise.allSettled([...this.#rooms.values()].map((room) => room.stop()));
      await Promise.allSettled(this.#closing.values());
    };
    await Promise.race([
      all(),
      delay(mostStopMs, undefined, { signal: abandon.signal, ref: false }).catch(() => undefined),
    ]);
    abandon.abort();
    this.#rooms.clear();
  }

  #begin(path: string): Opening {
    let tell: (file: NotebookFile | null) => void = () => undefined;
    const file = new Promise<NotebookFile | null>((resolve) => (tell = resolve));
    const room = this.#openOne(path, tell).finally(() => {
      this.#opening.delete(path);
      tell(null);
    });
    // Whoever asked for the room is told; who only asked for the file gets none.
    room.catch(() => undefined);
    const opening = { room, file };
    this.#opening.set(path, opening);
    return opening;
  }

  async #openOne(path: string, onRead: (file: NotebookFile) => void): Promise<DocumentRoom | OpenedText | Fault> {
    const { workspace, createResults, times, now } = this.#options;
    try {
      const notebookId = this.#ids.get(path) ?? toNotebookId(randomBytes(10).toString('hex'));
      await this.#closing.get(notebookId);
      const room = await DocumentRoom.open(
        {
          notebookId,
          path,
          folder: join(this.#folder, notebookId),
          workspace,
          createResults,
          reclaim: (wanted) => this.#reclaim(wanted, notebookId),
          onError: this.#report,
          onRead,
          ...(times === undefined ? {} : { times }),
          ...(now === undefined ? {} : { now }),
        },
        this.#effects,
      );
      if (!(room instanceof DocumentRoom)) return room;
      try {
        await this.#ids.set(path, notebookId);
      } catch (error) {
        await room.stop();
        throw error;
      }
      this.#rooms.set(notebookId, room);
      return room;
    } catch (error) {
      if (error instanceof FaultError) return error.fault;
      throw error;
    }
  }

  #opened(): Promise<unknown>[] {
    return [...this.#opening.values()].map(({ room }) => room);
  }

  async #closeIdle(): Promise<void> {
    const now = (this.#options.now ?? Date.now)();
    for (const [id, room] of this.#rooms) {
      if (!room.quiet) {
        this.#quietSince.delete(id);
        continue;
      }
      const since = this.#quietSince.get(id);
      if (since === undefined || since > now) this.#quietSince.set(id, now);
      else if (now - since >= this.#idleMs) this.#close(id, room);
    }
  }

  #close(id: NotebookId, room: DocumentRoom): void {
    this.#rooms.delete(id);
    this.#quietSince.delete(id);
    const closing = room
      .stop()
      .catch(this.#report)
      .finally(() => this.#closing.delete(id));
    this.#closing.set(id, closing);
  }

  #below(path: string): DocumentRoom[] {
    return [...this.#rooms.values()].filter((room) => !room.detached && isWithin(room.path, path));
  }

  /** Of a path without a file: its notebook, or the one that was trashed there last, whose tabs come back to it. */
  #lastAt(path: string): DocumentRoom | undefined {
    return this.byPath(path) ?? this.list().findLast((room) => room.path === path);
  }

  /** The canonical path of a file, also of one that is gone. */
  async #find(path: string): Promise<Fault | Place> {
    const { workspace } = this.#options;
    const found = await workspace.resolve(path);
    if (!isFault(found)) return { path: found.path, gone: false };
    if (found.fault !== 'file.notFound') return found;
    const place = await workspace.resolveEntry(path);
    const wanted = isFault(place) ? path : place.path;
    const isKnown = this.#ids.get(wanted) !== undefined || this.#lastAt(wanted) !== undefined;
    return isKnown ? { path: wanted, gone: true } : found;
  }

  /**
   * Runs `act` with the canonical paths (last part not followed) while nothing at or below them is opened or saved. A
   * path that leads nowhere is undefined: the workspace says why.
   */
  #relocate<Value>(
    paths: readonly string[],
    act: (places: readonly (string | undefined)[]) => Promise<Value | Fault>,
  ): Promise<Value | Fault> {
    const work = this.#relocating.then(async () => {
      await Promise.allSettled([...this.#opened(), ...this.#closing.values()]);
      const found = await Promise.all(paths.map((path) => this.#options.workspace.resolveEntry(path)));
      const places = found.map((place) => (isFault(place) ? undefined : place.path));
      const rooms = new Set(places.flatMap((place) => (place === undefined ? [] : this.#below(place))));
      const held = [...rooms].reduce<() => Promise<Value | Fault>>(
        (inner, room) => () => room.hold(inner),
        () => act(places),
      );
      return held();
    });
    this.#relocating = work.catch(() => undefined);
    return work;
  }

  /** A trashed notebook that is saved anew takes its path back. */
  async #reclaim(path: string, notebookId: NotebookId): Promise<Fault | null> {
    if (this.byPath(path) !== undefined) return fault('file.exists', `“${path}” is another notebook now.`);
    try {
      await this.#ids.set(path, notebookId);
      return null;
    } catch (error) {
      if (error instanceof FaultError) return error.fault;
      throw error;
    }
  }

  get #ids(): NotebookIndex {
    if (this.#index === null) throw new Error('Rooms.run() was not called');
    return this.#index;
  }

  readonly #report = (error: unknown): void => {
    if (this.#options.onError === undefined) throw error;
    this.#options.onError(error);
  };
}

async function hasContent(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}
