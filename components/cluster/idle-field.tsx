'use client';
import { SelectField } from '#components/ui/select-field.tsx';
import { sayMinutes } from '#lib/core/kernel/idle-policy.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { setIdle } from './cluster-requests.ts';

const usual = [15, 30, 60, 240, 1_440];

/** After how long without work a cluster is stopped. */
export function IdleField({ cluster: { id, idle } }: { readonly cluster: ClusterView }) {
  const minutes = [...new Set([...usual, ...(idle.minutes === null ? [] : [idle.minutes])])].toSorted((a, b) => a - b);
  return (
    <SelectField
      label="Stopped when idle for"
      value={String(idle.minutes)}
      options={[
        ...minutes.map((value) => ({ value: String(value), label: sayMinutes(value) })),
        { value: 'null', label: 'never' },
      ]}
      onChange={(value) => void setIdle(id, value === 'null' ? null : Number(value))}
    />
  );
}
