'use client';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import styles from './splitter.module.css';

export type SplitterProps = {
  /** What it resizes, for screen readers. */
  readonly label: string;
  /** Of the line itself: a vertical one stands between left and right. */
  readonly orientation: 'vertical' | 'horizontal';
  /** Size of the part before the line, or after it, in any unit of the caller's. */
  readonly value: number;
  readonly of?: 'before' | 'after';
  readonly min: number;
  readonly max: number;
  /** One press of an arrow key; with Shift four of them. */
  readonly step: number;
  /** How many units one pixel is; read when a drag begins. */
  readonly unitsPerPixel?: () => number;
  /** Called at every move. */
  readonly onMove: (value: number) => void;
  /** Called once when a drag or a key press is over. */
  readonly onDone: (value: number) => void;
  /** Double click, Enter. */
  readonly onReset: () => void;
  readonly className?: string | undefined;
};

/** A line between two parts that a person can drag, or move with the arrow keys, Home and End. */
export function Splitter(props: SplitterProps) {
  const { label, orientation, value, min, max, step, unitsPerPixel = onePixel, onMove, onDone, onReset } = props;
  const sign = props.of === 'after' ? -1 : 1;
  const drag = useRef<{ from: number; value: number; units: number; last: number } | null>(null);
  const [dragging, setDragging] = useState(false);
  const vertical = orientation === 'vertical';
  const within = (wanted: number) => Math.min(max, Math.max(min, wanted));
  const place = (event: PointerEvent) => (vertical ? event.clientX : event.clientY);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { from: place(event), value, units: unitsPerPixel(), last: value };
    setDragging(true);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current === null) return;
    const { from, value: start, units } = drag.current;
    drag.current.last = within(start + sign * (place(event) - from) * units);
    onMove(drag.current.last);
  };
  const onPointerEnd = () => {
    if (drag.current === null) return;
    const { last, value: start } = drag.current;
    drag.current = null;
    setDragging(false);
    if (last !== start) onDone(last);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = sign * (event.shiftKey ? 4 * step : step);
    const wanted = wantedBy(event.key, { vertical, value, by, min, max });
    if (event.key === 'Enter') onReset();
    else if (wanted === null) return;
    else {
      onMove(within(wanted));
      onDone(within(wanted));
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      className={`${styles.splitter} ${props.className ?? ''}`}
      {...(dragging ? { 'data-dragging': '' } : {})}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={onReset}
      onKeyDown={onKeyDown}
    />
  );
}

const onePixel = () => 1;

type KeyMove = {
  readonly vertical: boolean;
  readonly value: number;
  readonly by: number;
  readonly min: number;
  readonly max: number;
};

function wantedBy(key: string, { vertical, value, by, min, max }: KeyMove): number | null {
  switch (key) {
    case 'Home':
      return min;
    case 'End':
      return max;
    case 'ArrowLeft':
      return vertical ? value - by : null;
    case 'ArrowRight':
      return vertical ? value + by : null;
    case 'ArrowUp':
      return vertical ? null : value - by;
    case 'ArrowDown':
      return vertical ? null : value + by;
    default:
      return null;
  }
}
