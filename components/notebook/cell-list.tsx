'use client';
import { memo, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import type { CellId } from '#lib/core/ids.ts';
import { CellView } from './cell-view.tsx';
import { EmptyNotebook } from './empty-notebook.tsx';
import { useNotebook } from './notebook-context.ts';
import styles from './notebook-view.module.css';
import { useShownCells } from './shown-cells.ts';

export type CellListProps = { readonly language: string; readonly readOnly: boolean };

/** The cells in order, as far as they are near the view. Each reads its own content by id; typing renders none of them. */
export const CellList = memo(function CellList({ language, readOnly }: CellListProps) {
  const { document, commands } = useNotebook();
  const empty = useShownCells(document).length === 0;
  if (empty) return <EmptyNotebook readOnly={readOnly} onAdd={(type) => commands.editing.insert('below', type)} />;
  return <Cells language={language} readOnly={readOnly} />;
});

function Cells({ language, readOnly }: CellListProps) {
  const { document, cells } = useNotebook();
  const list = useRef<HTMLDivElement>(null);
  const parts = useSyncExternalStore(cells.subscribe, cells.getSnapshot, cells.getSnapshot);
  const readConflicts = () => document.getSnapshot().conflicts;
  const conflicts = useSyncExternalStore(document.subscribe, readConflicts, readConflicts);

  useLayoutEffect(() => {
    const scroller = list.current?.closest<HTMLElement>('[data-notebook-scroller]') ?? null;
    return scroller === null || list.current === null ? undefined : cells.attach(scroller, list.current);
  }, [cells]);
  useLayoutEffect(() => cells.settle(), [cells, parts]);
  useEffect(() => {
    const before = () => flushSync(() => cells.showAll(true));
    const after = () => cells.showAll(false);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, [cells]);

  // Places count in the whole notebook; the parts count what no collapsed section hides.
  const ids = document.cellIds();
  const placeOf = (id: CellId, shown: number) => (ids[shown] === id ? shown : ids.indexOf(id));
  return (
    <div ref={list} role="list" aria-label="Cells" className={styles.cells}>
      {parts.map((part) =>
        part.kind === 'gap' ? (
          <div key={part.key} role="presentation" style={{ height: part.height }} />
        ) : (
          <CellView
            key={part.id}
            id={part.id}
            index={placeOf(part.id, part.place)}
            count={ids.length}
            language={language}
            readOnly={readOnly}
            conflict={conflicts.length === 0 ? undefined : conflicts.find(({ cellId }) => cellId === part.id)}
          />
        ),
      )}
    </div>
  );
}
