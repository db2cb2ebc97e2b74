'use client';
import { useRef, useSyncExternalStore } from 'react';
import { History } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useRowFocus } from '#components/ui/use-row-focus.ts';
import { useCellPlaces } from '#lib/client/document/use-document.ts';
import type { CellId, RunId } from '#lib/core/ids.ts';
import type { PastRun } from '#lib/protocol/http/history.ts';
import { Elapsed } from '#components/ui/elapsed.tsx';
import { useNotebook } from '../notebook-context.ts';
import { RunMark } from '../run-mark.tsx';
import { useNow } from '../use-now.ts';
import { clock } from '#components/ui/measure-words.ts';
import styles from './run-list.module.css';
import { cellWords, placeWords, timeWords } from './run-words.ts';

export type RunListProps = { readonly onPick: (id: RunId) => void };

/** Runs, the newest first. One stop of the Tab key; the arrow keys go through them. */
export function RunList({ onPick }: RunListProps) {
  const { history, document } = useNotebook();
  const { runs, next, fault, loading, filter } = useSyncExternalStore(history.subscribe, history.get, history.get);
  const places = useCellPlaces(document);
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const rows = useRowFocus(
    list,
    (runs ?? []).map(({ id }) => id),
  );
  const isFiltered = filter.cellId !== null || filter.outcome !== null || filter.by !== null;

  return (
    <div className={styles.scroller}>
      {fault === null ? null : (
        <FaultNotice fault={fault} actions={<Button onClick={() => void history.load()}>Try again</Button>} />
      )}
      {runs === null && fault === null ? (
        <div className={styles.wait}>
          <Skeleton label="Reading the run history" />
        </div>
      ) : null}
      {runs?.length === 0 ? (
        <EmptyState icon={History} title={isFiltered ? 'No such runs' : 'Nothing was run yet'}>
          {isFiltered
            ? 'Choose other cells or another outcome above.'
            : 'Run a cell: its code and what it gave are kept here, whatever becomes of the cell.'}
        </EmptyState>
      ) : null}
      <ul
        ref={list}
        className={styles.list}
        aria-label="Runs, the newest first"
        onKeyDown={rows.onKeyDown}
        onFocus={rows.onFocus}
      >
        {runs?.map((run) => (
          <Row
            key={run.id}
            run={run}
            places={places}
            now={now}
            tabIndex={run.id === rows.stop ? 0 : -1}
            onOpen={() => onPick(run.id)}
          />
        ))}
      </ul>
      {next === null ? null : (
        <div className={styles.more}>
          <Button disabled={loading} onClick={() => void history.more()}>
            {loading ? 'Reading…' : 'Show older runs'}
          </Button>
        </div>
      )}
    </div>
  );
}

type RowProps = {
  readonly run: PastRun;
  readonly places: ReadonlyMap<CellId, number>;
  readonly now: number;
  readonly tabIndex: 0 | -1;
  readonly onOpen: () => void;
};

function Row({ run, places, now, tabIndex, onOpen }: RowProps) {
  const place = placeWords(run);
  return (
    <li>
      <button
        type="button"
        className={styles.row}
        data-run-id={run.id}
        data-outcome={run.outcome ?? 'running'}
        tabIndex={tabIndex}
        onClick={onOpen}
      >
        <span className={styles.mark}>
          <RunMark state={run.outcome ?? 'running'} />
        </span>
        <span className={styles.words}>
          <span className={styles.top}>
            <span className={styles.cell}>{cellWords(run.cellId, places)}</span>
            <span>{clock(run.queuedAt, now)}</span>
            <span className={styles.spring} />
            {run.finishedAt === null && run.startedAt !== null ? (
              <Elapsed from={run.startedAt} to={null} />
            ) : (
              <span>{timeWords(run)}</span>
            )}
          </span>
          <code className={styles.line}>{run.firstLine === '' ? '(no code was sent)' : run.firstLine}</code>
          <span className={styles.detail}>
            {run.by}
            {place === null ? '' : ` · ${place}`}
          </span>
        </span>
      </button>
    </li>
  );
}
