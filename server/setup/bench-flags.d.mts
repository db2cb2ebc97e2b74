export type BenchFlags = {
  readonly against: 'jupyterlab' | null;
  /** Groups of rows; null: all. */
  readonly only: readonly string[] | null;
  /** All groups, not only the short ones; without a word when `only` names them. */
  readonly long: boolean;
  readonly rounds: number;
  readonly write: boolean;
};
export const benchUsage: string;
export function askedGroups(flags: Pick<BenchFlags, 'only' | 'long'>): readonly string[];
export function readBenchFlags(
  argv: readonly string[],
):
  | { readonly value: BenchFlags; readonly help?: never; readonly message?: never }
  | { readonly help: true; readonly value?: never; readonly message?: never }
  | { readonly message: string; readonly value?: never; readonly help?: never };
