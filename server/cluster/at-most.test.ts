import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { atMostEvery } from './at-most.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('acts at once, and once more for all that came meanwhile', () => {
  let acts = 0;
  const act = atMostEvery(300, () => (acts += 1));
  act();
  expect(acts).toBe(1);
  for (let times = 0; times < 50; times += 1) act();
  vi.advanceTimersByTime(299);
  expect(acts).toBe(1);
  vi.advanceTimersByTime(1);
  expect(acts).toBe(2);
  vi.advanceTimersByTime(10_000);
  expect(acts).toBe(2);
  act();
  expect(acts).toBe(3);
});
