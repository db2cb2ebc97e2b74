import type { KernelStatus } from '#lib/core/session/event.ts';

/** A line of the compute picker that is no kernel: what another feature offers there. */
export type PickerLine = {
  /** Unique within the picker. */
  readonly key: string;
  readonly mark: KernelStatus | 'add' | 'leave';
  readonly title: string;
  /** What kind it is, or how large. */
  readonly about: string;
  readonly distance: string;
  /** Its state, or what choosing it does. */
  readonly use: string;
  /** A second line: figures, who uses it, their age. */
  readonly note: string;
  readonly current: boolean;
  /** Why it cannot be chosen; null: it can. */
  readonly refusal: string | null;
};

export type PickerLines = { readonly title: string; readonly lines: readonly PickerLine[] };
