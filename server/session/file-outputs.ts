import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, isFault, type Fault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import { markerOutput, readMarker } from '#lib/core/notebook/marker.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import { outputSchema, type Output, type StreamOutput } from '#lib/core/notebook/output.ts';
import type { LoadedCell } from '#lib/core/session/event.ts';
import type { Run } from '#lib/core/session/state.ts';
import { hasStoredValues, type StoredDisplay } from '#lib/core/session/stored-values.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import type { BlobHash, BlobStore } from '#server/storage/blob-store.ts';
import { errnoOf } from '#server/storage/io-fault.ts';
import { backOf, frontOf, measureOutput } from './file-measure.ts';
import { gatherValues, readValueNow } from './read-values.ts';

/**
 * A cell's outputs as its file has them: whole up to a limit, and above it the beginning, the end, and a marker between
 * that names the blob with all of it. The way back, too: what was left out of a file is put in its place again when the
 * file is read where that blob is.
 *
 * The names of those blobs are kept in `<folder>/stored-outputs`, one a line: nothing else on this machine refers to them
 * once the journal is gone.
 */
export type FileOutputsParts = {
  readonly blobs: BlobStore;
  /** The notebook's state folder. */
  readonly folder: string;
  /** Bytes of a cell's outputs in the file. */
  readonly limit: number;
};

export const keptNamesFile = 'stored-outputs';
/** No character is longer in a file, its escape and its share of a list of lines counted. */
const mostPerCharacter = 16;
/** Bytes of a cell that runs: each save writes them anew, and the whole comes with its end. */
const mostWhileOpen = 1024 * 1024;
const wholeSchema = z.object({ outputs: z.array(outputSchema) });

export class FileOutputs {
  readonly #parts: FileOutputsParts;
  /** The last answer: it is asked for twice in a row, and it may be long. */
  #last: { readonly results: CellResults; readonly outputs: readonly Output[] } | null = null;
  /** What is in the file of names. */
  readonly #named: Set<BlobHash>;
  /** The names that a cell has now, as far as this process has looked. */
  readonly #namesOf = new Map<CellId, readonly BlobHash[]>();
  /** Cells whose file has less than it may have because they run. */
  readonly #open = new Set<CellId>();
  /** Names that cells had: forgotten once the notebook is saved. */
  readonly #dropped = new Set<BlobHash>();

  constructor(parts: FileOutputsParts) {
    this.#parts = parts;
    this.#named = new Set(readNames(join(parts.folder, keptNamesFile)));
  }

  /** The outputs themselves (the same array) when they are small. */
  of(cellId: CellId, results: CellResults & { readonly run?: Run | null }): readonly Output[] {
    if (this.#last?.results === results) return this.#last.outputs;
    const outputs = this.#make(results);
    if (isRunning(results) && outputs !== results.outputs) this.#open.add(cellId);
    this.#name(cellId, outputs === results.outputs ? [] : outputs);
    return outputs;
  }

  #make(results: CellResults & { readonly run?: Run | null }): readonly Output[] {
    const { outputs } = results;
    const isOpen = isRunning(results);
    const limit = isOpen ? Math.min(mostWhileOpen, this.#parts.limit) : this.#parts.limit;
    let weight = 0;
    for (const output of outputs) weight += isStored(output) || hasStoredValues(output) ? limit : weighOutput(output);
    if (weight * mostPerCharacter <= limit) return outputs;
    const sizes = outputs.map(measureOutput);
    const all = sum(sizes);
    const made =
      all <= limit
        ? outputs.flatMap((output, at) => this.#whole(output, sizes[at] ?? 0, limit))
        : this.#cut(outputs, limit, isOpen);
    this.#last = { results, outputs: made };
    return made;
  }

  /** Results of a file, with what was left out of it put back where it is still here. Outputs are read when asked for. */
  restore(cells: readonly LoadedCell[]): LoadedCell[] {
    const restored = (cell: LoadedCell): Output[] => {
      if (!cell.outputs.some((output) => readMarker(output)?.kind === 'truncated')) return cell.outputs;
      this.#name(cell.cellId, cell.outputs);
      return [...restoreOutputs(cell.outputs, (hash) => this.#read(hash))];
    };
    return cells.map((cell) => {
      let outputs: Output[] | undefined;
      return {
        cellId: cell.cellId,
        executionCount: cell.executionCount,
        get outputs() {
          return (outputs ??= restored(cell));
        },
      };
    });
  }

  /** Whether a cell that ran when its file was written has ended since: the file may have more of it now. */
  ended(cells: ReadonlyMap<CellId, { readonly run: Run | null }>): boolean {
    for (const id of this.#open) {
      const cell = cells.get(id);
      if (cell?.run?.finishedAt === null) continue;
      this.#open.delete(id);
      return true;
    }
    return false;
  }

  /** The file has the present outputs: names that it had before are forgotten. */
  saved(): void {
    this.#last = null;
    if (this.#dropped.size === 0) return;
    for (const names of this.#namesOf.values()) for (const hash of names) this.#dropped.delete(hash);
    for (const hash of this.#dropped) this.#named.delete(hash);
    this.#dropped.clear();
    const file = join(this.#parts.folder, keptNamesFile);
    const lines = [...this.#named].map((hash) => `${hash}\n`);
    try {
      writeFileSync(`${file}.next`, lines.join(''), { mode: 0o600 });
      renameSync(`${file}.next`, file);
    } catch (error) {
      // The old list names more: nothing is lost by it.
      if (errnoOf(error) === null) throw error;
    }
  }

  #name(cellId: CellId, outputs: readonly Output[]): void {
    const names = namesIn(outputs);
    const before = this.#namesOf.get(cellId) ?? [];
    if (names.length === 0 && before.length === 0) return;
    for (const hash of before) this.#dropped.add(hash);
    for (const hash of names) {
      this.#dropped.delete(hash);
      this.#remember(hash);
    }
    this.#namesOf.set(cellId, names);
  }

  #remember(hash: BlobHash): void {
    if (this.#named.has(hash)) return;
    try {
      appendFileSync(join(this.#parts.folder, keptNamesFile), `${hash}\n`, { mode: 0o600 });
      this.#named.add(hash);
    } catch (error) {
      // Tried again at the next save; a blob of this age is not swept before.
      if (errnoOf(error) === null) throw error;
    }
  }

  /** An output with all of its text and values; cut where a part of that cannot be read. */
  #whole(output: Output, size: number, limit: number): Output[] {
    if (hasStoredValues(output)) return this.#valued(output, size);
    if (!isStored(output)) return [output];
    const { name, text, stored } = output;
    const parts: string[] = [stored.head];
    for (const { hash } of stored.chunks) {
      const part = this.#text(hash);
      if (part === null) return this.#cutStream(output, size, limit, false);
      parts.push(part);
    }
    return [{ output_type: 'stream', name, text: parts.join('') + text }];
  }

  /** An output with its values; of those that are lost there are words before it. */
  #valued(stored: StoredDisplay, size: number): Output[] {
    const { output, lost } = gatherValues(stored, (value) => readValueNow(value, this.#parts.blobs));
    if (lost.some(({ why }) => why === 'unreadable')) return [this.#unread(stored, size)];
    const words = lost.map((marker) => markerOutput(marker));
    return Object.keys(output.data).length === 0 ? words : [...words, output];
  }

  /**
   * The name of an output that cannot be read for the moment: reading the file puts it back. Throws what the disk says
   * when not even that can be kept: the file is saved later.
   */
  #unread(output: Output, size: number): Output {
    const whole = this.#put([output]);
    if (isFault(whole)) throw new FaultError(whole);
    return markerOutput({ kind: 'truncated', keptBytes: 0, allBytes: size, whole, around: false });
  }

  #cut(outputs: readonly Output[], limit: number, isOpen: boolean): Output[] {
    const half = limit / 2;
    const pieces = outputs.map((output) => {
      const size = measureOutput(output);
      if (output.output_type !== 'stream' || size <= half)
        return { output, size, outputs: () => this.#whole(output, size, limit) };
      return { output, size: half, outputs: () => this.#cutStream(output, size, limit, isOpen) };
    });
    if (sum(pieces.map(({ size }) => size)) <= limit) return pieces.flatMap((piece) => piece.outputs());
    let front = 0;
    for (let room = half; front < pieces.length; front += 1) {
      room -= pieces[front]?.size ?? 0;
      if (room < 0) break;
    }
    let back = pieces.length;
    for (let room = half; back > front; back -= 1) {
      room -= pieces[back - 1]?.size ?? 0;
      if (room < 0) break;
    }
    const left = pieces.slice(front, back);
    const kept = [...pieces.slice(0, front), ...pieces.slice(back)];
    const keptBytes = sum(kept.map(({ size }) => size));
    const allBytes = keptBytes + sum(left.map(({ output }) => measureOutput(output)));
    const whole = isOpen ? null : nameOf(this.#put(left.map(({ output }) => output)));
    return [
      ...pieces.slice(0, front).flatMap((piece) => piece.outputs()),
      markerOutput({ kind: 'truncated', keptBytes, allBytes, whole, around: false }),
      ...pieces.slice(back).flatMap((piece) => piece.outputs()),
    ];
  }

  #cutStream(output: StreamOutput, size: number, limit: number, isOpen: boolean): Output[] {
    const { name, text, stored } = output;
    const half = limit / 4;
    const chunks = stored?.chunks.map(({ hash }) => hash) ?? [];
    const head = frontOf([stored?.head ?? '', ...chunks.map((hash) => () => this.#text(hash)), text], half);
    const tail = backOf([stored?.head ?? '', ...chunks.map((hash) => () => this.#text(hash)), text], half);
    const whole = isOpen ? null : nameOf(this.#put([output]));
    const keptBytes = measureOutput({ ...output, text: head + tail, stored: undefined });
    return [
      { output_type: 'stream', name, text: head },
      markerOutput({ kind: 'truncated', keptBytes, allBytes: size, whole, around: true }),
      { output_type: 'stream', name, text: tail },
    ];
  }

  /** Null for what is more than a string can hold. */
  #put(outputs: readonly Output[]): BlobHash | Fault | null {
    const json = jsonOf({ outputs });
    return json === null ? null : this.#parts.blobs.putNow(Buffer.from(json));
  }

  #read(hash: BlobHash): readonly Output[] | null {
    const text = this.#text(hash);
    if (text === null) return null;
    try {
      const read = wholeSchema.safeParse(JSON.parse(text));
      return read.success ? read.data.outputs : null;
    } catch {
      // The bytes are those that were put; somebody wrote another blob's name into the file.
      return null;
    }
  }

  #text(hash: BlobHash): string | null {
    const bytes = this.#parts.blobs.readNow(hash);
    return isFault(bytes) ? null : bytes.toString();
  }
}

/** Puts what was left out in the place of its marker, and of the beginning and the end of an output that was cut. */
export function restoreOutputs(
  outputs: readonly Output[],
  read: (hash: BlobHash) => readonly Output[] | null,
): readonly Output[] {
  const restored: Output[] = [];
  for (let at = 0; at < outputs.length; at += 1) {
    const output = outputs[at];
    if (output === undefined) continue;
    const marker = readMarker(output);
    const missing = marker?.kind === 'truncated' && marker.whole !== null ? read(marker.whole) : null;
    if (marker?.kind !== 'truncated' || missing === null) restored.push(output);
    else if (!marker.around) restored.push(...missing);
    else if (fits(missing[0], restored.at(-1), outputs[at + 1])) {
      restored.splice(-1, 1, ...missing);
      at += 1;
    } else restored.push(output);
  }
  return restored;
}

/** Whether these are the beginning and the end of a stream: somebody may have changed the file. */
function fits(whole: Output | undefined, head: Output | undefined, tail: Output | undefined): boolean {
  if (whole?.output_type !== 'stream' || head?.output_type !== 'stream' || tail?.output_type !== 'stream') return false;
  if (head.name !== whole.name || tail.name !== whole.name) return false;
  const [first, last] = [whole.stored?.head ?? whole.text, whole.text];
  const [front, back] = [Math.min(first.length, head.text.length), Math.min(last.length, tail.text.length)];
  return first.slice(0, front) === head.text.slice(0, front) && last.slice(-back) === tail.text.slice(-back);
}

/** Null for more than a string can hold: the file is saved nevertheless, and its marker says that it has not all. */
function jsonOf(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The file is saved without this name when the disk does not take the blob. */
function nameOf(hash: BlobHash | Fault | null): BlobHash | null {
  return hash === null || isFault(hash) ? null : hash;
}

function isRunning({ run }: { readonly run?: Run | null }): boolean {
  return run !== undefined && run !== null && run.finishedAt === null;
}

function namesIn(outputs: readonly Output[]): BlobHash[] {
  return outputs.flatMap((output) => {
    const marker = readMarker(output);
    return marker?.kind === 'truncated' && marker.whole !== null ? [marker.whole] : [];
  });
}

function isStored(output: Output): output is StreamOutput & { readonly stored: NonNullable<StreamOutput['stored']> } {
  return output.output_type === 'stream' && output.stored !== undefined;
}

function readNames(file: string): BlobHash[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((name) => name !== '');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
