'use client';
import type { ReactNode } from 'react';
import { Field } from '@base-ui/react/field';
import styles from './text-field.module.css';

export type TextAreaProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows: number;
  readonly placeholder?: string;
  readonly description?: ReactNode;
};

/** Several lines of plain text, in the typeface of code. */
export function TextArea({ label, value, onChange, rows, placeholder, description }: TextAreaProps) {
  return (
    <Field.Root className={styles.field}>
      <Field.Label className={styles.label}>{label}</Field.Label>
      <Field.Control
        className={`${styles.input} ${styles.mono}`}
        value={value}
        onValueChange={(next) => onChange(String(next))}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        render={<textarea rows={rows} />}
      />
      {description ? <Field.Description className={styles.description}>{description}</Field.Description> : null}
    </Field.Root>
  );
}
