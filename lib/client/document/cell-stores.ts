import * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import type { CellContent } from '#lib/core/notebook/model.ts';
import { cellText, readCell, readNotebookMetadata } from '#lib/core/notebook/notebook-doc.ts';

/** A cell without its source, which is watched apart: typing does not render what does not show it. */
export type CellFrame = Pick<CellContent, 'type' | 'metadata' | 'attachments'>;

/** One change of the document, for what follows all cells at once. */
export type CellsChange = {
  /** Another document: nothing known of the old one holds. */
  readonly whole: boolean;
  /** Cells came, went or moved. */
  readonly order: boolean;
  readonly frames: ReadonlySet<CellId>;
  readonly sources: ReadonlySet<CellId>;
};

type Listeners = Set<() => void>;

/** Small stores over the document, by cell id. They outlive the Y.Doc: `bind` puts another one under them. */
export class CellStores {
  #doc: Y.Doc | null = null;
  #frames = new Map<CellId, CellFrame | undefined>();
  #metadata: JsonObject | null = null;
  readonly #order: Listeners = new Set();
  readonly #settings: Listeners = new Set();
  readonly #changes = new Set<(change: CellsChange) => void>();
  readonly #ofFrame = new Map<CellId, Listeners>();
  readonly #ofSource = new Map<CellId, Listeners>();

  bind(doc: Y.Doc): void {
    this.#doc?.getMap('cells').unobserveDeep(this.#cellsChanged);
    this.#doc?.getMap('notebook').unobserve(this.#settingsChanged);
    this.#doc = doc;
    this.#frames.clear();
    this.#metadata = null;
    // The order cache of the document observes first, so that it is fresh when these listeners ask for it.
    orderedCellIds(doc);
    doc.getMap('cells').observeDeep(this.#cellsChanged);
    doc.getMap('notebook').observe(this.#settingsChanged);
    this.#tell({ whole: true, order: true, frames: new Set(), sources: new Set() });
    call(this.#order);
    call(this.#settings);
    for (const listeners of [...this.#ofFrame.values(), ...this.#ofSource.values()]) call(listeners);
  }

  ids(): readonly CellId[] {
    return this.#doc === null ? none : orderedCellIds(this.#doc);
  }

  frame(id: CellId): CellFrame | undefined {
    if (this.#doc === null) return undefined;
    if (!this.#frames.has(id)) {
      const cell = readCell(this.#doc, id);
      this.#frames.set(id, cell && { type: cell.type, metadata: cell.metadata, attachments: cell.attachments });
    }
    return this.#frames.get(id);
  }

  source(id: CellId): string {
    return this.#doc === null ? '' : (cellText(this.#doc, id)?.toString() ?? '');
  }

  metadata(): JsonObject {
    this.#metadata ??= this.#doc === null ? {} : readNotebookMetadata(this.#doc);
    return this.#metadata;
  }

  onOrder(listener: () => void): () => void {
    return add(this.#order, listener);
  }

  /** Every change of cells, told before the listeners of single cells hear of it. */
  onChange(listener: (change: CellsChange) => void): () => void {
    this.#changes.add(listener);
    return () => void this.#changes.delete(listener);
  }

  onMetadata(listener: () => void): () => void {
    return add(this.#settings, listener);
  }

  onFrame(id: CellId, listener: () => void): () => void {
    return addTo(this.#ofFrame, id, listener);
  }

  onSource(id: CellId, listener: () => void): () => void {
    return addTo(this.#ofSource, id, listener);
  }

  readonly #settingsChanged = (): void => {
    this.#metadata = null;
    call(this.#settings);
  };

  readonly #cellsChanged = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    let order = false;
    const frames = new Set<CellId>();
    const sources = new Set<CellId>();
    for (const event of events) {
      const id = event.path[0] as CellId | undefined;
      if (event instanceof Y.YMapEvent && id === undefined) {
        order = true;
        for (const key of event.keysChanged) {
          frames.add(key as CellId);
          sources.add(key as CellId);
        }
      } else if (event instanceof Y.YMapEvent && id !== undefined && event.path.length === 1) {
        for (const key of event.keysChanged) {
          if (key === 'position') order = true;
          else if (key === 'source') sources.add(id);
          else frames.add(id);
        }
        // A cell that was put back by undo has another Y.Text: whoever binds to it looks again.
        if (event.keysChanged.has('source')) frames.add(id);
      } else if (id !== undefined && event.path[1] === 'source') sources.add(id);
      else if (id !== undefined) frames.add(id);
    }
    for (const id of frames) this.#frames.delete(id);
    this.#tell({ whole: false, order, frames, sources });
    if (order) call(this.#order);
    for (const id of frames) call(this.#ofFrame.get(id));
    for (const id of sources) call(this.#ofSource.get(id));
  };

  #tell(change: CellsChange): void {
    for (const listener of Array.from(this.#changes)) listener(change);
  }
}

const none: readonly CellId[] = [];

function call(listeners: Listeners | undefined): void {
  if (listeners !== undefined) for (const listener of Array.from(listeners)) listener();
}

function add(listeners: Listeners, listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function addTo(all: Map<CellId, Listeners>, id: CellId, listener: () => void): () => void {
  const listeners = all.get(id) ?? new Set();
  all.set(id, listeners);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && all.get(id) === listeners) all.delete(id);
  };
}
