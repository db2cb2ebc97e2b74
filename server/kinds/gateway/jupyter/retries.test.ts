import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Retries } from './retries.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fails(times: number) {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  let tries = 0;
  const retries: Retries = new Retries(() => {
    tries += 1;
    if (tries < times) retries.later();
  });
  return { retries, tries: () => tries };
}

it('tries at once, then less and less often, and at least every 15 s', () => {
  const { retries, tries } = fails(100);
  retries.later();
  vi.advanceTimersByTime(0);
  expect(tries()).toBe(1);
  vi.advanceTimersByTime(250 + 750 + 1_750);
  expect(tries()).toBe(4);
  vi.advanceTimersByTime(60_000);
  const before = tries();
  vi.advanceTimersByTime(15_000);
  expect(tries()).toBe(before + 1);
});

it('a try that is waited for comes at once when there is reason to hope, and those after it begin anew', () => {
  const { retries, tries } = fails(100);
  retries.later();
  vi.advanceTimersByTime(60_000);
  const before = tries();
  retries.hurry();
  vi.advanceTimersByTime(0);
  expect(tries()).toBe(before + 1);
  vi.advanceTimersByTime(250);
  expect(tries()).toBe(before + 2);
});

it('a try that is under way is not doubled, and is repeated at once if it fails', () => {
  let tries = 0;
  const retries = new Retries(() => void (tries += 1));
  for (let n = 0; n < 9; n += 1) retries.later();
  vi.advanceTimersByTime(15_000);
  expect(tries).toBe(1);
  retries.hurry();
  vi.advanceTimersByTime(15_000);
  expect(tries).toBe(1);
  retries.later();
  vi.advanceTimersByTime(0);
  expect(tries).toBe(2);
});

it('is over when it is stopped', () => {
  const { retries, tries } = fails(100);
  retries.later();
  retries.stop();
  retries.hurry();
  vi.advanceTimersByTime(60_000);
  expect(tries()).toBe(0);
});

it('a pause that the other side needs is not shortened, and those after it begin anew', () => {
  const { retries, tries } = fails(100);
  retries.later();
  vi.advanceTimersByTime(60_000);
  const before = tries();
  retries.rest(250);
  retries.hurry();
  vi.advanceTimersByTime(249);
  expect(tries()).toBe(before);
  vi.advanceTimersByTime(1 + 250);
  expect(tries()).toBe(before + 2);
});
