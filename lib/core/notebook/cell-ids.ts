import { type CellId, cellId } from '#lib/core/ids.ts';
import { alignCells } from './align-cells.ts';
import type { CellType } from './model.ts';

const validId = /^[a-zA-Z0-9_-]{1,64}$/;

type Anonymous = { readonly type: CellType; readonly source: string; readonly fileId: string | null };

/**
 * Gives every cell an id. A valid id of the file, first of its name, stands. The others get an internal one: the id at
 * the same place in `ids`, else that of the most alike cell of `previous`, else one derived from the content.
 */
export function assignIds(
  cells: readonly Anonymous[],
  known: {
    readonly ids?: readonly CellId[] | undefined;
    readonly previous?:
      | readonly { readonly id: CellId; readonly type: CellType; readonly source: string }[]
      | undefined;
  },
): { ids: CellId[]; invalid: number; duplicate: number } {
  const ids: (CellId | null)[] = cells.map(() => null);
  const taken = new Set<string>();
  let invalid = 0;
  let duplicate = 0;
  cells.forEach(({ fileId }, index) => {
    if (fileId === null) return;
    if (!validId.test(fileId)) invalid++;
    else if (taken.has(fileId)) duplicate++;
    else {
      taken.add(fileId);
      ids[index] = cellId(fileId);
    }
  });
  const give = (index: number, id: CellId | undefined): void => {
    if (id === undefined || ids[index] !== null || taken.has(id)) return;
    taken.add(id);
    ids[index] = id;
  };
  if (known.ids?.length === cells.length) cells.forEach((_, index) => give(index, known.ids?.[index]));
  if (known.previous && ids.includes(null)) {
    const open = cells.flatMap((cell, index) => (ids[index] === null ? [{ ...cell, index }] : []));
    const free = known.previous.filter((cell) => !taken.has(cell.id));
    for (const [from, to] of alignCells(free, open)) {
      const target = open[to];
      if (target) give(target.index, free[from]?.id);
    }
    // A cell that is gone keeps its id to itself: a stranger must not inherit its results.
    for (const cell of known.previous) taken.add(cell.id);
  }
  cells.forEach((cell, index) => {
    if (ids[index] !== null) return;
    const stem = hash(`${cell.type}\n${cell.source}`);
    for (let n = 0; ids[index] === null; n++) give(index, cellId(n === 0 ? stem : `${stem}-${n}`));
  });
  return { ids: ids as CellId[], invalid, duplicate };
}

/** FNV-1a, 2 × 32 bits. Not for secrets: ids only have to be the same for the same file. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
