'use client';
import type { ReactNode } from 'react';
import { ArrowUpToLine, GripVertical, X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useCellIds, useCellSource } from '#lib/client/document/use-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { Run } from '#lib/core/session/state.ts';
import { Elapsed } from '../elapsed.tsx';
import { useNotebook } from '../notebook-context.ts';
import styles from './queue-panel.module.css';

export type QueueRowProps = {
  readonly run: Run;
  /** From 0. */
  readonly place: number;
  readonly count: number;
  readonly dragged: boolean;
  readonly onFocus: () => void;
  readonly onGo: () => void;
  readonly onKeys: (event: React.KeyboardEvent) => void;
  readonly onPress: (event: React.PointerEvent) => void;
  readonly onNext: () => void;
  readonly onCancel: () => void;
};

/** One waiting cell. Alt with an arrow key moves it, Delete takes it out, Enter goes to it. */
export function QueueRow(props: QueueRowProps) {
  const { run, place, count, dragged, onFocus, onGo, onKeys, onPress, onNext, onCancel } = props;
  const { commands } = useNotebook();
  return (
    <li className={`${styles.row} ${dragged ? styles.dragged : ''}`} data-queue-cell={run.cellId} onFocus={onFocus}>
      <span className={styles.grip} aria-hidden title="Drag to move" onPointerDown={onPress}>
        <GripVertical size={14} />
      </span>
      <button
        type="button"
        className={styles.go}
        data-queue-go
        title="Alt+↑ and Alt+↓ move it, Delete takes it out"
        onClick={onGo}
        onKeyDown={onKeys}
      >
        <span className={styles.place} aria-label={`Place ${place + 1} of ${count}`} role="img">
          {place + 1}
        </span>
        <CellLine id={run.cellId}>
          waits <Elapsed from={run.queuedAt} to={null} /> ·{' '}
          {commands.queueing.isOwn(run.id) ? 'asked here' : 'asked elsewhere or earlier'}
        </CellLine>
      </button>
      <IconButton icon={ArrowUpToLine} size="small" label="Run next" disabled={place === 0} onClick={onNext} />
      <IconButton icon={X} size="small" label="Take out of the queue" onClick={onCancel} />
    </li>
  );
}

/** A cell in one line: the first line of its code, its number, and what is said of it. */
export function CellLine({ id, children }: { readonly id: CellId; readonly children: ReactNode }) {
  const { document } = useNotebook();
  const source = useCellSource(document, id);
  const place = useCellIds(document).indexOf(id);
  return (
    <span className={styles.words}>
      <span className={styles.source}>{firstLine(source)}</span>
      <span className={styles.detail}>
        {place === -1 ? 'deleted cell' : `cell ${place + 1}`} · {children}
      </span>
    </span>
  );
}

/** Of a long line the beginning is enough. */
const firstLine = (source: string): string => source.trimStart().slice(0, 200).split('\n', 1)[0] || 'empty cell';
