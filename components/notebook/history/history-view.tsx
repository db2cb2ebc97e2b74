'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { useNotebook } from '../notebook-context.ts';
import { HistoryFilters } from './history-filters.tsx';
import styles from './history-view.module.css';
import { PastRunView } from './past-run-view.tsx';
import { RunList } from './run-list.tsx';

/** A run that starts or ends is in the list a moment later, ms: many that end together are asked for once. */
const settleMs = 300;

export type HistoryViewProps = {
  /** Of the notebook's code. */
  readonly language: string;
};

/** The runs of this notebook in the panel: the list, or the one that was chosen. */
export function HistoryView({ language }: HistoryViewProps) {
  const { history, results } = useNotebook();
  const { chosen } = useSyncExternalStore(history.subscribe, history.get, history.get);
  useEffect(() => {
    void history.load();
    let known = results.sessions();
    let timer: number | undefined;
    const off = results.subscribe(() => {
      const sessions = results.sessions();
      if (sessions === known) return;
      known = sessions;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void history.load(), settleMs);
    });
    return () => {
      off();
      window.clearTimeout(timer);
    };
  }, [history, results]);
  return (
    <div className={styles.view} data-run-history>
      {chosen === null ? (
        <>
          <HistoryFilters />
          <RunList />
        </>
      ) : (
        <PastRunView key={chosen} id={chosen} language={language} />
      )}
    </div>
  );
}
