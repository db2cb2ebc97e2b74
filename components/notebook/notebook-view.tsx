'use client';
import { useEffect, useState } from 'react';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { NotebookPage, type NotebookPlace } from './notebook-page.tsx';
import { openNotebook, type OpenedNotebook } from './open-notebook.ts';
import styles from './notebook-view.module.css';

export type NotebookViewProps = NotebookPlace & {
  /** Path in the workspace. */
  readonly path: string;
};

/** The notebook screen: opens the document, follows its results, and lets both go when it leaves. */
export function NotebookView({ path, ...props }: NotebookViewProps) {
  const [opened, setOpened] = useState<{ readonly path: string; readonly notebook: OpenedNotebook } | null>(null);
  useEffect(() => {
    const notebook = openNotebook(path);
    // oxlint-disable-next-line react/set-state-in-effect -- what is opened here has to be closed here
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
