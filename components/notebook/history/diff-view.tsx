'use client';
import { useMemo } from 'react';
import { counted } from '#components/ui/measure-words.ts';
import { type DiffLine, diffByLine } from './line-diff.ts';
import styles from './diff-view.module.css';

export type DiffViewProps = {
  /** What was run. */
  readonly before: string;
  /** What the cell has today. */
  readonly after: string;
};

/** How the code of a cell has changed since a run: lines and, within them, words. */
export function DiffView({ before, after }: DiffViewProps) {
  const lines = useMemo(() => diffByLine(before, after), [before, after]);
  if (lines.length === 0) return <p className={styles.alike}>The cell has the same code today.</p>;
  return (
    <pre className={styles.diff} tabIndex={0} role="region" aria-label="Changes since this run">
      {lines.map((line, index) => (
        // Lines of two fixed texts: their place is their identity.
        <Line key={index} line={line} />
      ))}
    </pre>
  );
}

const signs = { same: '  ', removed: '− ', added: '+ ' } as const;

function Line({ line }: { readonly line: DiffLine }) {
  if (line.kind === 'skipped')
    return <span className={styles.skipped}>{`⋯ ${counted(line.count, 'line')} alike`}</span>;
  const Element = line.kind === 'removed' ? 'del' : line.kind === 'added' ? 'ins' : 'span';
  return (
    <Element className={`${styles.line} ${styles[line.kind]}`}>
      <span className={styles.sign}>{signs[line.kind]}</span>
      {line.parts.map(({ text, changed }, index) =>
        changed ? (
          <span key={index} className={styles.word}>
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </Element>
  );
}
