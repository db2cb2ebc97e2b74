import type { CellId } from '#lib/core/ids.ts';

/** What of a cell decides about sections. */
export type SectionCell = {
  readonly id: CellId;
  /** Level of its highest heading, 1 to 6; null when it begins no section. */
  readonly level: number | null;
  /** The section that it begins is collapsed. Means nothing without a heading. */
  readonly collapsed: boolean;
};

/** A heading cell and all cells below it up to the next heading of its level or a higher one. */
export type Section = {
  /** The cell of its heading. */
  readonly id: CellId;
  readonly level: number;
  readonly collapsed: boolean;
  /** Place of the heading cell in the notebook, and the place behind its last cell. */
  readonly start: number;
  readonly end: number;
  /** Index of the section around it in the same list; null at the top. */
  readonly parent: number | null;
};

/** The sections of a notebook in order, outer ones before those inside them. */
export function findSections(cells: readonly SectionCell[]): readonly Section[] {
  const found: { -readonly [Key in keyof Section]: Section[Key] }[] = [];
  const open: number[] = [];
  const closeFrom = (level: number, end: number) => {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const section = found[last];
      if (section === undefined || section.level < level) return;
      section.end = end;
      open.pop();
    }
  };
  for (const [start, { id, level, collapsed }] of cells.entries()) {
    if (level === null) continue;
    closeFrom(level, start);
    found.push({ id, level, collapsed, start, end: cells.length, parent: open.at(-1) ?? null });
    open.push(found.length - 1);
  }
  return found;
}

/** Ids of the cells that are shown: those not inside a collapsed section. Headings of collapsed sections are shown. */
export function findShown(ids: readonly CellId[], sections: readonly Section[]): readonly CellId[] {
  const parts: (readonly CellId[])[] = [];
  let from = 0;
  for (const { start, end, collapsed } of sections) {
    if (!collapsed || start < from) continue;
    parts.push(ids.slice(from, start + 1));
    from = end;
  }
  return from === 0 ? ids : [...parts, ids.slice(from)].flat();
}
