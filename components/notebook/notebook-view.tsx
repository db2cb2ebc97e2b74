'use client';
import { useEffect, useState, type ReactNode } from 'react';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { DocumentSnapshot } from '#lib/client/document/document-snapshot.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { NotebookPage } from './notebook-page.tsx';
import { openNotebook, type OpenedNotebook } from './open-notebook.ts';
import styles from './notebook-view.module.css';

export type NotebookViewProps = {
  /** Path in the workspace. */
  readonly path: string;
  /** Name that others see beside this person's caret. */
  readonly person?: string;
  /** What the header says about compute: given the notebook's session, or null without a kernel. */
  readonly headerSlot?: (place: {
    readonly path: string;
    readonly session: SessionState | null;
    readonly saveState: DocumentSnapshot['saveState'];
  }) => ReactNode;
  /** Somebody has to choose where the notebook runs. */
  readonly onNeedKernel?: (path: string) => void;
  /** The notebook goes on under another path. */
  readonly onMoved?: (path: string) => void;
  /** The person wants this notebook closed. */
  readonly onClose?: () => void;
};

/** The notebook screen: opens the document, follows its results, and lets both go when it leaves. */
export function NotebookView({ path, ...props }: NotebookViewProps) {
  const [opened, setOpened] = useState<{ readonly path: string; readonly notebook: OpenedNotebook } | null>(null);
  useEffect(() => {
    const notebook = openNotebook(path);
    setOpened({ path, notebook });
    return () => notebook.stop();
  }, [path]);
  if (opened === null || opened.path !== path) return <Opening path={path} />;
  return <NotebookPage key={path} notebook={opened.notebook} {...props} />;
}

function Opening({ path }: { readonly path: string }) {
  return (
    <main
      className={styles.view}
      aria-label={`Notebook ${path}`}
      data-notebook
      data-doc-state="loading"
      data-save-state="saved"
      data-kernel-state="none"
      data-cell-count="0"
    >
      <div className={styles.loading}>
        <Skeleton label={`Opening ${path}`} />
      </div>
    </main>
  );
}
