'use client';

import { useEffect, useState } from 'react';
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { OutputText } from '#lib/client/results/output-text.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { stripAnsi } from '#lib/core/render/ansi.ts';
import styles from './whole-text-dialog.module.css';

type LongLineProps = {
  readonly text: OutputText;
  /** Characters of the whole text: where the line begins, where reading does, and where the line ends. */
  readonly begin: number;
  readonly from: number;
  readonly end: number;
  readonly onClose: () => void;
};

/** UTF-16 units that are shown at once: a few screens, and wrapped in no time. */
const part = 16_384;

/** A long line in parts, wrapped. */
export function LongLine({ text, begin, from, end, onClose }: LongLineProps) {
  const [at, setAt] = useState(from);
  const [shown, setShown] = useState<{ readonly at: number; readonly words: string | Fault } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const to = Math.min(end, at + part);
  useEffect(() => {
    let left = false;
    void text.characters(at, to - at).then((words) => {
      if (!left) setShown({ at, words });
    });
    return () => {
      left = true;
    };
  }, [text, at, to, attempt]);
  const words = shown?.words ?? '';
  return (
    <section className={styles.long} aria-label="Long line" aria-busy={shown?.at !== at}>
      <div className={styles.bar}>
        <span className={styles.measures}>
          {`Characters ${at.toLocaleString('en')} to ${to.toLocaleString('en')}; the line ends at ${end.toLocaleString('en')}`}
        </span>
        <span className={styles.space} />
        <IconButton
          icon={ChevronLeft}
          label="Part before"
          size="small"
          disabled={at <= begin}
          onClick={() => setAt(Math.max(begin, at - part))}
        />
        <IconButton icon={ChevronRight} label="Next part" size="small" disabled={to >= end} onClick={() => setAt(to)} />
        <IconButton icon={X} label="Close the long line" size="small" onClick={onClose} />
      </div>
      {isFault(words) ? (
        <Notice
          kind="error"
          hint={words.hint}
          actions={<Button onClick={() => setAttempt((before) => before + 1)}>Try again</Button>}
        >
          {words.message}
        </Notice>
      ) : (
        <pre className={styles.wrapped} tabIndex={0} aria-label="Part of the line">
          {stripAnsi(words)}
        </pre>
      )}
    </section>
  );
}
