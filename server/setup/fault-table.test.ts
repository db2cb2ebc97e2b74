import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRows, tableOf, writeTable, type TableRow } from './fault-table.mjs';

const lines = { expected: 2000, received: 1990, marked: 10, unknown: 0, doubled: 0, misplaced: 0 };
const rows: TableRow[] = [
  { fault: 'cut', how: 'RST', lines, edits: null, note: '7 cuts', result: 'passed', seconds: 7.2 },
  { fault: 'full', how: '', lines: null, edits: { acknowledged: 3, lost: 1 }, note: '', result: 'failed', seconds: 1 },
  {
    fault: 'a|b',
    how: '',
    lines: { ...lines, unknown: 1 },
    edits: null,
    note: '',
    result: 'not run: needs x',
    seconds: 0,
  },
];

it('shows every row with its counts', () => {
  expect(
    tableOf(rows)
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' ')),
  ).toEqual([
    '| Fault | How | Lines | There | Marked | Doubled | Misplaced | Edits | Lost | Result |',
    expect.stringMatching(/^[| -]+$/),
    '| cut | RST; 7 cuts | 2,000 | 1,990 | 10 | 0 | 0 | | | passed, 7.2 s |',
    '| full | | | | | | | 3 | 1 | FAILED, 1 s |',
    '| a\\|b | | 2,000 | 1,990 | 10 + 1 × ? | 0 | 0 | | | not run: needs x |',
  ]);
});

it('reads what tests left, and puts it in the place of an older table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'farfield-table-'));
  expect(readRows(join(folder, 'nothing'))).toEqual([]);
  for (const [index, row] of rows.entries()) writeFileSync(join(folder, `${index}.json`), JSON.stringify(row));
  expect(readRows(folder)).toEqual(rows);
  const path = join(folder, 'page.md');
  writeFileSync(path, 'a\n<!-- faults: written by npm run test:faults -- --write-docs -->\nold\n<!-- /faults -->\nz\n');
  writeTable(path, rows, 'a machine');
  writeTable(path, rows, 'a machine');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(tableOf(rows));
  expect(text.match(/a machine/g)).toHaveLength(1);
  expect(text).not.toContain('old');
  expect([text.slice(0, 2), text.slice(-19)]).toEqual(['a\n', '<!-- /faults -->\nz\n']);
  rmSync(folder, { recursive: true });
});
