'use client';
import { memo, useSyncExternalStore } from 'react';
import { CellView } from './cell-view.tsx';
import { EmptyNotebook } from './empty-notebook.tsx';
import { useNotebook } from './notebook-context.ts';
import styles from './notebook-view.module.css';
import { useShownCells } from './shown-cells.ts';

/** Up to so many cells all are laid out; of more, those far from the view only when they come near. */
const shortList = 100;

export type CellListProps = { readonly language: string; readonly readOnly: boolean };

/** The cells in order. Each reads its own content by id; typing renders none of them. */
export const CellList = memo(function CellList({ language, readOnly }: CellListProps) {
  const { document, commands } = useNotebook();
  const ids = useShownCells(document);
  const readConflicts = () => document.getSnapshot().conflicts;
  const conflicts = useSyncExternalStore(document.subscribe, readConflicts, readConflicts);
  if (ids.length === 0)
    return <EmptyNotebook readOnly={readOnly} onAdd={(type) => commands.editing.insert('below', type)} />;
  return (
    <div role="list" aria-label="Cells" className={styles.cells} data-long={ids.length > shortList || undefined}>
      {ids.map((id, index) => (
        <CellView
          key={id}
          id={id}
          index={index}
          language={language}
          readOnly={readOnly}
          conflict={conflicts.length === 0 ? undefined : conflicts.find(({ cellId }) => cellId === id)}
        />
      ))}
    </div>
  );
});
