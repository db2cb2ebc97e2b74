import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SaveSchedule } from './save-schedule.ts';

const times = { quietMs: 100, latestMs: 1_000, retryMs: 500 };
let saves: number[];
let takesMs: number;
let schedule: SaveSchedule;
let begun: number;

beforeEach(() => {
  vi.useFakeTimers();
  begun = performance.now();
  saves = [];
  takesMs = 0;
  schedule = new SaveSchedule(times, async () => {
    schedule.clear();
    saves.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, takesMs));
  });
});
afterEach(() => vi.useRealTimers());

/** A change every 10 ms. */
async function changeFor(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    schedule.changed();
    await vi.advanceTimersByTimeAsync(10);
  }
}

it('saves once it is quiet', async () => {
  await changeFor(50);
  await vi.advanceTimersByTimeAsync(500);
  expect(saves).toEqual([140]);
});

it('saves at the latest after its time when it never is', async () => {
  await changeFor(2_500);
  expect(saves).toEqual([1_000, 2_000]);
});

it('rests ten times as long as a save took, also when the clock is set back meanwhile', async () => {
  takesMs = 300;
  await changeFor(1_000);
  await vi.advanceTimersByTimeAsync(300);
  expect(saves).toEqual([1_000]);
  vi.setSystemTime(Date.now() - 86_400_000);
  await changeFor(2_900);
  expect(saves).toEqual([1_000]);
  await changeFor(200);
  expect(saves).toHaveLength(2);
});

it('rests half a minute at most', async () => {
  takesMs = 60_000;
  await changeFor(1_000);
  await vi.advanceTimersByTimeAsync(60_000);
  await changeFor(30_100);
  expect(saves).toHaveLength(2);
});
