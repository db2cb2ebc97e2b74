'use client';
import { useId, useState } from 'react';
import { ChevronRight, Square } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import type { SeenProgress, Stage } from '#lib/core/session/progress.ts';
import type { Run } from '#lib/core/session/state.ts';
import { describeCount, describeDone, describeWork, doneShare, engineNames, whole } from './progress-words.ts';
import styles from './progress-strip.module.css';

export type ProgressStripProps = {
  readonly run: Run;
  /** What an engine does for it. */
  readonly progress: SeenProgress;
  readonly onCancel: () => void;
};

/** How far an engine is with the work of a cell; of what is over one line stays. Opens to the stages of the work. */
export function ProgressStrip({ run, progress, onCancel }: ProgressStripProps) {
  const [open, setOpen] = useState(false);
  const stages = useId();
  const { engine, tasks, atLeast, stages: rows, stageCount } = progress.report;
  const running = run.state === 'running';
  const share = doneShare(tasks);
  const name = engineNames[engine];
  return (
    <div
      className={`${styles.strip} ${running ? styles.running : ''}`}
      role="group"
      aria-label={`Progress on ${name}`}
      data-progress={running ? 'running' : 'over'}
    >
      <div className={styles.line}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls={open ? stages : undefined}
          aria-label={`Stages of the work on ${name}`}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight size={14} aria-hidden className={open ? styles.turned : ''} />
        </button>
        {running ? (
          <>
            <span className={styles.engine}>{name}</span>
            {atLeast === true ? null : <Bar share={share} failed={tasks.failed > 0} label={`Tasks on ${name}`} />}
            <span className={styles.words}>{describeWork(progress).join(' · ')}</span>
            <Button
              look="plain"

              onClick={onCancel}
              title="Ends this work at the cluster, too"
            >
              <Square size={12} aria-hidden />
              Stop
            </Button>
          </>
        ) : (
          <span className={styles.words}>
            {describeDone(progress, Math.max(0, (run.finishedAt ?? progress.at) - (run.startedAt ?? progress.at)))}
          </span>
        )}
      </div>
      {open ? (
        <ul id={stages} className={styles.stages}>
          {stageCount > rows.length ? (
            <li className={styles.earlier}>{whole(stageCount - rows.length)} earlier ones are not shown</li>
          ) : null}
          {rows.map((stage, place) => (
            // A stage has no name of its own: two may be called the same.
            <StageRow key={`${place} ${stage.name}`} stage={stage} atLeast={atLeast} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

type StageRowProps = { readonly stage: Stage; readonly atLeast: boolean | undefined };

function StageRow({ stage, atLeast }: StageRowProps) {
  const { name, running, failed } = stage;
  return (
    <li className={styles.stage}>
      <span className={styles.name} title={name}>
        {name}
      </span>
      {atLeast === true ? null : <Bar share={doneShare(stage)} failed={failed > 0} label={name} />}
      <span className={styles.count}>
        {describeCount(stage, atLeast)}
        {running > 0 ? `, ${whole(running)} running` : ''}
        {failed > 0 ? `, ${whole(failed)} failed` : ''}
      </span>
    </li>
  );
}

type BarProps = { readonly share: number; readonly failed: boolean; readonly label: string };

function Bar({ share, failed, label }: BarProps) {
  const percent = Math.floor(share * 100);
  return (
    <span
      className={styles.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span className={`${styles.done} ${failed ? styles.failed : ''}`} style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}
