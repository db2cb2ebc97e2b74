import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LineWatch } from './line-watch.ts';

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
    }),
);
afterEach(() => void vi.useRealTimers());

function watch() {
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  const line = new LineWatch({
    patienceMs: 15_000,
    silent: tell('silent'),
    revived: tell('revived'),
    look: tell('look'),
    others: (count) => void told.push(`others ${count}`),
  });
  line.begin();
  return { line, told, words: () => told.filter((word) => word !== 'look') };
}

it('says once that a line is silent, and once that it is not any more', () => {
  const { line, words } = watch();
  vi.advanceTimersByTime(14_000);
  expect(words()).toEqual([]);
  line.sign();
  vi.advanceTimersByTime(14_000);
  expect(words()).toEqual([]);
  vi.advanceTimersByTime(30_000);
  expect(words()).toEqual(['silent']);
  line.sign();
  line.sign();
  expect(words()).toEqual(['silent', 'revived']);
});

it.each([-86_400_000, 86_400_000])('a clock that is set by %i ms ends no line', (ms) => {
  const { line, words } = watch();
  vi.advanceTimersByTime(10_000);
  line.sign();
  vi.setSystemTime(Date.now() + ms);
  vi.advanceTimersByTime(10_000);
  expect(words()).toEqual([]);
});

it('looks for the kernel while the line is open, and for nothing after its end', () => {
  const { line, told } = watch();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['look', 'look']);
  line.seekLater(1_000, () => void told.push('sought'));
  line.end();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['look', 'look']);
});

it('tells of other clients when they were seen twice', () => {
  const { line, words } = watch();
  for (const connections of [1, 2, 1, 1, 3, 3, 3, 1, 1, 0]) line.count(connections);
  expect(words()).toEqual(['others 0', 'others 2', 'others 0']);
});
