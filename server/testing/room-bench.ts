import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Y from 'yjs';
import { isFault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import { readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { DocumentRoom } from '#server/document/room.ts';
import { Rooms } from '#server/document/rooms.ts';
import { syncTimes, type SyncTimes } from '#server/document/sync-options.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from './memory-results.ts';

/** Saves come soon; the file is looked at when it changes, or when a test says so. */
export const quickTimes: Partial<SyncTimes> = {
  quietMs: 30,
  latestMs: 200,
  retryMs: 50,
  pollMs: 100_000,
  settleMs: 20,
};

type BenchOptions = { readonly effects?: DiskEffects; readonly idleMs?: number };

/** Rooms on a real disk, with results in memory. `work` is the served folder, `state` the server's own. */
export class RoomBench {
  readonly base: string;
  readonly root: string;
  readonly state: string;
  /** Of `a.ipynb`. */
  readonly path: string;
  /** Bugs that the rooms reported: none, at the end of every test. */
  readonly errors: unknown[] = [];
  readonly times: SyncTimes;
  /** Results of the room that was opened last. */
  results = new MemoryResults();
  #rooms: Rooms | null = null;
  #journals = new Map<string, Map<CellId, CellResults>>();

  private constructor(base: string, times: Partial<SyncTimes>) {
    this.base = base;
    this.root = join(base, 'work');
    this.state = join(base, 'state');
    this.path = join(this.root, 'a.ipynb');
    this.times = { ...syncTimes, ...times };
  }

  /** Folders with nothing in them. */
  static async make(times: Partial<SyncTimes> = {}): Promise<RoomBench> {
    const bench = new RoomBench(await realpath(await mkdtemp(join(tmpdir(), 'farfield-rooms-'))), times);
    await mkdir(bench.root);
    return bench;
  }

  get rooms(): Rooms {
    if (this.#rooms === null) throw new Error('start the bench first');
    return this.#rooms;
  }

  /** A server, in place of the one before. */
  async start({ effects = diskEffects, idleMs = 60_000 }: BenchOptions = {}): Promise<void> {
    await this.#rooms?.stop();
    this.#rooms = new Rooms(
      {
        workspace: new Workspace(this.root, join(this.state, 'trash')),
        stateFolder: this.state,
        createResults: async (room) => {
          const store = this.#journals.get(room.notebookId) ?? new Map<CellId, CellResults>();
          this.#journals.set(room.notebookId, store);
          this.results = new MemoryResults(store);
          return this.results;
        },
        times: this.times,
        idleMs,
        onError: (error) => this.errors.push(error),
      },
      effects,
    );
    await this.#rooms.run();
  }

  async stop(): Promise<void> {
    await this.#rooms?.stop();
    await rm(this.base, { recursive: true, force: true });
  }

  async open(name = 'a.ipynb'): Promise<DocumentRoom> {
    const room = await this.rooms.open(name);
    if (!(room instanceof DocumentRoom)) throw new Error(JSON.stringify(room));
    return room;
  }

  /**
   * The server dies: nothing is saved or closed. What is in flight is waited for, so that tests do not race their own
   * cleanup.
   */
  async crashAndRestart(): Promise<void> {
    const copy = join(this.base, 'crash');
    await rm(copy, { recursive: true, force: true });
    execFileSync('cp', ['-a', this.state, copy]);
    const file = await readFile(this.path).catch(() => null);
    await this.rooms.stop();
    if (file !== null) await writeFile(this.path, file);
    else await rm(this.path, { force: true });
    await rm(this.state, { recursive: true });
    await rename(copy, this.state);
    await this.start();
  }

  /** Id and source of the cells of a file. */
  async onDisk(name = 'a.ipynb'): Promise<[id: string, source: string][]> {
    const { cells } = JSON.parse(await readFile(join(this.root, name), 'utf8')) as {
      cells: { id: string; source: string[] }[];
    };
    return cells.map((one) => [one.id, one.source.join('')]);
  }
}

/** Edits as a page does: on a document of its own, handed over as an update. */
export async function editAsPage(room: DocumentRoom, change: (doc: Y.Doc) => void): Promise<void> {
  const page = new Y.Doc();
  Y.applyUpdate(page, room.diffFor());
  const before = Y.encodeStateVector(page);
  change(page);
  const refused = await room.applyUpdate(Y.encodeStateAsUpdate(page, before), 'page');
  page.destroy();
  if (isFault(refused)) throw new Error(`${refused.fault}: ${refused.message}`);
}

/** Waits until the file has everything. */
export async function saved(room: DocumentRoom): Promise<void> {
  for (let waited = 0; room.state().save.status !== 'saved'; waited += 1) {
    if (waited === 2_000) throw new Error(`waited in vain for a save: ${JSON.stringify(room.state())}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const sourcesOf = (room: DocumentRoom) => readDoc(room.doc).cells.map((one) => one.source);

/** A code cell as nbformat writes it. */
export const codeCell = (id: string, source: string, outputs: unknown[] = []) => ({
  cell_type: 'code',
  execution_count: null,
  id,
  metadata: {},
  outputs,
  source: [source],
});

export const notebookText = (...cells: unknown[]) =>
  `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
