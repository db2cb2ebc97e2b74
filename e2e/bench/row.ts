import type { Stat, Unit } from './figures.ts';

/** What a stat of a row must not pass: `times` is a multiple of the floor of the same run. */
export type Limit = { readonly most: number } | { readonly least: number } | { readonly times: number };

export type Row = {
  readonly id: string;
  readonly what: string;
  readonly unit: Unit;
  readonly stats: readonly Stat[];
  /** One per stat, or none where the row only informs. */
  readonly limits?: readonly Limit[];
  /** Longer was not waited: shown as “> …”. */
  readonly cap?: number;
};

export const pair = ['p50', 'p95'] as const;
export const median = ['p50'] as const;
export const most = (...values: number[]): readonly Limit[] => values.map((value) => ({ most: value }));
export const times = (...values: number[]): readonly Limit[] => values.map((value) => ({ times: value }));

/** A row of one median in `unit`. */
export const one = (id: string, what: string, unit: Unit, limits?: readonly Limit[]): Row => ({
  id,
  what,
  unit,
  stats: median,
  ...(limits === undefined ? {} : { limits }),
});

/** A row of one median in ms, with the most that it may be. */
export const ms = (id: string, what: string, limit?: number): Row =>
  one(id, what, 'ms', limit === undefined ? undefined : most(limit));
