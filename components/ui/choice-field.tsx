'use client';
import type { Ref } from 'react';
import { Search } from 'lucide-react';
import styles from './choice-field.module.css';
import type { ChoiceKeys } from './use-choice-keys.ts';

export type ChoiceFieldProps = {
  readonly choice: ChoiceKeys;
  readonly inputRef: Ref<HTMLInputElement>;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (typed: string) => void;
};

/** The field above a list of choices, at the top of a dialog: what is typed narrows the list, whose first one is taken. */
export function ChoiceField({ choice, inputRef, label, placeholder, value, onChange }: ChoiceFieldProps) {
  return (
    <div className={styles.field}>
      <Search size={16} aria-hidden />
      <input
        ref={inputRef}
        className={styles.input}
        {...choice.field}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          choice.select(null);
        }}
      />
    </div>
  );
}
