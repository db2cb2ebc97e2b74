import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { isFault } from '#lib/core/fault.ts';
import { cellId, type CellId } from '#lib/core/ids.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import { readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { readNotebook } from '#lib/core/notebook/read-notebook.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { MemoryLine, type RoomsDoor } from '#server/testing/memory-line.ts';
import { syncTimes } from './sync-options.ts';
import { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';

/**
 * Random edits, saves, changes on disk, lost lines, lost answers, restarts, crashes and lost epochs, from several
 * browsers. Whatever happened: one valid notebook on disk, the same in every browser, every line that was typed in a
 * cell that still exists, no cell twice, no cell blank.
 */
const times = { ...syncTimes, quietMs: 15, latestMs: 60, retryMs: 20, pollMs: 40, settleMs: 10 };
const clientCount = 3;

type Step =
  | { readonly do: 'type'; readonly client: number; readonly cell: number; readonly line: number }
  | {
      readonly do: 'insert' | 'delete' | 'move' | 'undo';
      readonly client: number;
      readonly cell: number;
      readonly to: number;
    }
  | { readonly do: 'cut' | 'join' | 'loseAnswer' | 'save'; readonly client: number }
  | { readonly do: 'diskType' | 'diskInsert' | 'diskDelete' | 'diskMove'; readonly cell: number; readonly to: number }
  | { readonly do: 'restart' | 'crash' | 'loseEpoch' | 'wait' };

const at = fc.nat({ max: 11 });
const client = fc.nat({ max: clientCount - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('type' as const), client, cell: at, line: at }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('insert' as const, 'delete' as const, 'move' as const, 'undo' as const),
      client,
      cell: at,
      to: at,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('cut' as const, 'join' as const, 'loseAnswer' as const, 'save' as const),
      client,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('diskType' as const, 'diskInsert' as const, 'diskDelete' as const, 'diskMove' as const),
      cell: at,
      to: at,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('restart' as const, 'crash' as const, 'loseEpoch' as const, 'wait' as const, 'wait' as const),
    }),
  },
);

type FileCell = {
  id: string;
  cell_type: string;
  source: string[];
  metadata: object;
  outputs: unknown[];
  execution_count: null;
};

class World {
  readonly base: string;
  readonly path: string;
  readonly clients: NotebookDocument[] = [];
  readonly lines: MemoryLine[] = [];
  readonly journals = new Map<string, Map<CellId, CellResults>>();
  readonly errors: unknown[] = [];
  /** Lines typed in browsers, by the cell they were typed in. */
  readonly typed = new Map<string, CellId>();
  /** Cells that somebody deleted, which takes what others typed in them; they may have come back since. */
  readonly deleted = new Set<string>();
  /** With the log, the order of edits is lost: browsers that come back in the same moment may each bring back one line. */
  lostEpoch = false;
  rooms: Rooms;
  #count = 0;

  private constructor(base: string) {
    this.base = base;
    this.path = join(base, 'work', 'a.ipynb');
    this.rooms = this.#newRooms();
  }

  static async begin(): Promise<World> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-converge-')));
    await mkdir(join(base, 'work'));
    const world = new World(base);
    world.#writeCells([world.#cell(), world.#cell(), world.#cell()]);
    await world.rooms.run();
    for (let index = 0; index < clientCount; index++) {
      const line = new MemoryLine(`c${index}`, () => world.#door());
      const document = new NotebookDocument(line, 'a.ipynb');
      world.lines.push(line);
      world.clients.push(document);
      document.run();
    }
    await world.until(() => world.clients.every((one) => one.getSnapshot().docState === 'ready'));
    return world;
  }

  async run(step: Step): Promise<void> {
    switch (step.do) {
      case 'type': {
        const { document, id } = this.#target(step.client, step.cell);
        if (id === undefined || !document.canEdit()) return;
        const text = document.text(id);
        if (text === undefined) return;
        const lines = text.toString().split('\n');
        const after = lines.slice(0, 1 + (step.line % lines.length)).join('\n').length;
        const token = `t${this.#count++}`;
        this.typed.set(token, id);
        text.insert(after, `\n${token}`);
        return;
      }
      case 'insert': {
        const { document, id } = this.#target(step.client, step.cell);
        const token = this.#count++;
        document.insertCell(
          { id: cellId(`n${token}`), type: 'code', source: `cell n${token}`, metadata: {} },
          step.to === 0 ? null : (id ?? null),
        );
        return;
      }
      case 'delete': {
        const { document, id } = this.#target(step.client, step.cell);
        if (id === undefined || document.cellIds().length <= 2) return;
        this.deleted.add(id);
        document.deleteCells([id]);
        return;
      }
      case 'move': {
        const { document, id } = this.#target(step.client, step.cell);
        const ids = document.cellIds();
        const after = ids[step.to % Math.max(1, ids.length)];
        if (id !== undefined) document.moveCells([id], step.to === 0 || after === id ? null : (after ?? null));
        return;
      }
      case 'undo': {
        const document = this.clients[step.client] as NotebookDocument;
        const before = document.cellIds();
        document.undo();
        for (const id of before) if (!document.cellIds().includes(id)) this.deleted.add(id);
        return;
      }
      case 'cut':
        return this.lines[step.client]?.cut();
      case 'join':
        return this.lines[step.client]?.join();
      case 'loseAnswer':
        return this.lines[step.client]?.loseNextAnswer();
      case 'save': {
        const document = this.clients[step.client];
        if (document?.getSnapshot().docState === 'ready') void document.save();
        return;
      }
      case 'diskType':
      case 'diskInsert':
      case 'diskDelete':
      case 'diskMove':
        return this.#editDisk(step.do, step.cell, step.to);
      case 'restart':
        return this.#restart(async () => this.rooms.stop());
      case 'crash':
        return this.#restart(() => this.#crash());
      case 'loseEpoch':
        this.lostEpoch = true;
        return this.#restart(async () => {
          await this.#crash();
          await rm(join(this.base, 'state', 'notebooks'), { recursive: true, force: true });
        });
      case 'wait':
        return void (await new Promise((resolve) => setTimeout(resolve, 30)));
    }
  }

  /** Everybody is back, everything is handed over and saved. */
  async settle(): Promise<void> {
    for (const line of this.lines) line.join();
    await this.until(async () => {
      if (
        !this.clients.every((one) => one.getSnapshot().docState === 'ready' && one.getSnapshot().saveState === 'saved')
      )
        return false;
      const room = this.rooms.byPath('a.ipynb');
      if (room === undefined || room.state().save.status !== 'saved') return false;
      await room.look();
      const expected = JSON.stringify(readDoc(room.doc));
      return (
        room.state().save.status === 'saved' &&
        this.clients.every((one) => JSON.stringify(readDoc(one.doc)) === expected) &&
        // A change on disk is taken in once the file has been quiet for a moment; until then the two differ.
        (await this.#sourcesOnDisk()) === sourcesOf(readDoc(room.doc))
      );
    });
  }

  async #sourcesOnDisk(): Promise<string | null> {
    const file = readNotebook(await readFile(this.path, 'utf8'));
    return file.kind === 'broken' ? null : sourcesOf(file);
  }

  async check(): Promise<void> {
    const room = this.rooms.byPath('a.ipynb') as DocumentRoom;
    const content = readDoc(room.doc);
    for (const document of this.clients) expect(readDoc(document.doc)).toEqual(content);
    const file = readNotebook(await readFile(this.path, 'utf8'));
    if (file.kind === 'broken') throw new Error(file.problem.message);
    expect(file.notices).toEqual([]);
    expect(file.cells.map(({ id, source }) => [id, source])).toEqual(
      content.cells.map(({ id, source }) => [id, source]),
    );
    const heads = content.cells.map((cell) => cell.source.split('\n')[0]);
    expect(heads).toEqual(content.cells.map((cell) => `cell ${cell.id}`));
    if (!this.lostEpoch) this.checkLines();
    expect(this.errors).toEqual([]);
  }

  /** Every line that was typed in a cell that nobody deleted is there, and no line is there twice. */
  checkLines(): void {
    const { cells } = readDoc((this.rooms.byPath('a.ipynb') as DocumentRoom).doc);
    const all = cells.flatMap((cell) => cell.source.split('\n'));
    expect(all).toEqual([...new Set(all)]);
    const here = new Map(cells.map((cell) => [cell.id, new Set(cell.source.split('\n'))]));
    const lost = [...this.typed].filter(([token, id]) => here.get(id)?.has(token) === false && !this.deleted.has(id));
    expect(lost).toEqual([]);
  }

  async end(): Promise<void> {
    for (const document of this.clients) document.discard();
    await this.rooms.stop();
    await rm(this.base, { recursive: true, force: true });
  }

  async until(done: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!(await done())) {
      if (Date.now() > deadline) {
        const room = this.rooms.byPath('a.ipynb');
        throw new Error(
          `never settled: ${JSON.stringify([room?.state(), ...this.clients.map((one) => one.getSnapshot())], null, 1)}\n` +
            [room?.doc, ...this.clients.map((one) => one.doc)]
              .map((doc) =>
                doc === undefined ? '-' : JSON.stringify(readDoc(doc).cells.map((one) => [one.id, one.source])),
              )
              .join('\n'),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #door(): RoomsDoor {
    return this.rooms;
  }

  #target(index: number, cell: number): { readonly document: NotebookDocument; readonly id: CellId | undefined } {
    const document = this.clients[index] as NotebookDocument;
    const ids = document.cellIds();
    return { document, id: ids[cell % Math.max(1, ids.length)] };
  }

  async #editDisk(how: 'diskType' | 'diskInsert' | 'diskDelete' | 'diskMove', cell: number, to: number): Promise<void> {
    // Reads and writes in one go, and not within one of our saves: an editor that writes back what it had read before our
    // save takes that save back on purpose, and one that writes between our last look and our rename loses.
    await this.until(() => this.rooms.byPath('a.ipynb')?.state().save.status !== 'saving');
    const { cells } = JSON.parse(readFileSync(this.path, 'utf8')) as { cells: FileCell[] };
    const target = cells[cell % cells.length];
    if (target === undefined) return;
    if (how === 'diskType')
      target.source = [...target.source.slice(0, -1), `${target.source.at(-1) ?? ''}\n`, `d${this.#count++}`];
    else if (how === 'diskInsert') cells.splice(to % (cells.length + 1), 0, this.#cell());
    else if (cells.length > 2) {
      if (how === 'diskDelete') this.deleted.add(target.id);
      cells.splice(cells.indexOf(target), 1);
      if (how === 'diskMove') cells.splice(to % (cells.length + 1), 0, target);
    }
    this.#writeCells(cells);
  }

  #cell(): FileCell {
    const id = `f${this.#count++}`;
    return { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: [`cell ${id}`] };
  }

  #writeCells(cells: readonly FileCell[]): void {
    // As git does: another file takes the place of the old one.
    const next = `${this.path}.next`;
    writeFileSync(next, `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`);
    renameSync(next, this.path);
  }

  async #restart(stop: () => Promise<void>): Promise<void> {
    const up = this.lines.filter((line) => line.status() === 'connected');
    for (const line of up) line.cut();
    await stop();
    this.rooms = this.#newRooms();
    await this.rooms.run();
    for (const line of up) line.join();
  }

  /** What the disk had at this moment is all that is left. */
  async #crash(): Promise<void> {
    const copy = join(this.base, 'crash');
    await rm(copy, { recursive: true, force: true });
    await mkdir(copy);
    execFileSync('cp', ['-a', join(this.base, 'state'), join(this.base, 'work'), copy]);
    await this.rooms.stop();
    for (const name of ['state', 'work']) {
      await rm(join(this.base, name), { recursive: true, force: true });
      await rename(join(copy, name), join(this.base, name));
    }
  }

  #newRooms(): Rooms {
    return new Rooms({
      workspace: new Workspace(join(this.base, 'work'), join(this.base, 'state', 'trash')),
      stateFolder: join(this.base, 'state'),
      createResults: async (room) => {
        const store = this.journals.get(room.notebookId) ?? new Map<CellId, CellResults>();
        this.journals.set(room.notebookId, store);
        return new MemoryResults(store);
      },
      times,
      onError: (error) => this.errors.push(error),
    });
  }
}

function sourcesOf(notebook: { readonly cells: readonly { readonly id: string; readonly source: string }[] }): string {
  return JSON.stringify(notebook.cells.map(({ id, source }) => [id, source]));
}

describe('convergence', () => {
  it(
    'holds for random edits, saves, changes on disk, lost lines, restarts and lost epochs',
    { timeout: 300_000 },
    async () => {
      const numRuns = Number(process.env['FARFIELD_RUNS'] ?? 25);
      const seed = Number(process.env['FARFIELD_SEED'] ?? Date.now() % 2 ** 31);
      console.log(`convergence: seed ${seed}, ${numRuns} runs (FARFIELD_SEED, FARFIELD_RUNS)`);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const world = await World.begin();
          try {
            for (const one of steps) await world.run(one);
            await world.settle();
            await world.check();
          } finally {
            await world.end();
          }
        }),
        { seed, numRuns, endOnFailure: process.env['FARFIELD_SHRINK'] === undefined },
      );
    },
  );

  it('brings lines back once when the epoch is lost, acknowledged ones and those typed without a line', async () => {
    const world = await World.begin();
    try {
      for (const client of [0, 1, 2]) await world.run({ do: 'type', client, cell: 0, line: 1 });
      await Promise.all(world.clients.map((one) => one.flushed()));
      for (const client of [0, 1, 2]) await world.run({ do: 'cut', client });
      expect(world.clients[0]?.getSnapshot().docState).toBe('offline');
      await world.run({ do: 'type', client: 0, cell: 1, line: 0 });
      await world.run({ do: 'type', client: 1, cell: 1, line: 0 });
      expect(world.clients[0]?.getSnapshot().saveState).toBe('unsaved');
      await world.run({ do: 'loseEpoch' });
      await world.settle();
      await world.check();
      world.checkLines();
      expect(isFault(await (world.clients[0] as NotebookDocument).save())).toBe(false);
    } finally {
      await world.end();
    }
  });
});
