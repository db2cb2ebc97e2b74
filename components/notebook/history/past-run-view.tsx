'use client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ArrowLeft } from 'lucide-react';
import { CellOutputs } from '#components/output/cell-outputs.tsx';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { useCell, useCellPlaces, useCellSource, useDocument } from '#lib/client/document/use-document.ts';
import { isFault } from '#lib/core/fault.ts';
import type { RunId } from '#lib/core/ids.ts';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import { sourceLanguage } from '../cell-language.ts';
import { useNotebook } from '../notebook-context.ts';
import { RunMark, runStateNames } from '../run-mark.tsx';
import { StaticSource } from '../static-source.tsx';
import { useNow } from '../use-now.ts';
import { clock, counted } from '#components/ui/measure-words.ts';
import { DiffView } from './diff-view.tsx';
import type { PastRunContent } from './history-store.ts';
import styles from './past-run-view.module.css';
import { cellWords, placeWords, timeWords } from './run-words.ts';

export type PastRunViewProps = {
  readonly id: RunId;
  /** Of the notebook's code. */
  readonly language: string;
  /** A person has just chosen it. */
  readonly takesFocus: boolean;
};

/** One run of before: its code, how the cell has changed since, and what it gave. */
export function PastRunView({ id, language, takesFocus }: PastRunViewProps) {
  const { history } = useNotebook();
  const { content } = useSyncExternalStore(history.subscribe, history.get, history.get);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (takesFocus) back.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  const leave = () => {
    history.choose(null);
    // The row that was left, once it is in the page again.
    setTimeout(() => document.querySelector<HTMLElement>(`[data-run-id="${CSS.escape(id)}"]`)?.focus(), 0);
  };
  return (
    <div
      className={styles.run}
      data-past-run={id}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        leave();
      }}
    >
      <div className={styles.head}>
        <IconButton ref={back} icon={ArrowLeft} size="small" label="All runs" onClick={leave} />
        {content === null || isFault(content) ? null : <Words content={content} />}
      </div>
      {content === null ? (
        <div className={styles.wait}>
          <Skeleton label="Reading the run" />
        </div>
      ) : isFault(content) ? (
        <Notice
          kind="error"
          hint={content.hint}
          actions={<Button onClick={() => history.choose(id)}>Try again</Button>}
        >
          {content.message}
        </Notice>
      ) : (
        <Content content={content} language={language} />
      )}
    </div>
  );
}

/** Who, when, where, how long and how it ended. */
function Words({ content: { run } }: { readonly content: PastRunContent }) {
  const { document } = useNotebook();
  const places = useCellPlaces(document);
  const now = useNow();
  const state = run.outcome ?? 'running';
  const facts = [run.by, placeWords(run), timeWords(run)].filter((words) => words !== null && words !== '');
  return (
    <div className={styles.words}>
      <p className={styles.title}>
        <RunMark state={state} /> {cellWords(run.cellId, places)} {runStateNames[state]}, {clock(run.queuedAt, now)}
      </p>
      <p className={styles.facts}>{facts.join(' · ')}</p>
      {run.reason === null ? null : <p className={styles.facts}>{run.reason}</p>}
    </div>
  );
}

type ContentProps = { readonly content: PastRunContent; readonly language: string };

function Content({ content: { run, source, outputs, outputsHeld }, language }: ContentProps) {
  const { document, commands, resolveUrl } = useNotebook();
  const cell = useCell(document, run.cellId);
  const today = useCellSource(document, run.cellId);
  useDocument(document);
  const [shown, setShown] = useState<'code' | 'changes'>('code');
  const missing = outputsHeld + run.outputsLeft;
  const isThere = cell?.type === 'code';
  const putBack = () => {
    if (source === null) return;
    // On a phone the panel lies over the notebook, whose cell is to be seen now.
    if (window.matchMedia('(max-width: 720px)').matches) void actionRegistry.run('view.closePanel');
    commands.pastRuns.putBack(run.cellId, source);
  };
  const copy = () =>
    navigator.clipboard.writeText(source ?? '').then(
      () => showToast({ title: 'The code is copied.' }),
      () => showToast({ kind: 'error', title: 'The browser does not allow to copy.' }),
    );
  return (
    <div className={styles.body}>
      {source === null ? (
        <p className={styles.note}>It was taken out of the queue before its code was sent.</p>
      ) : (
        <>
          <div className={styles.tools} role="toolbar" aria-label="This run">
            <span className={styles.pair}>
              <Button aria-pressed={shown === 'code'} onClick={() => setShown('code')}>
                Code
              </Button>
              <Button aria-pressed={shown === 'changes'} disabled={!isThere} onClick={() => setShown('changes')}>
                Changes since
              </Button>
            </span>
            <span className={styles.pair}>
              <Button onClick={() => void copy()}>Copy</Button>
              <Button
                look="primary"
                disabled={!commands.editing.canEdit() || (isThere && today === source)}
                onClick={putBack}
              >
                Put it back
              </Button>
            </span>
          </div>
          {isThere ? null : (
            <p className={styles.note}>
              {cell === undefined ? 'Its cell is gone.' : 'Its cell is no code cell any more.'} “Put it back” makes one.
            </p>
          )}
          {shown === 'changes' && isThere ? (
            <DiffView before={source} after={today} />
          ) : (
            <div className={styles.source} tabIndex={0} role="region" aria-label="Code of this run">
              <StaticSource source={source} language={sourceLanguage('code', source, language)} />
            </div>
          )}
        </>
      )}
      <h3 className={styles.subtitle}>Outputs</h3>
      {outputs.length === 0 && missing === 0 ? (
        <p className={styles.note}>{run.finishedAt === null ? 'It is still running.' : 'It gave none.'}</p>
      ) : (
        <div className={styles.outputs}>
          <CellOutputs outputs={outputs} resolveUrl={resolveUrl} />
        </div>
      )}
      {outputs.map((output, at) =>
        output.output_type === 'stream' && output.stored !== undefined ? (
          // Outputs have no identity but their place.
          <a
            key={at}
            className={styles.note}
            href={apiUrl('downloadRunText', { params: { id: run.id, output: String(at) } })}
          >
            Download the whole text of output {at + 1}
          </a>
        ) : null,
      )}
      {missing === 0 ? null : (
        <p className={styles.note}>
          {counted(missing, 'output')} more{' '}
          {run.outputsLeft === 0 ? 'are too large to be shown here' : 'were too large to be kept'}.
        </p>
      )}
    </div>
  );
}
