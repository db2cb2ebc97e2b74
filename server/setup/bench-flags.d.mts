export type BenchFlags = {
  readonly against: 'jupyterlab' | null;
  /** Groups of rows; null: all. */
  readonly only: readonly string[] | null;
  readonly rounds: number;
  readonly write: boolean;
};
export const benchUsage: string;
export function readBenchFlags(
  argv: readonly string[],
):
  | { readonly value: BenchFlags; readonly help?: never; readonly message?: never }
  | { readonly help: true; readonly value?: never; readonly message?: never }
  | { readonly message: string; readonly value?: never; readonly help?: never };
