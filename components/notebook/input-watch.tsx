'use client';
import { useEffect } from 'react';
import spoken from '#components/ui/spoken.module.css';
import { useWaitingRun } from '#lib/client/results/use-results.ts';
import { useNotebook } from './notebook-context.ts';

export type InputWatchProps = {
  /** Whether a cell of the notebook waits for its person. */
  readonly onWaiting: (waits: boolean) => void;
};

/** Notices that a cell asks something: says it aloud, keeps its field in the page, and tells the page around. */
export function InputWatch({ onWaiting }: InputWatchProps) {
  const { document, results, cells } = useNotebook();
  const run = useWaitingRun(results);
  const cell = run?.cellId ?? null;
  useEffect(() => {
    if (cell === null) return;
    cells.pin('input', [cell]);
    onWaiting(true);
    return () => {
      cells.pin('input', []);
      onWaiting(false);
    };
  }, [cell, cells, onWaiting]);
  const number = cell === null ? 0 : document.cellIds().indexOf(cell) + 1;
  return (
    <div className={spoken.spoken} aria-live="assertive">
      {run?.input == null ? null : (
        <span key={run.input.id}>
          Cell {number} waits for your input: {run.input.prompt}
        </span>
      )}
    </div>
  );
}
