import { it } from 'vitest';
import { type FaultRow, inRow, skipRow } from './fault-row.ts';

type Options = {
  /** Milliseconds; generous, since the machine may be busy. */
  readonly timeout: number;
  /** What this machine lacks for it, or null. */
  readonly missing?: string | null;
};

/** A test without a browser that is a row of the table of faults. */
export function faultTest(
  fault: string,
  how: string,
  { timeout, missing = null }: Options,
  body: (row: FaultRow) => Promise<void>,
): void {
  const name = [fault, how] as const;
  if (missing !== null) skipRow(name, missing);
  it.skipIf(missing !== null)(`${fault}: ${how}`, { timeout }, () => inRow(name, body));
}
