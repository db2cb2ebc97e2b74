/**
 * The order of a document's cells: that of (position, id). Kept beside each document and corrected cell by cell as the
 * document changes, so that it costs nothing to ask for and little to change, however many cells there are.
 */

import * as Y from 'yjs';
import { cellId, type CellId } from '#lib/core/ids.ts';
import { positionsAt } from './cell-position.ts';

/** A cell without a position stands last. */
const noPosition = '~';

/** More changes than this before somebody asks: sorting once is cheaper than shifting the list for each. */
const mostChanges = 256;

const orders = new WeakMap<Y.Doc, CellOrder>();

/** Ids of all cells in their order; the same array until the order changes. */
export function orderedCellIds(doc: Y.Doc): readonly CellId[] {
  return orderOf(doc).ids();
}

/** The order of this document, as its present transaction has it. */
export function orderOf(doc: Y.Doc): CellOrder {
  let order = orders.get(doc);
  if (order === undefined) orders.set(doc, (order = new CellOrder(doc)));
  order.follow();
  return order;
}

export class CellOrder {
  readonly #cells: Y.Map<unknown>;
  readonly #doc: Y.Doc;
  readonly #positions = new Map<CellId, string>();
  #list: CellId[] = [];
  /** Changes since the list was last asked for; null once they are so many that it is sorted anew when it is. */
  #changes: number | null = 0;
  #ids: readonly CellId[] | null = null;
  /** The transaction whose changes are known here although it has not ended. */
  #within: Y.Transaction | null = null;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    this.#cells = doc.getMap('cells');
    this.#readAll();
    this.#cells.observeDeep((events) => {
      this.#within = null;
      for (const event of events) {
        if (!(event instanceof Y.YMapEvent)) continue;
        if (event.target === this.#cells) for (const id of event.keysChanged) this.refresh(cellId(id ?? ''));
        else if (event.target.parent === this.#cells && event.keysChanged.has('position'))
          this.refresh(cellId(event.target._item?.parentSub ?? ''));
      }
    });
  }

  ids(): readonly CellId[] {
    this.#ids ??= this.#sorted().slice();
    return this.#ids;
  }

  position(id: CellId): string | undefined {
    return this.#positions.get(id);
  }

  /** The cell before this one; null for the first, undefined for one that is not there. */
  before(id: CellId): CellId | null | undefined {
    const position = this.#positions.get(id);
    if (position === undefined) return undefined;
    const sorted = this.#sorted();
    return sorted[this.#place(id, position) - 1] ?? null;
  }

  /** A cell beside this one; null where that would cost a sorting, as in the middle of many changes. */
  beside(id: CellId): CellId | null {
    const position = this.#positions.get(id);
    if (position === undefined || this.#changes === null) return null;
    const place = this.#place(id, position);
    return this.#list[place - 1] ?? this.#list[place + 1] ?? null;
  }

  /** Positions for `count` cells behind `after` (null: first; a cell that is gone: last), `without` counting as gone. */
  roomAfter(
    after: CellId | null,
    count: number,
    without: ReadonlySet<CellId> = new Set(),
  ): { readonly positions: readonly string[]; readonly moved: readonly (readonly [CellId, string])[] } {
    const sorted = this.#sorted();
    const others = without.size === 0 ? sorted : sorted.filter((id) => !without.has(id));
    const known = after === null || without.has(after) ? undefined : this.#positions.get(after);
    const place =
      after === null
        ? 0
        : known === undefined
          ? others.length
          : without.size === 0
            ? this.#place(after, known) + 1
            : others.indexOf(after) + 1;
    const room = positionsAt(
      { length: others.length, at: (index) => this.#positions.get(others[index] as CellId) },
      place,
      count,
    );
    return {
      positions: room.positions,
      moved: [...room.moved].map(([index, position]) => [others[index] as CellId, position] as const),
    };
  }

  /** Says that a cell was put, moved or deleted in the present transaction. */
  refresh(id: CellId): void {
    const cell = this.#cells.get(id);
    const next = cell instanceof Y.Map ? positionOf(cell as Y.Map<unknown>) : undefined;
    const known = this.#positions.get(id);
    if (next === known) return;
    this.#ids = null;
    // Each costs a shift of the list.
    if (this.#changes !== null && ++this.#changes > mostChanges) this.#changes = null;
    if (this.#changes !== null && known !== undefined) this.#list.splice(this.#place(id, known), 1);
    if (this.#changes !== null && next !== undefined) this.#list.splice(this.#place(id, next), 0, id);
    if (next === undefined) this.#positions.delete(id);
    else this.#positions.set(id, next);
  }

  /** Catches up with what the present transaction changed before anybody asked: observers run only when it ends. */
  follow(): void {
    const transaction = this.#doc._transaction;
    if (transaction === this.#within || transaction === null) return;
    this.#within = transaction;
    for (const [type, keys] of transaction.changed) {
      if ((type as unknown) === this.#cells) for (const id of keys) this.refresh(cellId(id ?? ''));
      else if ((type.parent as unknown) === this.#cells && keys.has('position'))
        this.refresh(cellId(type._item?.parentSub ?? ''));
    }
  }

  #readAll(): void {
    for (const [id, cell] of this.#cells)
      if (cell instanceof Y.Map) this.#positions.set(cellId(id), positionOf(cell as Y.Map<unknown>));
    this.#changes = null;
  }

  #sorted(): CellId[] {
    if (this.#changes === null)
      this.#list = [...this.#positions]
        .sort(([a, left], [b, right]) => compare(left, right) || compare(a, b))
        .map(([id]) => id);
    this.#changes = 0;
    return this.#list;
  }

  /** Where a cell of this position stands or would stand. */
  #place(id: CellId, position: string): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#list[middle] as CellId;
      if ((compare(this.#positions.get(other) ?? '', position) || compare(other, id)) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function positionOf(cell: Y.Map<unknown>): string {
  const position = cell.get('position');
  return typeof position === 'string' && position !== '' ? position : noPosition;
}
