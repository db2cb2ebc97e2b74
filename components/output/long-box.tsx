'use client';

import { useLayoutEffect, useRef, type ReactNode } from 'react';
import styles from './output.module.css';

type LongBoxProps = {
  readonly label: string;
  readonly lines: number;
  /** UTF-16 units: said of text that is long because its lines are. */
  readonly characters: number;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
  /** Begins with its end in view. */
  readonly fromEnd?: boolean;
  /** Changes when text arrives: a box that is scrolled to its end stays there. */
  readonly follow: string;
};

/** More lines than this are put into a box that scrolls. */
export const tallLines = 40;

/** Long text in a box of bounded height, with a button that shows it whole. */
export function LongBox({ label, lines, characters, open, onToggle, children, fromEnd = false, follow }: LongBoxProps) {
  const size =
    lines > tallLines ? `${lines.toLocaleString('en')} lines` : `${characters.toLocaleString('en')} characters`;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(fromEnd);
  useLayoutEffect(() => {
    if (box.current !== null && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow]);
  const remember = () => {
    const element = box.current;
    if (element !== null) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 8;
  };
  return (
    <>
      <div
        role="group"
        ref={box}
        className={open ? undefined : styles.tall}
        aria-label={label}
        tabIndex={open ? undefined : 0}
        onScroll={remember}
      >
        {children}
      </div>
      <button type="button" className={styles.more} aria-expanded={open} onClick={onToggle}>
        {open ? 'Show less' : `Show more (${size})`}
      </button>
    </>
  );
}
