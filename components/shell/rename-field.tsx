'use client';
import { useRef, type KeyboardEvent } from 'react';
import styles from './file-tree.module.css';

export type RenameFieldProps = {
  readonly name: string;
  /** The new name, or null when the person thought better of it. Called once. */
  readonly onDone: (name: string | null) => void;
};

/** Edits a name in place: Enter and leaving the field keep it, Escape does not. */
export function RenameField({ name, onDone }: RenameFieldProps) {
  const done = useRef(false);
  const finish = (value: string | null) => {
    if (done.current) return;
    done.current = true;
    onDone(value === null || value.trim() === '' ? null : value);
  };
  const select = (field: HTMLInputElement | null) => {
    if (field === null || document.activeElement === field) return;
    field.focus();
    const dot = name.lastIndexOf('.');
    field.setSelectionRange(0, dot > 0 ? dot : name.length);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // The tree's own keys mean text here.
    event.stopPropagation();
    // Enter and Escape end the word that an input method composes.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') finish(event.currentTarget.value);
    if (event.key === 'Escape') finish(null);
  };
  return (
    <input
      ref={select}
      className={styles.rename}
      aria-label={`New name of ${name}`}
      defaultValue={name}
      spellCheck={false}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}
