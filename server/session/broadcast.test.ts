import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { principalId, runId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { Broadcast, type Batch } from './broadcast.ts';

const megabyte = 1024 * 1024;
const text = (length: number): SessionEvent => ({
  type: 'StreamArrived',
  at: 1,
  by: principalId('p'),
  runId: runId('r'),
  name: 'stdout',
  text: 'x'.repeat(length),
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('keeps what was missed by its size, not by its number', () => {
  const broadcast = new Broadcast(1);
  const start = broadcast.tail;
  for (let n = 0; n < 3; n += 1) broadcast.publish([text(megabyte)]);
  expect(broadcast.since(start)).not.toBeNull();
  const late = broadcast.tail;
  for (let n = 0; n < 3; n += 1) broadcast.publish([text(megabyte)]);
  expect(broadcast.since(start)).toBeNull();
  expect(broadcast.since(late)).not.toBeNull();
  expect(broadcast.since(broadcast.tail)).toEqual([]);
});

it('spares a slow follower, and makes it ask again once it has caught up', () => {
  const broadcast = new Broadcast(1);
  let buffered = 0;
  const slow: Batch[] = [];
  const quick: Batch[] = [];
  broadcast.follow(
    (batch) => slow.push(batch),
    () => buffered,
  );
  broadcast.follow((batch) => quick.push(batch));
  broadcast.publish([text(1)]);
  vi.advanceTimersByTime(100);
  expect(slow).toHaveLength(1);
  buffered = 9 * megabyte;
  broadcast.publish([text(2)]);
  vi.advanceTimersByTime(100);
  broadcast.publish([text(3)]);
  vi.advanceTimersByTime(1_000);
  expect(quick).toHaveLength(3);
  expect(slow).toHaveLength(1);
  buffered = 0;
  vi.advanceTimersByTime(100);
  // From behind its cursor: that makes a browser ask again.
  expect(slow.slice(1)).toEqual([{ from: broadcast.tail, next: broadcast.tail, events: [] }]);
  broadcast.publish([text(4)]);
  vi.advanceTimersByTime(100);
  expect(slow).toHaveLength(3);
  broadcast.stop();
});

it('sends the first words of a run at once, and a flood in frames', () => {
  const broadcast = new Broadcast(1);
  const got: Batch[] = [];
  broadcast.follow((batch) => got.push(batch));
  for (let n = 1; n <= 10; n += 1) {
    broadcast.publish([text(n)]);
    vi.advanceTimersByTime(1);
  }
  expect(got).toHaveLength(2);
  vi.advanceTimersByTime(33);
  expect(got).toHaveLength(3);
  expect(got[2]?.events).toHaveLength(1);
  broadcast.stop();
});
