import { expect, it, vi } from 'vitest';
import type { Connection } from '#lib/client/connection-port.ts';
import { type Fault, fault } from '#lib/core/fault.ts';
import { sessionId } from '#lib/core/ids.ts';
import { Hour } from '#lib/core/resource/hour.ts';
import { packPoints } from '#lib/core/resource/packed-hour.ts';
import { figuresOfSample, type KernelSample } from '#lib/core/resource/sample.ts';
import { ResourceFeed } from './resource-feed.ts';

const target = { kind: 'kernel', sessionId: sessionId('s1') } as const;
const start = Date.UTC(2026, 0, 1);
const sample = (second: number): KernelSample => ({
  kind: 'kernel',
  at: start + second * 1_000,
  cpu: second,
  memory: 1,
  machine: { cores: 2, cpu: null, memory: null, gpus: null },
});

/** A line that answers a watch with the seconds up to `known`, and says what the test says. */
function playLine(known: number, refused: readonly Fault[] = []) {
  const sent: string[] = [];
  const refusals = [...refused];
  const handlers = new Map<string, (payload: never) => void>();
  const statuses = new Set<() => void>();
  const hour = new Hour();
  for (let second = 0; second <= known; second++) hour.put(sample(second).at, figuresOfSample(sample(second)));
  const answer = { hour: packPoints(hour.read(hour.names(), sample(known).at)), latest: sample(known) };
  const line = {
    request: async (name: string) => {
      sent.push(name);
      return name === 'resource.watch' ? (refusals.shift() ?? answer) : {};
    },
    on: (name: string, handler: (payload: never) => void) => {
      handlers.set(name, handler);
      return () => void handlers.delete(name);
    },
    status: () => 'connected',
    onStatus: (listener: () => void) => {
      statuses.add(listener);
      return () => void statuses.delete(listener);
    },
  } as unknown as Connection;
  const say = (of: object, heard: unknown) => handlers.get('resource.sampled')?.({ target: of, heard } as never);
  return { line, sent, say, reconnect: () => statuses.forEach((tell) => tell()) };
}

const cpuOf = (feed: ResourceFeed, second: number) => [
  ...(feed.getSnapshot().hour.read(['cpu'], sample(second).at).values.get('cpu') ?? []),
];
class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  turn(to: DocumentVisibilityState): void {
    this.visibilityState = to;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

it('has the hour that was known, and goes on from there with what is of its target', async () => {
  const { line, sent, say, reconnect } = playLine(3);
  const feed = new ResourceFeed(target, line, { page: () => new Page() });
  const leave = feed.subscribe(() => undefined);
  expect(feed.getSnapshot().isKnown).toBe(false);
  await soon();
  expect(cpuOf(feed, 3)).toEqual([0, 1, 2, 3]);
  say(target, sample(4));
  say({ kind: 'kernel', sessionId: 's2' }, sample(9));
  expect(cpuOf(feed, 4)).toEqual([0, 1, 2, 3, 4]);
  const gone = fault('kernel.noAnswer', 'It says nothing.');
  say(target, gone);
  expect(feed.getSnapshot()).toMatchObject({ latest: sample(4), fault: gone });
  reconnect();
  await soon();
  leave();
  expect(sent).toEqual(['resource.watch', 'resource.watch', 'resource.leave']);
});

it('asks again for what the server did not know a moment ago, and no more when it is left', async () => {
  vi.useFakeTimers();
  const gone = fault('session.notFound', 'It has ended.');
  const { line, sent } = playLine(3, [gone, gone, gone]);
  const feed = new ResourceFeed(target, line, { page: () => new Page() });
  const leave = feed.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(feed.getSnapshot()).toMatchObject({ fault: gone, isKnown: true });
  await vi.advanceTimersByTimeAsync(7_000);
  expect(feed.getSnapshot()).toMatchObject({ fault: null, latest: sample(3) });
  leave();
  const left = new ResourceFeed(target, playLine(3, [gone]).line, { page: () => new Page() });
  const leaveAtOnce = left.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  leaveAtOnce();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(left.getSnapshot().latest).toBeNull();
  expect(sent.filter((name) => name === 'resource.watch')).toHaveLength(4);
  vi.useRealTimers();
});

it('is asked for once however many listen, until the last one leaves, and not for a hidden page', async () => {
  const { line, sent } = playLine(0);
  const page = new Page();
  const followed: boolean[] = [];
  const feed = new ResourceFeed(target, line, { page: () => page, onFollowed: (is) => followed.push(is) });
  const leaves = [feed.subscribe(() => undefined), feed.subscribe(() => undefined)];
  expect(sent).toEqual(['resource.watch']);
  page.turn('hidden');
  page.turn('visible');
  expect(sent).toEqual(['resource.watch', 'resource.leave', 'resource.watch']);
  leaves[0]?.();
  leaves[0]?.();
  expect(followed).toEqual([true]);
  page.turn('hidden');
  leaves[1]?.();
  page.turn('visible');
  expect(sent).toEqual(['resource.watch', 'resource.leave', 'resource.watch', 'resource.leave']);
  expect(followed).toEqual([true, false]);
});
