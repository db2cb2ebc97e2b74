import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { errnoOf } from './io-fault.ts';
import { writeFileDurably } from './write-file.ts';

const recordSchema = z.object({
  id: z.string(),
  /** Where it goes, in the workspace. */
  path: z.string(),
  size: z.number(),
  key: z.string(),
  by: z.string(),
  /** Hidden name of the bytes that came so far, beside the target: their number is the offset. */
  part: z.string(),
  /** Last sign of life, ms. */
  at: z.number(),
});
export type UploadRecord = z.infer<typeof recordSchema>;

/** What is known of unfinished uploads, one file each in the state folder: a new server goes on with them. */
export class UploadRecords {
  readonly #folder: string;
  readonly #records = new Map<string, UploadRecord>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what an earlier process left. A damaged record is forgotten. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const record = await readRecord(join(this.#folder, name));
      if (record === null) await rm(join(this.#folder, name), { force: true });
      else this.#records.set(record.id, record);
    }
  }

  get(id: string): UploadRecord | undefined {
    return this.#records.get(id);
  }

  all(): readonly UploadRecord[] {
    return [...this.#records.values()];
  }

  /** The same file of the same person on its way to the same place. */
  find(wanted: Pick<UploadRecord, 'path' | 'size' | 'key' | 'by'>): UploadRecord | undefined {
    return this.all().find(
      ({ path, size, key, by }) =>
        path === wanted.path && size === wanted.size && key === wanted.key && by === wanted.by,
    );
  }

  async put(record: UploadRecord): Promise<Fault | null> {
    const refused = await writeFileDurably(this.#fileOf(record.id), Buffer.from(JSON.stringify(record)), {
      label: 'the list of uploads',
    });
    if (!isFault(refused)) this.#records.set(record.id, record);
    return refused;
  }

  /** In memory alone: after a kill an upload looks as old as it was when it began. */
  touch(id: string, at: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#records.set(id, { ...record, at });
  }

  async remove(id: string): Promise<void> {
    this.#records.delete(id);
    await rm(this.#fileOf(id), { force: true });
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

async function readRecord(file: string): Promise<UploadRecord | null> {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (errnoOf(error) === null && !(error instanceof SyntaxError)) throw error;
    return null;
  }
}
