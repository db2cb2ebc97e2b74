'use client';
import { NotebookPen } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';

export type EmptyNotebookProps = {
  readonly readOnly: boolean;
  readonly onAdd: (type: 'code' | 'markdown') => void;
};

/** A notebook without cells: what to do, and the keys for the next time. */
export function EmptyNotebook({ readOnly, onAdd }: EmptyNotebookProps) {
  if (readOnly) return <EmptyState icon={NotebookPen} title="This notebook has no cells" />;
  return (
    <EmptyState
      icon={NotebookPen}
      title="This notebook has no cells yet"
      actions={
        <>
          <Button look="primary" onClick={() => onAdd('code')}>
            Add a code cell
          </Button>
          <Button onClick={() => onAdd('markdown')}>Add a Markdown cell</Button>
        </>
      }
    >
      Write code and run it with <kbd>Shift</kbd> <kbd>Enter</kbd>: a kernel is started the first time. <kbd>B</kbd>{' '}
      adds a cell below, <kbd>M</kbd> makes it Markdown, and <kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>P</kbd> shows
      everything else.
    </EmptyState>
  );
}
