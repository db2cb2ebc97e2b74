'use client';
import { Pause, TextCursorInput } from 'lucide-react';
import type { CellState, Run, RunState } from '#lib/core/session/state.ts';
import styles from './cell-gutter.module.css';
import { Elapsed } from '#components/ui/elapsed.tsx';
import { RunMark } from './run-mark.tsx';
import { clock, span } from '#components/ui/measure-words.ts';

export type CellGutterProps = {
  readonly state: CellState;
  /** Place in the queue from 1, when it waits. */
  readonly position: number | null;
  /** Its queue is held. */
  readonly held?: boolean;
  /** A press on the last run shows those before; nobody can be asked in still cells. */
  readonly onHistory?: () => void;
};

/** The life of a code cell at a glance: its number, then state (shape and colour) and time of its last run. */
export function CellGutter({ state, position, held = false, onHistory }: CellGutterProps) {
  const { run, executionCount } = state;
  const running = run?.state === 'running' || run?.state === 'queued';
  const State = onHistory === undefined ? 'span' : 'button';
  return (
    <div className={styles.gutter}>
      <span className={styles.count}>[{running ? '*' : (executionCount ?? ' ')}]</span>
      {run === null ? null : (
        <State
          className={`${styles.state} ${run.input === null ? styles[run.state] : styles.input}`}
          title={[...describeRun(run), ...(onHistory === undefined ? [] : ['press for the run history'])].join(', ')}
          {...(onHistory === undefined ? {} : { type: 'button', tabIndex: -1, onClick: onHistory })}
        >
          {run.input === null ? (
            <StateIcon state={run.state} held={held} />
          ) : (
            <TextCursorInput size={12} strokeWidth={2.25} role="img" aria-label="waits for your input" />
          )}
          {run.input === null ? null : <span>input</span>}
          {run.state === 'queued' && position !== null ? (
            <span>
              {held ? 'held' : 'queued'} {position}
            </span>
          ) : null}
          {run.state === 'queued' ? <Elapsed from={run.queuedAt} to={null} /> : null}
          {run.startedAt === null ? null : <Elapsed from={run.startedAt} to={run.finishedAt} />}
        </State>
      )}
    </div>
  );
}

/** Why it ended, how long it waited and when it was over. */
function describeRun({ reason, queuedAt, startedAt, finishedAt }: Run): readonly string[] {
  const waited = startedAt === null ? [] : [`waited ${span(Math.max(0, startedAt - queuedAt))}`];
  const ended = finishedAt === null ? [] : [`finished ${clock(finishedAt, finishedAt)}`];
  return [...(reason === null ? [] : [reason]), ...waited, ...ended];
}

type StateIconProps = { readonly state: Exclude<RunState, 'idle'>; readonly held: boolean };

function StateIcon({ state, held }: StateIconProps) {
  if (held && state === 'queued') return <Pause size={12} strokeWidth={2.25} role="img" aria-label="held" />;
  return <RunMark state={state} size={12} />;
}
