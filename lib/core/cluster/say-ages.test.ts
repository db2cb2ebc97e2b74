import { expect, it } from 'vitest';
import { sayAges } from './say-ages.ts';

it('says which figures are older than the look that tells of them, where that is worth a word', () => {
  expect(sayAges({})).toBeNull();
  expect(sayAges({ tasksAge: 2_000, workersAge: 3_000 })).toBeNull();
  expect(sayAges({ tasksAge: 1_000, workersAge: 7_600 })).toBe('workers 8 s older');
  expect(sayAges({ tasksAge: 5_000, workersAge: 4_000 })).toBe('tasks 5 s older, workers 4 s older');
});
