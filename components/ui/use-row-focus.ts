import { useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';

export type RowFocus<Id extends string> = {
  /** The row whose first button has the tabIndex 0; all others have -1. */
  readonly stop: Id | undefined;
  /** Of the list: the arrow keys, Home and End. Says whether the key was one of them. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
  /** Of the list. */
  readonly onFocus: (event: FocusEvent) => void;
  /** The place of the row that something is in; -1: in none. */
  readonly placeOf: (inside: EventTarget) => number;
  /** Of a place that is none, the nearest. */
  readonly focusRow: (place: number) => void;
};

const steps: Readonly<Record<string, readonly [rows: number, buttons: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * A list whose rows have one button or several, as one stop of the Tab key: where one was last, else the first row. Up and
 * down go through the rows, on the same button where that can be pressed; left and right through the buttons of a row.
 * @param list its children are the rows
 * @param ids of the rows, in order
 */
export function useRowFocus<Id extends string>(list: RefObject<HTMLElement | null>, ids: readonly Id[]): RowFocus<Id> {
  const [last, setLast] = useState<Id | null>(null);
  const stop = last !== null && ids.includes(last) ? last : ids[0];

  const rows = () => [...(list.current?.children ?? [])];
  const placeOf = (inside: EventTarget) =>
    inside instanceof Node ? rows().findIndex((row) => row.contains(inside)) : -1;
  const focusRow = (place: number, button = 0) => {
    const all = rows();
    const there = buttonsOf(all[Math.max(0, Math.min(all.length - 1, place))]);
    const wanted = there[button];
    (wanted !== undefined && canBePressed(wanted) ? wanted : there[0])?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const step = steps[event.key];
    const place = placeOf(event.target);
    if (step === undefined || place === -1 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
      return false;
    const buttons = buttonsOf(rows()[place]);
    const at = buttons.findIndex((button) => button.contains(event.target as Node));
    const [down, right] = step;
    if (right === 0) focusRow(place + down, Math.max(0, at));
    else {
      const way = right > 0 ? buttons.slice(at + 1) : buttons.slice(0, Math.max(0, at)).toReversed();
      way.find(canBePressed)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const onFocus = (event: FocusEvent) => setLast(ids[placeOf(event.target)] ?? null);

  return { stop, onKeyDown, onFocus, placeOf, focusRow };
}

/** One that cannot be pressed for now may keep the focus that it has, and is passed by. */
const canBePressed = (button: HTMLButtonElement) => !button.disabled && button.getAttribute('aria-disabled') !== 'true';

const buttonsOf = (row: Element | undefined) => [...(row?.querySelectorAll('button') ?? [])];
