import { expect } from 'vitest';
import { faultTest } from './fault-test.ts';
import { killWhileSaving, randomOf } from './killed-while-saving.ts';

faultTest('kill -9 while a 10 MB notebook is saved', '5 times', { timeout: 240_000 }, async (row) => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const counts = await killWhileSaving(5, randomOf(seed));
  row.edits = { acknowledged: counts.acknowledged, lost: counts.lost };
  row.note = `${counts.torn} torn files, ${counts.saves} saves finished`;
  expect(counts).toMatchObject({ torn: 0, lost: 0, doubled: 0 });
  expect(counts.acknowledged).toBeGreaterThan(0);
});
