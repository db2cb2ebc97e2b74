'use client';
import { useMemo } from 'react';
import { diffLines } from 'diff';
import { Button } from '#components/ui/button.tsx';
import type { CellConflict } from '#lib/core/notebook/model.ts';
import { boundSource } from './bound-source.ts';
import styles from './conflict-view.module.css';

export type ConflictChoice = 'ours' | 'theirs' | 'both';

export type ConflictViewProps = {
  readonly conflict: CellConflict;
  readonly onChoose: (choice: ConflictChoice) => void;
};

/** A cell that was changed both here and on disk: both versions side by side, and a person decides. */
export function ConflictView({ conflict, onChoose }: ConflictViewProps) {
  const { ours, theirs } = conflict;
  return (
    <section className={styles.conflict} aria-label="Conflict in this cell">
      <p className={styles.title}>{sentence(conflict)}</p>
      <div className={styles.sides}>
        <Side title="Here" text={ours} other={theirs} mark="added" />
        <Side title="On disk" text={theirs} other={ours} mark="removed" />
      </div>
      <div className={styles.choices}>
        <Button onClick={() => onChoose('ours')}>{ours === null ? 'Leave it deleted' : 'Keep mine'}</Button>
        <Button onClick={() => onChoose('theirs')}>{theirs === null ? 'Delete it' : 'Take theirs'}</Button>
        {ours !== null && theirs !== null ? <Button onClick={() => onChoose('both')}>Keep both</Button> : null}
      </div>
    </section>
  );
}

function sentence({ ours, theirs }: CellConflict): string {
  if (theirs === null) return 'This cell was changed here and deleted on disk.';
  if (ours === null) return 'This cell was deleted here and changed on disk.';
  return 'This cell was changed both here and on disk. The file keeps your version until you decide.';
}

type SideProps = {
  readonly title: string;
  readonly text: string | null;
  readonly other: string | null;
  readonly mark: 'added' | 'removed';
};

function Side({ title, text, other, mark }: SideProps) {
  const lines = useMemo(() => (text === null ? [] : linesOf(text, other ?? '')), [text, other]);
  return (
    <div className={styles.side}>
      <p className={styles.name}>{title}</p>
      {text === null ? (
        <p className={styles.gone}>deleted</p>
      ) : (
        <pre className={styles.text} tabIndex={0} role="region" aria-label={title}>
          {lines.map(({ line, own }, index) => (
            // Lines of a fixed text: their place is their identity.
            <span key={index} className={own ? styles[mark] : undefined}>
              {own ? (
                <span className={styles.sign}>{mark === 'added' ? '+ ' : '− '}</span>
              ) : (
                <span className={styles.sign}>{'  '}</span>
              )}
              {line}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </div>
  );
}

/** Lines that differ, at most: beyond that the versions have too little in common to be compared. */
const mostDifferent = 1_000;

type Line = { readonly line: string; readonly own: boolean };

/** The lines of `text`, as far as they are shown, each with whether the other version lacks it. */
function linesOf(text: string, other: string): readonly Line[] {
  const [mine, theirs] = [boundSource(text).text, boundSource(other).text];
  const parts = diffLines(`${theirs}\n`, `${mine}\n`, { maxEditLength: mostDifferent });
  if (parts === undefined) return mine.split('\n').map((line) => ({ line, own: true }));
  return parts
    .filter((part) => !part.removed)
    .flatMap((part) =>
      part.value
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => ({ line, own: part.added })),
    );
}
