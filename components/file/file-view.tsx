'use client';
import { Download, File } from 'lucide-react';
import { apiUrl } from '#lib/client/api.ts';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';

export type FileViewProps = {
  readonly path: string;
  readonly onUnsaved: (path: string, unsaved: boolean) => void;
  readonly onClose: () => void;
};

/** The screen of a file that is no notebook. */
export function FileView({ path, onClose }: FileViewProps) {
  return (
    <main aria-label={`File ${path}`} data-file>
      <EmptyState
        level={1}
        icon={File}
        title={path}
        actions={
          <>
            <a href={apiUrl('readFile', { query: { path } })} download>
              <Download size={14} aria-hidden /> Download
            </a>
            <Button onClick={onClose}>Close</Button>
          </>
        }
      >
        There is no view for this kind of file.
      </EmptyState>
    </main>
  );
}
