import { expect } from 'vitest';
import { faultTest } from './fault-test.ts';
import { killWhileSaving, randomOf } from './killed-while-saving.ts';

faultTest('kill -9 while a 10 MB notebook is saved', '200 times', { timeout: 1_200_000 }, async (row) => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  // Two notebooks at a time: there are at least two cores.
  const halves = await Promise.all([0, 1].map((half) => killWhileSaving(100, randomOf(seed + half))));
  const sum = (of: (counts: (typeof halves)[number]) => number) => halves.reduce((total, one) => total + of(one), 0);
  row.edits = { acknowledged: sum((one) => one.acknowledged), lost: sum((one) => one.lost) };
  row.note = `${sum((one) => one.torn)} torn files, ${sum((one) => one.saves)} saves finished`;
  expect(row.edits.lost).toBe(0);
  expect(sum((one) => one.torn)).toBe(0);
  expect(sum((one) => one.doubled)).toBe(0);
  expect(sum((one) => one.saves)).toBeGreaterThan(0);
});
