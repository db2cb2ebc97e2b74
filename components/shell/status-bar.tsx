'use client';
import { useKeyWords } from '#lib/client/actions/use-actions.ts';
import { SlotPlace } from '#components/ui/slot.tsx';
import styles from './status-bar.module.css';
import { useConnectionStatus } from './use-connection.ts';

export type StatusBarProps = { readonly onPalette: () => void };

const palette = { keys: ['Accel-Shift-P'] };

const lineWords = { connecting: 'connecting…', connected: 'connected', offline: 'server does not answer' } as const;

/**
 * Near and far are always visible: the line to the server, then what the shown notebook says of its file (slot
 * `status.near`), of its kernel (slot `status.far`), of the caret (slot `status.caret`) and of the language (slot `status.language`).
 */
export function StatusBar({ onPalette }: StatusBarProps) {
  const line = useConnectionStatus();
  const keys = useKeyWords(palette);
  return (
    <footer className={styles.bar}>
      <span className={styles.item} data-tone={line === 'offline' ? 'bad' : 'calm'} data-line={line}>
        near: {lineWords[line]}
        <SlotPlace name="status.near" />
      </span>
      <SlotPlace name="status.far" className={`${styles.item} ${styles.far}`} />
      <SlotPlace name="status.caret" className={`${styles.item} ${styles.caret}`} />
      <SlotPlace name="status.language" className={`${styles.item} ${styles.caret}`} />
      <span className={styles.spring} />
      <button type="button" className={styles.keys} onClick={onPalette}>
        Commands {keys}
      </button>
    </footer>
  );
}
