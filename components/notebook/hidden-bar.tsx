'use client';
import { useSyncExternalStore } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { counted } from '#components/ui/measure-words.ts';
import { useCellSource } from '#lib/client/document/use-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import { findHeadings } from '#lib/core/notebook/headings.ts';
import type { HiddenPart } from '#lib/core/notebook/hidden-parts.ts';
import styles from './hidden-bar.module.css';
import { useNotebook } from './notebook-context.ts';
import { shownCellsOf } from './shown-cells.ts';

type HiddenBarProps = { readonly id: CellId; readonly part: HiddenPart; readonly words: string };

/** Stands for what is hidden, says how much it is, and shows it again. */
function HiddenBar({ id, part, words }: HiddenBarProps) {
  const { commands } = useNotebook();
  const show = () => {
    commands.selecting.activate(id);
    commands.collapsing.show(id, part);
  };
  return (
    <button
      type="button"
      className={styles.bar}
      data-hidden={part}
      disabled={part !== 'section' && !commands.editing.canEdit()}
      onClick={show}
    >
      <ChevronRight size={14} aria-hidden />
      {words}
    </button>
  );
}

export type HiddenSourceProps = { readonly id: CellId; readonly name: string };

export function HiddenSource({ id, name }: HiddenSourceProps) {
  const { document } = useNotebook();
  const lines = useCellSource(document, id).split('\n').length;
  return <HiddenBar id={id} part="source" words={`${name} hidden · ${counted(lines, 'line')}`} />;
}

export type HiddenOutputsProps = { readonly id: CellId; readonly count: number };

export function HiddenOutputs({ id, count }: HiddenOutputsProps) {
  return <HiddenBar id={id} part="outputs" words={`Outputs hidden · ${counted(count, 'output')}`} />;
}

export type HeadingOnlyProps = { readonly id: CellId };

/** Below the heading of a collapsed section; nothing where the cell has no heading, or its section is open. */
export function HiddenSection({ id }: HeadingOnlyProps) {
  const { document } = useNotebook();
  const shown = shownCellsOf(document);
  const count = useSyncExternalStore(
    shown.subscribe,
    // Asked only then: sections are not looked for while nothing is collapsed.
    () => (shown.isCollapsed(id) ? hiddenCount(shown.sectionOf(id)) : null),
    () => null,
  );
  if (count === null) return null;
  return <HiddenBar id={id} part="section" words={`Section collapsed · ${counted(count, 'cell')} hidden`} />;
}

const hiddenCount = (section: { readonly start: number; readonly end: number } | undefined) =>
  section === undefined ? null : section.end - section.start - 1;

/** Beside a heading: collapses its section and opens it again. */
export function SectionToggle({ id }: HeadingOnlyProps) {
  const { document, commands } = useNotebook();
  const shown = shownCellsOf(document);
  const collapsed = useSyncExternalStore(
    shown.subscribe,
    () => shown.isCollapsed(id),
    () => false,
  );
  const source = useCellSource(document, id);
  if (findHeadings(source).length === 0) return null;
  const Icon = collapsed ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-label="Section"
      aria-expanded={!collapsed}
      tabIndex={-1}
      onClick={() => commands.collapsing.toggleSection(id)}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
