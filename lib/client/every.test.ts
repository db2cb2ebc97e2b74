import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { every } from './every.ts';

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  turn(to: DocumentVisibilityState): void {
    this.visibilityState = to;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('asks now and after each pause, in a hidden page never, and at once when that is shown again', () => {
  const page = new Page();
  const ask = vi.fn<(left: AbortSignal) => void>();
  const stop = every(1_000, ask, { page: () => page as unknown as Document });
  expect(ask).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(ask).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2_000);
  expect(ask).toHaveBeenCalledTimes(3);
  page.turn('hidden');
  vi.advanceTimersByTime(10_000);
  expect(ask).toHaveBeenCalledTimes(3);
  page.turn('visible');
  expect(ask).toHaveBeenCalledTimes(4);
  stop();
  page.turn('visible');
  vi.advanceTimersByTime(10_000);
  expect(ask).toHaveBeenCalledTimes(4);
});

it('tells an ask that is under way that nobody waits for it', () => {
  const page = new Page();
  const signals: AbortSignal[] = [];
  const stop = every(null, (left) => void signals.push(left), { page: () => page as unknown as Document });
  vi.advanceTimersByTime(10_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  stop();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
