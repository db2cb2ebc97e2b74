'use client';
import type { ReactNode } from 'react';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import styles from './status-bar.module.css';
import { useConnectionStatus } from './use-connection.ts';

export type StatusBarProps = {
  /** Where the shown document is: saved, saving, … */
  readonly near?: ReactNode;
  /** Where its code runs. */
  readonly far?: ReactNode;
  readonly onPalette: () => void;
};

const lineWords = { connecting: 'connecting…', connected: 'connected', offline: 'server does not answer' } as const;

/** Near and far are always visible: where the document is, and where the code runs. */
export function StatusBar({ near, far, onPalette }: StatusBarProps) {
  const line = useConnectionStatus();
  return (
    <footer className={styles.bar}>
      <span className={styles.item} data-tone={line === 'offline' ? 'bad' : 'calm'} data-line={line}>
        near: {line === 'connected' && near ? near : lineWords[line]}
      </span>
      {far ? <span className={styles.item}>far: {far}</span> : null}
      <span className={styles.spring} />
      <button type="button" className={styles.keys} onClick={onPalette}>
        Commands {describeKeys({ keys: ['Accel-Shift-P'] })}
      </button>
    </footer>
  );
}
