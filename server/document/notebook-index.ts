import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, isFault } from '#lib/core/fault.ts';
import type { NotebookId } from '#lib/core/ids.ts';
import { notebookIdField } from '#lib/protocol/fields.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { errnoOf, ioFault } from '#server/storage/io-fault.ts';
import { writeFileDurably } from '#server/storage/write-file.ts';
import { isWithin } from '#server/storage/workspace-path.ts';

/** Which path is which notebook: `<state>/notebooks/index.json`. Written by the rooms alone, durably before a room opens. */
const indexSchema = z.object({ version: z.literal(1), notebooks: z.record(z.string(), notebookIdField) });

export class NotebookIndex {
  readonly #path: string;
  readonly #effects: DiskEffects;
  readonly #ids: Map<string, NotebookId>;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, ids: Map<string, NotebookId>, effects: DiskEffects) {
    this.#path = path;
    this.#ids = ids;
    this.#effects = effects;
  }

  /** A damaged or absent index is an empty one: notebooks begin anew from their files. */
  static async open(folder: string, effects: DiskEffects = diskEffects): Promise<NotebookIndex> {
    const path = join(folder, 'index.json');
    try {
      const parsed = indexSchema.safeParse(JSON.parse(Buffer.from(await effects.readFile(path)).toString('utf8')));
      return new NotebookIndex(path, new Map(parsed.success ? Object.entries(parsed.data.notebooks) : []), effects);
    } catch (error) {
      if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT')
        return new NotebookIndex(path, new Map(), effects);
      throw new FaultError(ioFault(error, 'the state folder'), { cause: error });
    }
  }

  get(path: string): NotebookId | undefined {
    return this.#ids.get(path);
  }

  pathOf(notebookId: NotebookId): string | undefined {
    for (const [path, id] of this.#ids) if (id === notebookId) return path;
    return undefined;
  }

  /** Durable when it resolves; not set at all when it throws a FaultError. */
  async set(path: string, notebookId: NotebookId): Promise<void> {
    const before = this.#ids.get(path);
    if (before === notebookId) return;
    this.#ids.set(path, notebookId);
    try {
      await this.#write();
    } catch (error) {
      if (before === undefined) this.#ids.delete(path);
      else this.#ids.set(path, before);
      throw error;
    }
  }

  /** What is remembered of a file, or of everything in a folder. */
  below(path: string): readonly (readonly [path: string, NotebookId])[] {
    return [...this.#ids].filter(([one]) => isWithin(one, path));
  }

  /** What takes this path next is another notebook. */
  async forget(path: string): Promise<void> {
    const rows = this.below(path);
    for (const [one] of rows) this.#ids.delete(one);
    if (rows.length > 0) await this.#write();
  }

  /** A file or a folder was renamed. What was remembered of the new path is forgotten. */
  async moved(from: string, to: string): Promise<void> {
    const moves = this.below(from);
    const gone = [...moves, ...this.below(to)];
    if (gone.length === 0) return;
    for (const [path] of gone) this.#ids.delete(path);
    for (const [path, id] of moves) this.#ids.set(to + path.slice(from.length), id);
    await this.#write();
  }

  async #write(): Promise<void> {
    const work = this.#writing.then(async () => {
      const bytes = Buffer.from(JSON.stringify({ version: 1, notebooks: Object.fromEntries(this.#ids) }));
      const refused = await writeFileDurably(
        this.#path,
        bytes,
        { label: 'the state folder', mode: 0o600 },
        this.#effects,
      );
      if (isFault(refused)) throw new FaultError(refused);
    });
    this.#writing = work.catch(() => undefined);
    await work;
  }
}
