'use client';
import { useState } from 'react';
import { X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { useSessions } from '#lib/client/results/use-results.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { type MovedWork, movedWork } from './moved-work.ts';
import styles from './notebook-banners.module.css';
import { useNotebook } from './notebook-context.ts';

/** After a move to another kernel or cluster: code and outputs are kept, and what had run can be run again. */
export function MoveOffer() {
  const { results, commands } = useNotebook();
  const session = useSessions(results)[0] ?? null;
  const [last, setLast] = useState<SessionState | null>(session);
  const [moved, setMoved] = useState<MovedWork | null>(null);
  // Between two kernels there may be none for a moment.
  if (session !== null && session !== last) {
    const work = movedWork(last, session);
    setLast(session);
    if (work !== null) setMoved(work);
  }
  if (moved === null) return null;
  const { to, cells, sameKernel } = moved;
  const away = () => setMoved(null);
  return (
    <div className={styles.banners} data-move-offer>
      <Notice
        kind="info"
        hint={
          sameKernel
            ? 'Variables are kept; what they hold of the cluster before is not here.'
            : 'Code and outputs are kept; the variables of the kernel before are not here.'
        }
        actions={
          <>
            <Button
              look="primary"
              onClick={() => {
                away();
                commands.running.run(cells);
              }}
            >
              Run the {cells.length === 1 ? 'cell' : `${cells.length} cells`} again that had run
            </Button>
            <IconButton icon={X} size="small" label="Put this offer away" onClick={away} />
          </>
        }
      >
        This notebook runs on {to} now.
      </Notice>
    </div>
  );
}
