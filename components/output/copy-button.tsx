'use client';

import { useEffect, useState } from 'react';
import styles from './output.module.css';

type CopyButtonProps = {
  /** Called when the button is pressed: long texts are not prepared before somebody wants them. */
  readonly text: () => string;
  readonly label: string;
};

/** Copies the exact text behind an output, without escapes. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setState('ready'), 1_500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  const word = state === 'ready' ? 'Copy' : state === 'copied' ? 'Copied' : 'Not allowed';
  return (
    <button type="button" className={styles.copy} aria-label={label} onClick={copy}>
      <span aria-live="polite">{word}</span>
    </button>
  );
}
