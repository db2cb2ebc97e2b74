'use client';
import type { ReactNode } from 'react';
import { ArrowUpToLine, GripVertical, X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useCellSource } from '#lib/client/document/use-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { Run } from '#lib/core/session/state.ts';
import { Elapsed } from '#components/ui/elapsed.tsx';
import { useNotebook } from '../notebook-context.ts';
import styles from './queue-panel.module.css';

export type QueueRowProps = {
  readonly run: Run;
  /** Of its cell in the notebook, from 0; undefined: it is deleted. */
  readonly cellPlace: number | undefined;
  /** In the queue, from 0. */
  readonly place: number;
  readonly count: number;
  /** Of the row; its buttons are reached with the arrow keys. */
  readonly tabIndex: 0 | -1;
  readonly dragged: boolean;
  readonly onGo: () => void;
  readonly onPress: (event: React.PointerEvent) => void;
  readonly onNext: () => void;
  readonly onCancel: () => void;
};

/** One waiting cell. Alt with an arrow key moves it, Delete takes it out, Enter goes to it, → leads to its buttons. */
export function QueueRow(props: QueueRowProps) {
  const { run, cellPlace, place, count, tabIndex, dragged, onGo, onPress, onNext, onCancel } = props;
  const { commands } = useNotebook();
  return (
    <li className={`${styles.row} ${dragged ? styles.dragged : ''}`} data-queue-cell={run.cellId}>
      <span className={styles.grip} aria-hidden title="Drag to move" onPointerDown={onPress}>
        <GripVertical size={14} />
      </span>
      <button
        type="button"
        className={styles.go}
        data-queue-go
        tabIndex={tabIndex}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+Home Delete"
        title="Alt+↑ and Alt+↓ move it, Delete takes it out, → leads to its buttons"
        onClick={onGo}
      >
        <span className={styles.place} aria-label={`Place ${place + 1} of ${count}`} role="img">
          {place + 1}
        </span>
        <CellLine id={run.cellId} place={cellPlace}>
          waits <Elapsed from={run.queuedAt} to={null} /> ·{' '}
          {commands.queueing.isOwn(run.id) ? 'asked here' : 'asked elsewhere or earlier'}
        </CellLine>
      </button>
      <IconButton
        icon={ArrowUpToLine}
        size="small"
        label="Run next"
        tabIndex={-1}
        disabled={place === 0}
        focusableWhenDisabled
        onClick={onNext}
      />
      <IconButton icon={X} size="small" label="Take out of the queue" tabIndex={-1} onClick={onCancel} />
    </li>
  );
}

export type CellLineProps = {
  readonly id: CellId;
  /** From 0; undefined: it is deleted. */
  readonly place: number | undefined;
  readonly children: ReactNode;
};

/** A cell in one line: the first line of its code, its number, and what is said of it. */
export function CellLine({ id, place, children }: CellLineProps) {
  const { document } = useNotebook();
  const source = useCellSource(document, id);
  return (
    <span className={styles.words}>
      <span className={styles.source}>{firstLine(source)}</span>
      <span className={styles.detail}>
        {place === undefined ? 'deleted cell' : `cell ${place + 1}`} · {children}
      </span>
    </span>
  );
}

/** Of a long line the beginning is enough. */
const firstLine = (source: string): string => source.trimStart().slice(0, 200).split('\n', 1)[0] || 'empty cell';
