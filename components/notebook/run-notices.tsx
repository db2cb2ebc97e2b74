'use client';
import { useEffect } from 'react';
import { showToast } from '#components/ui/toast.tsx';
import type { CellId } from '#lib/core/ids.ts';
import { longRunNotice } from './long-run-notice.ts';
import { useNotebook } from './notebook-context.ts';
import { askToNotify, notify, notices } from './notify.ts';
import { onRunEnd } from './run-ends.ts';

export type RunNoticesProps = { readonly path: string };

/** Tells the end of long runs: in the page when it is looked at, by the browser when it is not and may be. */
export function RunNotices({ path }: RunNoticesProps) {
  const { document, results, cells, commands } = useNotebook();
  useEffect(() => {
    const goTo = (id: CellId) => {
      commands.collapsing.reveal(id);
      commands.selecting.activate(id);
    };
    return onRunEnd(results, (run) => {
      const title = longRunNotice(run, document.cellIds().indexOf(run.cellId) + 1);
      if (title === null) return;
      if (window.document.visibilityState === 'hidden') {
        notify(title, path, () => goTo(run.cellId));
        return;
      }
      if (cells.sees(run.cellId)) return;
      const offer = notices.get() === 'undecided' && 'Notification' in window;
      showToast({
        title,
        description: offer ? 'The browser can tell you as well when you look elsewhere.' : path,
        action: offer
          ? { label: 'Tell me', run: () => void askToNotify() }
          : { label: 'Go to the cell', run: () => goTo(run.cellId) },
      });
    });
  }, [document, results, cells, commands, path]);
  return null;
}
