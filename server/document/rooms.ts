import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultError, fault, isFault, type Fault } from '#lib/core/fault.ts';
import { notebookId as toNotebookId, type NotebookId } from '#lib/core/ids.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { errnoOf } from '#server/storage/io-fault.ts';
import { isWithin } from '#server/storage/workspace-path.ts';
import type { Workspace } from '#server/storage/workspace.ts';
import type { SyncTimes } from './file-sync.ts';
import { NotebookIndex } from './notebook-index.ts';
import type { OpenedText } from './parse-file.ts';
import type { ResultsPort } from './results-port.ts';
import { DocumentRoom, type RoomSource } from './room.ts';

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

const mostStopMs = 15_000;

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #effects: DiskEffects;
  readonly #folder: string;
  readonly #idleMs: number;
  readonly #rooms = new Map<NotebookId, DocumentRoom>();
  readonly #opening = new Map<string, Promise<DocumentRoom | OpenedText | Fault>>();
  readonly #closing = new Map<string, Promise<void>>();
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
    if (this.#stopping) return fault('server.stopping', 'The server is stopping.');
    const found = await this.#options.workspace.resolve(path);
    if (isFault(found)) return (found.fault === 'file.notFound' ? this.byPath(path) : undefined) ?? found;
    if (found.path === '') return fault('file.kind', 'This is a folder.');
    const open = this.byPath(found.path);
    if (open !== undefined) {
      this.#quietSince.delete(open.notebookId);
      return open;
    }
    const opening =
      this.#opening.get(found.path) ?? this.#openOne(found.path).finally(() => this.#opening.delete(found.path));
    this.#opening.set(found.path, opening);
    return opening;
  }

  get(notebookId: NotebookId): DocumentRoom | undefined {
    return this.#rooms.get(notebookId);
  }

  byPath(path: string): DocumentRoom | undefined {
    for (const room of this.#rooms.values()) if (room.path === path) return room;
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
      // A file that is gone or broken keeps its journal and its log; nothing can be shown of it now.
      await this.open(path);
    }
  }

  /** Saves what is open at or below a path, before it is renamed or trashed. */
  async settle(path: string): Promise<void> {
    for (const room of this.#below(path)) if (room.state().save.status !== 'saved') await room.save();
  }

  /** A file or folder was renamed by us: its rooms go on under the new path. */
  async moved(from: string, to: string): Promise<void> {
    const rooms = this.#below(from).map((room) => [room, to + room.path.slice(from.length)] as const);
    await this.#ids.moved(from, to);
    for (const [room, path] of rooms) await room.renamed(path);
  }

  /** A file or folder was trashed by us: its rooms say so. */
  async trashed(path: string): Promise<void> {
    await Promise.all(this.#below(path).map((room) => room.look()));
  }

  /** Saves and closes everything, within a bounded time: what a hanging disk does not take stays in the logs. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#sweep !== null) clearInterval(this.#sweep);
    const abandon = new AbortController();
    const all = async () => {
      await Promise.allSettled(this.#opening.values());
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

  async #openOne(path: string): Promise<DocumentRoom | OpenedText | Fault> {
    await this.#closing.get(path);
    const { workspace, createResults, times, now } = this.#options;
    try {
      const notebookId = this.#ids.get(path) ?? toNotebookId(randomBytes(10).toString('hex'));
      const room = await DocumentRoom.open(
        {
          notebookId,
          path,
          folder: join(this.#folder, notebookId),
          workspace,
          createResults,
          onError: this.#report,
          ...(times === undefined ? {} : { times }),
          ...(now === undefined ? {} : { now }),
        },
        this.#effects,
      );
      if (!(room instanceof DocumentRoom)) return room;
      this.#rooms.set(notebookId, room);
      await this.#ids.set(path, notebookId);
      return room;
    } catch (error) {
      if (error instanceof FaultError) return error.fault;
      throw error;
    }
  }

  async #closeIdle(): Promise<void> {
    const now = (this.#options.now ?? Date.now)();
    for (const [id, room] of this.#rooms) {
      if (!room.quiet) {
        this.#quietSince.delete(id);
        continue;
      }
      const since = this.#quietSince.get(id);
      if (since === undefined) this.#quietSince.set(id, now);
      else if (now - since >= this.#idleMs) this.#close(id, room);
    }
  }

  #close(id: NotebookId, room: DocumentRoom): void {
    const { path } = room;
    this.#rooms.delete(id);
    this.#quietSince.delete(id);
    const closing = room
      .stop()
      .catch(this.#report)
      .finally(() => this.#closing.delete(path));
    this.#closing.set(path, closing);
  }

  #below(path: string): DocumentRoom[] {
    return [...this.#rooms.values()].filter((room) => isWithin(room.path, path));
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
