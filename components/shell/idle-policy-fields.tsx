'use client';
import { SelectField } from '#components/ui/select-field.tsx';
import { sayMinutes } from '#lib/core/kernel/idle-policy.ts';
import type { IdleSettings } from '#lib/core/settings.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';

/** Minutes to choose from. */
const choices = [5, 15, 30, 60, 240, 720, 1_440, 4_320];

export type IdlePolicyFieldsProps = {
  readonly gateways: readonly Gateway[];
  readonly minutes: IdleSettings['minutes'];
  /** Null: kernels of this gateway are kept. */
  readonly onChange: (gateway: string, minutes: number | null) => void;
};

/** After how long without use the kernels of each gateway are shut down. */
export function IdlePolicyFields({ gateways, minutes, onChange }: IdlePolicyFieldsProps) {
  return gateways.map(({ id, label }) => {
    const present = minutes[id];
    // What a program has set is offered too.
    const offered = new Set(present === undefined ? choices : [...choices, present].toSorted((a, b) => a - b));
    return (
      <SelectField
        key={id}
        label={`On ${label}`}
        value={String(present ?? '')}
        options={[
          { value: '', label: 'never' },
          ...[...offered].map((one) => ({ value: String(one), label: `after ${sayMinutes(one)}` })),
        ]}
        onChange={(value) => onChange(id, value === '' ? null : Number(value))}
      />
    );
  });
}
