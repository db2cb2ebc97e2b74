'use client';
import type { ReactNode, Ref } from 'react';
import { Field } from '@base-ui/react/field';
import styles from './text-field.module.css';

export type TextFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'url' | 'search';
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly mono?: boolean;
  readonly autoComplete?: string;
  /** What is typed is none of a password manager's. */
  readonly unmanaged?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
};

export function TextField(props: TextFieldProps) {
  const { label, value, onChange, type = 'text', description, error, mono = false } = props;
  return (
    <Field.Root className={styles.field} invalid={error !== undefined}>
      <Field.Label className={styles.label}>{label}</Field.Label>
      <Field.Control
        {...(props.inputRef === undefined ? {} : { ref: props.inputRef })}
        className={`${styles.input} ${mono ? styles.mono : ''}`}
        type={type}
        value={value}
        onValueChange={(next) => onChange(String(next))}
        placeholder={props.placeholder}
        required={props.required}
        autoComplete={props.autoComplete ?? 'off'}
        data-1p-ignore={props.unmanaged === true ? true : undefined}
        spellCheck={false}
      />
      {description ? <Field.Description className={styles.description}>{description}</Field.Description> : null}
      {error === undefined ? null : (
        <Field.Error match className={styles.error}>
          {error}
        </Field.Error>
      )}
    </Field.Root>
  );
}
