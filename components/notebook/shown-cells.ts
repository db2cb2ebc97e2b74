'use client';
import { useSyncExternalStore } from 'react';
import type { CellsChange } from '#lib/client/document/cell-stores.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import { findHeadings, sectionLevel } from '#lib/core/notebook/headings.ts';
import { isHidden } from '#lib/core/notebook/hidden-parts.ts';
import { findSections, findShown, type Section } from '#lib/core/notebook/sections.ts';

/** Headings are looked at again when nobody typed for so long, ms: never at a keystroke. */
const quiet = 150;

/**
 * Which cells are shown: all but those inside collapsed sections. Owns the levels of headings that it has read, and what
 * is collapsed in this page alone; the document has everything else. Headings are not read at all while nothing is collapsed and nobody asks for sections.
 */
export class ShownCells {
  readonly #document: NotebookDocument;
  readonly #listeners = new Set<() => void>();
  readonly #levels = new Map<CellId, number | null>();
  /** Cells whose text changed since their level was read. */
  readonly #typed = new Set<CellId>();
  /** Sections that are collapsed or open in this page whatever their metadata says. */
  readonly #here = new Map<CellId, boolean>();
  #collapsed: Set<CellId> | null = null;
  #sections: readonly Section[] | null = null;
  #shown: readonly CellId[] | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Follows the document for as long as that lives: one per document, from `shownCellsOf`. */
  constructor(document: NotebookDocument) {
    this.#document = document;
    document.cells.onChange((change) => this.#changed(change));
  }

  /** Ids of the shown cells in order: the same array until it changes, the document's own while nothing is collapsed. */
  readonly get = (): readonly CellId[] => {
    const ids = this.#document.cellIds();
    if (this.#anyCollapsed().size === 0) return ids;
    this.#shown ??= findShown(ids, this.sections());
    return this.#shown;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** All sections of the notebook in order; the same array until one changes. */
  readonly sections = (): readonly Section[] => {
    const collapsed = this.#anyCollapsed();
    this.#sections ??= findSections(
      this.#document.cellIds().map((id) => ({ id, level: this.#level(id), collapsed: collapsed.has(id) })),
    );
    return this.#sections;
  };

  /** The sections as they are at this moment, also amidst a transaction, of which nobody has heard yet. */
  sectionsNow(): readonly Section[] {
    const ids = this.#document.cellIds();
    return findSections(ids.map((id) => ({ id, level: this.#level(id), collapsed: this.#isCollapsed(id) })));
  }

  hasCollapsed(): boolean {
    return this.#anyCollapsed().size > 0;
  }

  /** Whether the section of a heading is collapsed, in the document or here. */
  isCollapsed(id: CellId): boolean {
    return this.#anyCollapsed().has(id);
  }

  /** Collapses or opens sections in this page alone; null: as the document says. A change of a cell's own ends it. */
  setHere(ids: readonly CellId[], collapsed: boolean | null): void {
    const changing = ids.filter((id) => (this.#here.get(id) ?? null) !== collapsed);
    for (const id of changing) {
      if (collapsed === null) this.#here.delete(id);
      else this.#here.set(id, collapsed);
    }
    if (changing.length === 0) return;
    this.#collapsed = null;
    this.#recompute();
  }

  /** The section that a cell begins; undefined when it begins none. */
  sectionOf(id: CellId): Section | undefined {
    return this.#level(id) === null ? undefined : this.sections().find((section) => section.id === id);
  }

  /** The headings of collapsed sections around a cell, the outermost first: opened, they show it. */
  collapsedAround(id: CellId): readonly CellId[] {
    if (this.#anyCollapsed().size === 0) return [];
    const at = this.#document.cellIds().indexOf(id);
    return this.sections().flatMap((one) => (one.collapsed && one.start < at && at < one.end ? [one.id] : []));
  }

  /** The given cells with everything hidden below those of them whose section is collapsed, in document order. */
  withHidden(ids: readonly CellId[]): readonly CellId[] {
    if (this.#anyCollapsed().size === 0) return ids;
    const all = this.#document.cellIds();
    const wanted = new Set(ids);
    for (const { id, collapsed, start, end } of this.sections())
      if (collapsed && wanted.has(id)) for (const inside of all.slice(start, end)) wanted.add(inside);
    return wanted.size === ids.length ? ids : all.filter((id) => wanted.has(id));
  }

  #anyCollapsed(): ReadonlySet<CellId> {
    this.#collapsed ??= new Set(this.#document.cellIds().filter((id) => this.#isCollapsed(id)));
    return this.#collapsed;
  }

  #isCollapsed(id: CellId): boolean {
    const cell = this.#document.cell(id);
    return cell?.type === 'markdown' && (this.#here.get(id) ?? isHidden(cell.metadata, 'section'));
  }

  #level(id: CellId): number | null {
    const known = this.#levels.get(id);
    if (known !== undefined) return known;
    const level = this.#readLevel(id);
    this.#levels.set(id, level);
    return level;
  }

  #readLevel(id: CellId): number | null {
    if (this.#document.cell(id)?.type !== 'markdown') return null;
    return sectionLevel(findHeadings(this.#document.cells.source(id)));
  }

  #changed({ whole, order, frames, sources }: CellsChange): void {
    if (whole) {
      this.#forget();
      return this.#tell();
    }
    let changed = order;
    for (const id of frames) {
      this.#here.delete(id);
      const level = this.#levels.get(id);
      if (level !== undefined) changed = this.#renew(id, level) || changed;
      if (this.#collapsed === null || this.#collapsed.has(id) === this.#isCollapsed(id)) continue;
      if (!this.#collapsed.delete(id)) this.#collapsed.add(id);
      changed = true;
    }
    for (const id of sources) if (this.#levels.has(id)) this.#typed.add(id);
    if (changed) this.#recompute();
    if (this.#typed.size === 0) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#readTyped(), quiet);
  }

  #readTyped(): void {
    this.#timer = null;
    let changed = false;
    for (const id of this.#typed) changed = this.#renew(id, this.#levels.get(id) ?? null) || changed;
    this.#typed.clear();
    if (changed) this.#recompute();
  }

  /** Reads a cell's level again; true when it is another one. */
  #renew(id: CellId, before: number | null): boolean {
    const level = this.#readLevel(id);
    this.#levels.set(id, level);
    return level !== before;
  }

  #recompute(): void {
    const before = this.#shown;
    this.#sections = null;
    this.#shown = null;
    if (before !== null) {
      const after = this.get();
      if (sameIds(before, after)) this.#shown = before;
    }
    this.#tell();
  }

  #forget(): void {
    this.#levels.clear();
    this.#typed.clear();
    this.#here.clear();
    this.#collapsed = null;
    this.#sections = null;
    this.#shown = null;
  }

  #tell(): void {
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

const known = new WeakMap<NotebookDocument, ShownCells>();

/** The shown cells of a document: every view of it shows the same ones. */
export function shownCellsOf(document: NotebookDocument): ShownCells {
  const shown = known.get(document) ?? new ShownCells(document);
  known.set(document, shown);
  return shown;
}

/** Ids of the shown cells in order. */
export function useShownCells(document: NotebookDocument): readonly CellId[] {
  const shown = shownCellsOf(document);
  return useSyncExternalStore(shown.subscribe, shown.get, noCells);
}

const none: readonly CellId[] = [];
const noCells = () => none;

function sameIds(one: readonly CellId[], other: readonly CellId[]): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}
