import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineCount } from './line-count.ts';

/** A row of the table of faults, as a run of its test left it. Read by server/setup/fault-table.mjs. */
export type FaultRow = {
  readonly fault: string;
  /** How it was brought about, where there are several ways. */
  readonly how: string;
  lines: LineCount | null;
  edits: { readonly acknowledged: number; readonly lost: number } | null;
  /** Further counts, in words. */
  note: string;
  result: 'passed' | 'failed' | `not run: needs ${string}`;
  seconds: number;
};

const folder = new URL('../../test-results/fault-rows/', import.meta.url).pathname;

/** Runs the body of a test and keeps what it filled into its row, whether it passes or not. */
export async function inRow(name: readonly [fault: string, how: string], body: (row: FaultRow) => Promise<void>) {
  const row = newRow(name, 'failed');
  const startedAt = performance.now();
  try {
    await body(row);
    row.result = 'passed';
  } finally {
    row.seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    keep(row);
  }
}

/** Says that a row was not run, here and in the table. */
export function skipRow(name: readonly [fault: string, how: string], needs: string): void {
  keep(newRow(name, `not run: needs ${needs}`));
  console.log(`${name.join(', ')}: not run: needs ${needs}`);
}

function newRow([fault, how]: readonly [fault: string, how: string], result: FaultRow['result']): FaultRow {
  return { fault, how, lines: null, edits: null, note: '', result, seconds: 0 };
}

function keep(row: FaultRow): void {
  mkdirSync(folder, { recursive: true });
  const name = `${row.fault} ${row.how}`.replace(/[^a-z0-9]+/gi, '-').toLowerCase();
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(row, null, 1)}\n`);
}
