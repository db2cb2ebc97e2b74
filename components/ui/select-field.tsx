'use client';
import type { ReactNode } from 'react';
import { Field } from '@base-ui/react/field';
import styles from './text-field.module.css';

export type SelectFieldProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly description?: ReactNode;
};

/** One of a few, as the platform offers it. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, value, options, onChange, description } = props;
  return (
    <Field.Root className={styles.field}>
      <Field.Label className={styles.label}>{label}</Field.Label>
      <Field.Control
        className={styles.input}
        value={value}
        render={
          <select
            onChange={(event) => {
              const chosen = options.find((option) => option.value === event.target.value);
              if (chosen !== undefined) onChange(chosen.value);
            }}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        }
      />
      {description ? <Field.Description className={styles.description}>{description}</Field.Description> : null}
    </Field.Root>
  );
}
