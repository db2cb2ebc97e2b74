import { expect, test } from 'vitest';
import { readBenchFlags } from '#server/setup/bench-flags.mjs';
import { isMet, renderReport } from './report.ts';
import type { Row } from './row.ts';
import { groupNames } from './rows.ts';
import { Sheet } from './sheet.ts';

const row = (limits: NonNullable<Row['limits']>): Row => ({
  id: 'keys.first',
  what: 'a row',
  unit: 'ms',
  stats: ['p50', 'p95'],
  limits,
});

test.each([
  ['both under the limit', row([{ most: 23 }, { most: 40 }]), { p50: 23, p95: 40 }, undefined, true],
  ['one over the limit', row([{ most: 23 }, { most: 40 }]), { p50: 20, p95: 41 }, undefined, false],
  ['at least', row([{ least: 52 }]), { p50: 52 }, undefined, true],
  ['less than asked for', row([{ least: 52 }]), { p50: 51.9 }, undefined, false],
  ['a multiple of the floor', row([{ times: 1.4 }, { times: 1.4 }]), { p50: 14, p95: 28 }, { p50: 10, p95: 20 }, true],
  ['more than it', row([{ times: 1.4 }, { times: 1.4 }]), { p50: 14, p95: 29 }, { p50: 10, p95: 20 }, false],
  ['no floor to compare with', row([{ times: 1.4 }]), { p50: 1 }, undefined, false],
  ['never reached', row([{ most: 100 }]), { p50: Number.POSITIVE_INFINITY }, undefined, false],
  ['not measured', row([{ most: 100 }]), undefined, undefined, null],
])('%s', (_, given, figures, floor, expected) => {
  expect(isMet(given, figures, floor)).toBe(expected);
});

const conditions = {
  day: '2026-01-02',
  machine: 'a machine',
  rounds: 3,
  products: ['Farfield', 'JupyterLab'] as const,
  groups: ['keys', 'open'] as const,
  reasons: { 'open.1000.first': 'It is far away.' },
};

test('a page with both products, the floor, the target, and the reason of what is not met', () => {
  const sheet = new Sheet();
  sheet.put('keys.first', 'floor', { p50: 10, p95: 16 });
  sheet.put('keys.first', 'Farfield', { p50: 12, p95: 20 });
  sheet.put('keys.first', 'JupyterLab', { p50: 17, p95: 26 });
  sheet.put('open.1000.first', 'Farfield', [200, 150, 100]);
  sheet.put('open.1000.jump', 'JupyterLab', [Number.POSITIVE_INFINITY]);
  sheet.put('open.5000.first', 'Farfield', [Number.POSITIVE_INFINITY]);
  const page = renderReport(sheet, conditions);
  expect(page).toContain('| not reached | – | **no** |');
  expect(page).toContain(
    '| Key to frame, first cell of 1,000, p50 / p95 | ≤ 1.4 × / ≤ 1.4 × floor | 10 / 16 ms | 12 / 20 ms (1.20 / 1.25 ×) | 17 / 26 ms (1.70 / 1.63 ×) | yes |',
  );
  expect(page).toContain(
    '| Open in the running app, 1,000 cells: first cell painted | ≤ 130 ms | – | 150 ms | – | **no** |',
  );
  expect(page).toContain('| … then at once to the end: last cell painted | ≤ 100 ms | – | – | > 20,000 ms |  |');
  expect(page).toContain(
    '- Open in the running app, 1,000 cells: first cell painted: 150 ms, target ≤ 130 ms. It is far away.',
  );
  expect(page).not.toContain('Cold load');
});

test('says which groups were disturbed by other work', () => {
  const sheet = new Sheet();
  sheet.disturbed('keys', 'Farfield', 0.02);
  expect(renderReport(sheet, conditions)).toContain('The machine was otherwise idle.');
  sheet.disturbed('open', 'Farfield', 0.5);
  expect(renderReport(sheet, conditions)).toMatch(/Disturbed.*open Farfield 50 %\./);
});

test('a figure for a row that does not exist is a mistake', () => {
  expect(() => new Sheet().put('keys.frist', 'Farfield', [1])).toThrow('keys.frist');
});

test('the command line knows every group', () => {
  expect(readBenchFlags(['--only', groupNames.join(',')]).value?.only).toEqual(groupNames);
});
