import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Ticker } from './ticker.ts';

beforeEach(() => void vi.useFakeTimers({ now: 10_000 }));
afterEach(() => void vi.useRealTimers());

it('has one timer for all who look, and none once they have gone', () => {
  const ticker = new Ticker();
  const seen: number[] = [];
  const leave = Array.from({ length: 200 }, () => ticker.subscribe(() => seen.push(ticker.get())));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(new Set(seen)).toEqual(new Set([10_500, 11_000]));
  expect(seen).toHaveLength(400);
  for (const off of leave) off();
  expect(vi.getTimerCount()).toBe(0);
});

it('says the same between two ticks, and the present time to who comes after a pause', () => {
  const ticker = new Ticker();
  expect(ticker.get()).toBe(10_000);
  vi.advanceTimersByTime(400);
  expect(ticker.get()).toBe(10_000);
  vi.advanceTimersByTime(60_000);
  expect(ticker.get()).toBe(70_400);
});
