'use client';
import { useId, useState, type KeyboardEvent } from 'react';

export type ChoiceKeys = {
  /** Id of the list; the option of a key has `optionId(key)`. */
  readonly listId: string;
  readonly optionId: (key: string) => string;
  /** The key of the option that Enter takes; null in an empty list. */
  readonly selected: string | null;
  readonly select: (key: string | null) => void;
  /** For the field above the list. */
  readonly field: {
    readonly role: 'combobox';
    readonly 'aria-expanded': true;
    readonly 'aria-controls': string;
    readonly 'aria-autocomplete': 'list';
    readonly 'aria-activedescendant'?: string;
    readonly spellCheck: false;
    readonly autoComplete: 'off';
    readonly onKeyDown: (event: KeyboardEvent) => void;
  };
};

/**
 * A field with a list of choices below it: the focus stays in the field, the arrow keys go through the list and around
 * its ends, Enter takes the selected one.
 * @param keys one per option, in the order of the list
 * @param preferred selected while nothing was, or what was has gone; the first one when absent
 */
export function useChoiceKeys(
  keys: readonly string[],
  onChoose: (key: string) => void,
  preferred?: string,
): ChoiceKeys {
  const listId = useId();
  const [wanted, setWanted] = useState<string | null>(null);
  const found = wanted === null ? -1 : keys.indexOf(wanted);
  const at = found === -1 ? Math.max(0, preferred === undefined ? 0 : keys.indexOf(preferred)) : found;
  const selected = keys[at] ?? null;
  // By place: a key may hold what an id may not, such as a blank.
  const optionId = (key: string) => `${listId}-${keys.indexOf(key)}`;

  const move = (by: number) => {
    const next = keys[(at + by + keys.length) % Math.max(1, keys.length)];
    if (next === undefined) return;
    setWanted(next);
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') {
      if (selected !== null) onChoose(selected);
    } else return;
    event.preventDefault();
  };

  return {
    listId,
    optionId,
    selected,
    select: setWanted,
    field: {
      role: 'combobox',
      'aria-expanded': true,
      'aria-controls': listId,
      'aria-autocomplete': 'list',
      ...(selected === null ? {} : { 'aria-activedescendant': optionId(selected) }),
      spellCheck: false,
      autoComplete: 'off',
      onKeyDown,
    },
  };
}
