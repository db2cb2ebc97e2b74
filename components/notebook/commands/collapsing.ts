import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { type HiddenPart, isHidden, isScrolled, withHidden, withScrolled } from '#lib/core/notebook/hidden-parts.ts';
import type { Section } from '#lib/core/notebook/sections.ts';
import { type ShownCells, shownCellsOf } from '../shown-cells.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** A part of single cells; sections span several. */
export type CellPart = Exclude<HiddenPart, 'section'>;

/**
 * Hiding and showing inputs, outputs and sections; the metadata of the cells remembers it. Sections of a notebook that
 * cannot be edited are collapsed in this page alone.
 */
export class Collapsing {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #shown: ShownCells;

  constructor(parts: CommandParts, selecting: Selecting) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#shown = shownCellsOf(parts.document);
  }

  /** Cells with everything that collapsed headings among them hide. */
  withHidden(ids: readonly CellId[]): readonly CellId[] {
    return this.#shown.withHidden(ids);
  }

  /** The heading that hides a cell, or the cell itself where it is shown. */
  headingOf(id: CellId): CellId {
    return this.#shown.collapsedAround(id)[0] ?? id;
  }

  /** The innermost section that a cell stands in, its own if it is a heading. */
  sectionAround(id: CellId): Section | undefined {
    const at = this.#parts.document.cellIds().indexOf(id);
    return this.#shown.sections().findLast(({ start, end }) => start <= at && at < end);
  }

  /** Opens what hides a cell. */
  reveal(id: CellId): void {
    this.#set(this.#shown.collapsedAround(id), 'section', false);
  }

  /**
   * Makes `work` one step of undo after which neither a cell that was shown before it, nor the one that it answers, is
   * hidden by a collapsed section: those that would hide it are opened.
   */
  keepShown(work: () => CellId | undefined): void {
    const { document } = this.#parts;
    const careful = this.#shown.hasCollapsed();
    const wanted = new Set(careful ? this.#shown.get() : []);
    document.editCells(() => {
      const added = work();
      if (added !== undefined) wanted.add(added);
      if (!careful) return;
      const ids = document.cellIds();
      const hiding = this.#shown
        .sectionsNow()
        .filter(({ collapsed, start, end }) => collapsed && ids.slice(start + 1, end).some((id) => wanted.has(id)));
      for (const { id } of hiding) this.show(id, 'section');
    });
  }

  /** Hides or shows a part of the selected cells: hides it where one of them shows it. */
  toggle(part: CellPart): void {
    const ids = this.#having(part, this.#selecting.concerned());
    this.#set(
      ids,
      part,
      ids.some((id) => !this.#isHidden(id, part)),
    );
  }

  setAll(part: CellPart, hidden: boolean): void {
    this.#set(this.#having(part, this.#parts.document.cellIds()), part, hidden);
  }

  /** Shows a hidden part of one cell, as a click on its bar does. */
  show(id: CellId, part: HiddenPart): void {
    this.#set([id], part, false);
  }

  /** Edits the active cell; a hidden input is shown first. */
  openActive(): void {
    const active = this.#selecting.active();
    if (active !== null) this.show(active, 'source');
    this.#selecting.edit();
  }

  /** Whether the active cell begins a section. */
  hasSection(): boolean {
    const active = this.#selecting.active();
    return active !== null && this.#shown.sectionOf(active) !== undefined;
  }

  /** Whether the active cell stands in a section, its own or one around it. */
  canFold(): boolean {
    const active = this.#selecting.active();
    return active !== null && this.sectionAround(active) !== undefined;
  }

  /** Collapses the section that the active cell begins; from anywhere else goes to the heading above. */
  fold(): void {
    const active = this.#selecting.active();
    const section = active === null ? undefined : this.sectionAround(active);
    if (section === undefined) return;
    if (section.id !== active) return this.#selecting.activate(section.id);
    if (!section.collapsed) return this.#set([section.id], 'section', true);
    const parent = section.parent === null ? undefined : this.#shown.sections()[section.parent];
    if (parent !== undefined) this.#selecting.activate(parent.id);
  }

  /** Opens the section that the active cell begins; an open one is entered, down to the first heading inside it. */
  unfold(): void {
    const active = this.#selecting.active();
    const section = active === null ? undefined : this.#shown.sectionOf(active);
    if (section === undefined) return;
    if (section.collapsed) return this.#set([section.id], 'section', false);
    const inside = this.#shown.sections().find(({ start, end }) => section.start < start && end <= section.end);
    if (inside !== undefined) this.#selecting.activate(inside.id);
  }

  /** Collapses or opens the section of a heading, as its button does. */
  toggleSection(id: CellId): void {
    const section = this.#shown.sectionOf(id);
    if (section === undefined) return;
    this.#set([id], 'section', !section.collapsed);
    this.#leaveHidden();
  }

  setAllSections(hidden: boolean): void {
    const ids = this.#shown.sections().map(({ id }) => id);
    this.#set(ids, 'section', hidden);
    this.#leaveHidden();
  }

  /** Puts long outputs of the selected cells into a box of their own, or takes them out of it. */
  toggleScrolled(): void {
    const { document } = this.#parts;
    const ids = this.#having('outputs', this.#selecting.concerned());
    const scrolled = ids.some((id) => isScrolled(document.cell(id)?.metadata ?? {}) !== true);
    document.editCells(() => {
      for (const id of ids) this.#write(id, (metadata) => withScrolled(metadata, scrolled));
    });
  }

  /** The heading that hides the active cell becomes the active one. */
  #leaveHidden(): void {
    const active = this.#selecting.active();
    if (active !== null && this.headingOf(active) !== active) this.#selecting.activate(this.headingOf(active));
  }

  #having(part: HiddenPart, ids: readonly CellId[]): readonly CellId[] {
    const { document } = this.#parts;
    return part === 'outputs' ? ids.filter((id) => document.cell(id)?.type === 'code') : ids;
  }

  #isHidden(id: CellId, part: HiddenPart): boolean {
    if (part === 'section') return this.#shown.isCollapsed(id);
    return isHidden(this.#parts.document.cell(id)?.metadata ?? {}, part);
  }

  #set(ids: readonly CellId[], part: HiddenPart, hidden: boolean): void {
    const changing = ids.filter((id) => this.#isHidden(id, part) !== hidden);
    if (changing.length === 0) return;
    const { document } = this.#parts;
    if (part === 'section') this.#shown.setHere(changing, document.canEdit() ? null : hidden);
    document.editCells(() => {
      for (const id of changing) this.#write(id, (metadata) => withHidden(metadata, part, hidden));
    });
  }

  #write(id: CellId, change: (metadata: JsonObject) => JsonObject): void {
    const before = this.#parts.document.cell(id)?.metadata;
    if (before === undefined) return;
    const after = change(before);
    if (after !== before) this.#parts.document.setCellMetadata(id, after);
  }
}
