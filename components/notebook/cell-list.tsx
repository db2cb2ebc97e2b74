'use client';
import { useCellIds } from '#lib/client/document/use-document.ts';
import { CellView } from './cell-view.tsx';
import { EmptyNotebook } from './empty-notebook.tsx';
import { useNotebook } from './notebook-context.ts';
import styles from './notebook-view.module.css';

export type CellListProps = { readonly language: string; readonly readOnly: boolean };

/** The cells in order. Each reads its own content by id. */
export function CellList({ language, readOnly }: CellListProps) {
  const { document, commands } = useNotebook();
  const ids = useCellIds(document);
  if (ids.length === 0) return <EmptyNotebook readOnly={readOnly} onAdd={(type) => commands.insert('below', type)} />;
  return (
    <div role="list" aria-label="Cells" className={styles.cells}>
      {ids.map((id, index) => (
        <CellView key={id} id={id} index={index} language={language} readOnly={readOnly} />
      ))}
    </div>
  );
}
