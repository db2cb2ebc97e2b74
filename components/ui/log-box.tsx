'use client';
import styles from './log-box.module.css';

export type LogBoxProps = {
  readonly label: string;
  readonly lines: readonly string[];
  /** Shows the end at first: what went wrong is there. */
  readonly fromEnd?: boolean;
};

/** Lines of a log, which can be scrolled by keyboard as well. */
export function LogBox({ label, lines, fromEnd = false }: LogBoxProps) {
  return (
    <pre
      ref={fromEnd ? toEnd : undefined}
      className={`${styles.log} ${fromEnd ? styles.low : ''}`}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      {lines.join('\n')}
    </pre>
  );
}

function toEnd(log: HTMLElement | null): void {
  log?.scrollTo(0, log.scrollHeight);
}
