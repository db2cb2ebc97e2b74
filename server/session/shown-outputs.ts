import type { Fault } from '#lib/core/fault.ts';
import type { CellId, NotebookId } from '#lib/core/ids.ts';
import type { Output, StoredValue } from '#lib/core/notebook/output.ts';
import type { LoadedCell } from '#lib/core/session/event.ts';
import { linkImages, type RasterMime } from '#lib/core/session/link-images.ts';
import { shortenStream } from '#lib/core/session/stream-output.ts';
import { hasStoredValues } from '#lib/core/session/stored-values.ts';
import type { CellState, NotebookRunState } from '#lib/core/session/state.ts';
import { placeholderOf, weighOutput, withholdOutputs } from '#lib/core/session/withhold.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import {
  findImage,
  imageName,
  tellValues,
  toldCharacters,
  toldValues,
  ValueReader,
  type ReadValues,
  type StoredImage,
  type TellParts,
} from './read-values.ts';

/** Outputs of a cell on their way to a browser. */
export type ReadCell = { readonly cellId: CellId; readonly outputs: Output[] };

/** Characters of one answer to a reader: what it has seen of it is on the screen before the rest is asked for. */
const mostRead = 4 * 1024 * 1024;
/** Characters of values that are read from the blob store for one answer: the largest one, at least. */
const mostStored = 64 * 1024 * 1024;
/** Work between two looks at what else the process has to do, in ms. */
const slice = 8;

/**
 * What browsers are told of a notebook's outputs: placeholders first, the outputs of cells that are seen, large images by
 * address. Nothing here is state: what is kept can be found out again.
 */
export class ShownOutputs {
  readonly #notebookId: NotebookId;
  readonly #placeholders = new WeakMap<CellState, readonly Output[]>();
  readonly #names = new WeakMap<Output, ReadonlyMap<RasterMime, string>>();
  readonly #blobs: Pick<BlobStore, 'read' | 'size'>;
  readonly #reader: ValueReader;

  constructor(notebookId: NotebookId, blobs: Pick<BlobStore, 'read' | 'size'>) {
    this.#notebookId = notebookId;
    this.#blobs = blobs;
    this.#reader = new ValueReader(blobs);
  }

  /** A cell whose run writes is told as it is read, the others as placeholders. */
  brief(cell: CellState): readonly Output[] {
    if (cell.run?.state === 'running' && !cell.outputs.some(hasStoredValues)) {
      const shown = cell.outputs.map(shortenStored);
      // Too much for one answer: read by itself, and true again from then on.
      if (shown.reduce((sum, output) => sum + weighOutput(output), 0) <= mostRead) return shown;
    }
    const known = this.#placeholders.get(cell);
    if (known !== undefined) return known;
    const made = withholdOutputs(cell.outputs);
    this.#placeholders.set(cell, made);
    return made;
  }

  /** Does the work of `brief` for all cells, in slices: those of a large file are parsed on the way. */
  async prepare(state: NotebookRunState): Promise<void> {
    let begun = performance.now();
    for (const cell of state.cells.values()) {
      this.brief(cell);
      if (performance.now() - begun < slice) continue;
      await new Promise((resolve) => setImmediate(resolve));
      begun = performance.now();
    }
  }

  /** As `brief`, for results that were read from the file anew. */
  briefCells(state: NotebookRunState, cells: readonly LoadedCell[]): LoadedCell[] {
    return cells.map(({ cellId, executionCount }) => {
      const cell = state.cells.get(cellId);
      return { cellId, executionCount, outputs: cell === undefined ? [] : [...this.brief(cell)] };
    });
  }

  /** Reads the stored values that `read` tells of these cells. */
  async fetch(state: NotebookRunState, cellIds: readonly CellId[]): Promise<ReadValues> {
    const wanted: StoredValue[] = [];
    let characters = 0;
    let room = mostStored;
    for (const cellId of cellIds) {
      const values = state.cells.get(cellId)?.outputs.flatMap(toldValues) ?? [];
      const told = values.reduce((sum, value) => sum + value.characters, 0);
      if (characters > 0 && characters + told > mostRead) break;
      characters += told;
      for (const value of values) {
        if (value.characters > room) continue;
        room -= value.characters;
        wanted.push(value);
      }
    }
    return this.#reader.read(wanted);
  }

  /**
   * The outputs of cells in the order asked for, as many as an answer may hold, one cell at least. One with a value that is
   * not among those fetched (it was stored since) is told as a placeholder: it is asked for again.
   */
  read(state: NotebookRunState, cellIds: readonly CellId[], values: ReadValues): ReadCell[] {
    const cells: ReadCell[] = [];
    let characters = 0;
    const room = { characters: mostStored };
    for (const cellId of cellIds) {
      const present = state.cells.get(cellId)?.outputs ?? [];
      const told = present.reduce((sum, output) => sum + toldCharacters(output), 0);
      if (cells.length > 0 && characters + told > mostRead) break;
      const outputs = present.map((output) => this.#linked(cellId, output, { values, room }));
      for (const output of outputs) characters += weighOutput(output);
      if (cells.length > 0 && characters > mostRead) break;
      cells.push({ cellId, outputs });
    }
    return cells;
  }

  /** The image that a link names; null when the cell shows another one by now. */
  image(cell: CellState | undefined, hash: string): Promise<StoredImage | Fault | null> {
    return findImage(cell?.outputs ?? [], hash, this.#blobs, (...image) => this.#nameOf(...image));
  }

  #linked(cellId: CellId, output: Output, answer: Pick<TellParts, 'values' | 'room'>): Output {
    const urlOf = (name: string): string => {
      const query = new URLSearchParams({ notebookId: this.#notebookId, cellId });
      return `/api/v1/images/${name}?${query.toString()}`;
    };
    const told = hasStoredValues(output)
      ? (tellValues(output, { blobs: this.#blobs, urlOf, ...answer }) ?? placeholderOf(output))
      : shortenStored(output);
    return linkImages(told, (mime, base64) => urlOf(this.#nameOf(output, mime, base64)));
  }

  #nameOf(output: Output, mime: RasterMime, base64: string): string {
    const known = this.#names.get(output);
    const name = known?.get(mime) ?? imageName(base64);
    if (known?.has(mime) !== true) this.#names.set(output, new Map([...(known ?? []), [mime, name]]));
    return name;
  }
}

function shortenStored(output: Output): Output {
  return output.output_type === 'stream' && output.stored !== undefined ? shortenStream(output) : output;
}
