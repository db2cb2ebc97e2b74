'use client';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { RenderedHead, RenderedTail } from '#lib/core/render/rendered-head.ts';
import { EarlyPlace } from './early-place.ts';
import { FirstCells } from './first-cells.tsx';
import { NotebookHeader } from './notebook-header.tsx';
import { NotebookPage } from './notebook-page.tsx';
import type { NotebookPlace } from './notebook-place.ts';
import { openNotebook, type OpenedNotebook } from './open-notebook.ts';
import { TakeOver } from './take-over.ts';
import { watchFirstCells } from './watch-first-cells.ts';
import styles from './notebook-view.module.css';

export type NotebookViewProps = NotebookPlace & {
  /** Path in the workspace. */
  readonly path: string;
  /** The first cells as the server found them; null when they come with the document. */
  readonly head?: RenderedHead | null;
};

/** The notebook screen: opens the document, follows its results, and lets both go when it leaves. */
export function NotebookView({ path, head: sent = null, ...place }: NotebookViewProps) {
  const [opened, setOpened] = useState<OpenedNotebook | null>(null);
  const [found, setFound] = useState<{ readonly path: string; readonly head: RenderedHead } | null>(null);
  const [end, setEnd] = useState<{ readonly path: string; readonly tail: RenderedTail } | null>(null);
  useEffect(() => {
    const notebook = openNotebook(path);
    // oxlint-disable-next-line react/set-state-in-effect -- what is opened here has to be closed here
    setOpened(notebook);
    void notebook.head().then((head) => {
      // Of a small notebook the document is there first.
      if (head !== null && notebook.document.getSnapshot().docState === 'loading') setFound({ path, head });
    });
    void notebook.tail().then((tail) => {
      if (tail !== null && notebook.document.getSnapshot().docState === 'loading') setEnd({ path, tail });
    });
    return () => notebook.stop();
  }, [path]);
  const head = sent ?? (found?.path === path ? found.head : null);
  const tail = end?.path === path ? end.tail : null;
  useEffect(watchFirstCells, []);
  const notebook = opened?.path === path ? opened : null;
  const [early] = useState(() => new EarlyPlace());
  const isLive = useTakeOver(notebook, { head, tail, early });
  const screen = useRef<HTMLElement>(null);
  // Who has scrolled among the first cells stays there when the live ones come.
  useEffect(
    () => (isLive || screen.current === null ? undefined : early.follow(screen.current)),
    [early, isLive, path],
  );
  if (notebook === null || !isLive) return <Opening path={path} head={head} tail={tail} screen={screen} {...place} />;
  return <NotebookPage key={path} notebook={notebook} screen={screen} early={early} {...place} />;
}

type Early = { readonly head: RenderedHead | null; readonly tail: RenderedTail | null; readonly early: EarlyPlace };

function useTakeOver(notebook: OpenedNotebook | null, { head, tail, early }: Early): boolean {
  const takeOver = useMemo(
    () => (notebook === null ? null : new TakeOver(notebook, { head, tail, place: early })),
    [notebook, head, tail, early],
  );
  return useSyncExternalStore(
    useCallback((listener: () => void) => takeOver?.subscribe(listener) ?? nothing, [takeOver]),
    () => takeOver?.get() ?? false,
    () => false,
  );
}

const nothing = () => undefined;

const noMenu: readonly [] = [];

type OpeningProps = NotebookPlace & {
  readonly path: string;
  readonly head: RenderedHead | null;
  readonly tail: RenderedTail | null;
  readonly screen: React.Ref<HTMLElement>;
};

function Opening({ path, head, tail, screen, headerSlot }: OpeningProps) {
  return (
    <main
      ref={screen}
      className={styles.view}
      aria-label={`Notebook ${path}`}
      data-notebook
      data-doc-state="loading"
      data-save-state="saved"
      data-kernel-state="none"
      data-cell-count={tail?.cellCount ?? head?.cellCount ?? 0}
    >
      <NotebookHeader
        path={path}
        save="opening…"
        saveTrouble={false}
        peers={[]}
        kernel="none"
        running={0}
        queued={0}
        held={false}
        waiting={false}
        disabled
        onAction={nothing}
        menu={noMenu}
        slot={headerSlot?.({ path, session: null, saveState: null, kept: null, onKeep: () => undefined })}
      />
      {head === null ? (
        <div className={styles.loading}>
          <Skeleton label={`Opening ${path}`} />
        </div>
      ) : (
        <FirstCells head={head} tail={tail} />
      )}
    </main>
  );
}
