'use client';

import {
  memo,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type Ref,
} from 'react';
import { blockSize, type OutputText } from '#lib/client/results/output-text.ts';
import { renderAnsi } from '#lib/core/render/ansi.ts';
import type { OutputLine } from '#lib/protocol/http/output-text.ts';
import { SafeHtml } from './safe-html.tsx';
import styles from './whole-text-dialog.module.css';

export type LineListHandle = { readonly scrollToLine: (line: number) => void };

type LineListProps = {
  readonly text: OutputText;
  /** Line of the hit that is looked at. */
  readonly current: number | null;
  /** The same one at each render. */
  readonly onLongLine: (line: OutputLine) => void;
  readonly ref: Ref<LineListHandle>;
};

/** CSS pixels, as in the styles. */
const rowHeight = 18;
/** No browser scrolls through more pixels reliably: longer texts are scrolled in larger steps. */
const tallest = 15_000_000;
/** Rows around the view that are in the page. */
const around = 20;

/** Lines of a text of any length, those near the view in the page. */
export function LineList({ text, current, onLongLine, ref }: LineListProps) {
  const { measures, blocks } = useSyncExternalStore(text.subscribe, text.getSnapshot, text.getSnapshot);
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const lines = measures?.lines ?? 0;
  const whole = lines * rowHeight;
  const height = Math.min(whole, tallest);
  const scale = height > view.height ? Math.max(1, (whole - view.height) / (height - view.height)) : 1;
  const place = view.top * scale;
  const first = Math.max(0, Math.floor(place / rowHeight) - around);
  const last = Math.min(lines - 1, Math.ceil((place + view.height) / rowHeight) + around);

  useEffect(() => text.want(first, last), [text, first, last, lines]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useImperativeHandle(ref, () => ({
    scrollToLine: (line) => {
      const element = box.current;
      if (element !== null) element.scrollTop = (line * rowHeight - element.clientHeight / 2) / scale;
    },
  }));

  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return (
    <div
      ref={box}
      className={styles.lines}
      role="group"
      aria-label="Lines of the text"
      tabIndex={0}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div className={styles.canvas} style={{ height }}>
        <div className={styles.rows} style={{ transform: `translateY(${view.top - (place - first * rowHeight)}px)` }}>
          {rows.map((row) => (
            <Row
              key={row}
              index={row}
              line={blocks.get(Math.floor(row / blockSize))?.[row % blockSize]}
              current={row === current}
              onLongLine={onLongLine}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

type RowProps = {
  readonly index: number;
  readonly line: OutputLine | undefined;
  readonly current: boolean;
  readonly onLongLine: (line: OutputLine) => void;
};

/** Its text is drawn anew only with another line: a view that scrolls draws the rows that come. */
const Row = memo(function Row({ index, line, current, onLongLine }: RowProps) {
  const left = line === undefined ? 0 : line.characters - line.text.length;
  return (
    <div className={styles.row} data-line={index} data-current={current || undefined} aria-busy={line === undefined}>
      <span className={styles.number} aria-hidden>
        {index + 1}
      </span>
      {line === undefined ? null : <SafeHtml as="span" html={renderAnsi(line.text)} className="output-text" />}
      {line !== undefined && left > 0 ? (
        <button type="button" className={styles.left} onClick={() => onLongLine(line)}>
          {`… ${left.toLocaleString('en')} more characters`}
        </button>
      ) : null}
    </div>
  );
});
