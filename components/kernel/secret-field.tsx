import type { Ref } from 'react';
import { TextField } from '#components/ui/text-field.tsx';

export type SecretFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** There is one already, which an empty field keeps. */
  readonly kept: boolean;
  readonly description?: string | undefined;
  readonly inputRef?: Ref<HTMLInputElement> | undefined;
};

/** A secret is typed and sent; it never comes back to be shown. */
export function SecretField({ label, value, onChange, kept, description, inputRef }: SecretFieldProps) {
  return (
    <TextField
      label={label}
      type="password"
      value={value}
      onChange={onChange}
      // A browser fills “off” all the same, with the password of this page.
      autoComplete="new-password"
      unmanaged
      placeholder={kept ? 'kept as it is' : ''}
      description={description}
      {...(inputRef === undefined ? {} : { inputRef })}
      mono
    />
  );
}
