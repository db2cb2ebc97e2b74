import { describe, expect, it } from 'vitest';
import type { HeardNumbers } from './message-numbers.ts';
import { countOutside, withRange, type NumberRange } from './number-ranges.ts';
import { RestartGaps } from './restart-gaps.ts';

const prefix = 'kernel_1';
const heard = (to: number, own: readonly NumberRange[] = [], beyond: readonly number[] = []): HeardNumbers[] => [
  { prefix, to, beyond, own },
];

/** What each session is told that it lacks; the last word counts. */
function server() {
  let ids = 0;
  const gaps = new RestartGaps<string>(() => (ids -= 1));
  const lacks = new Map<string, number>();
  const take = (news: ReturnType<typeof gaps.join>) => {
    for (const { member, missing, isNew } of news) {
      expect(isNew).toBe(!lacks.has(member));
      lacks.set(member, missing);
    }
  };
  return {
    gaps,
    lacks: () => Object.fromEntries(lacks),
    join: (member: string, known: readonly HeardNumbers[]) => take(gaps.join(member, known)),
    hear: (n: number, iopub = true, of = prefix) => take(gaps.hear({ prefix: of, n }, iopub)),
  };
}

describe('a server that was killed between the journals of two notebooks', () => {
  it('the one that has the message lacks nothing; the one that has not, one', () => {
    const { join, hear, lacks } = server();
    join('a', heard(10));
    join('b', heard(9));
    expect(lacks()).toEqual({});
    hear(11);
    hear(12);
    expect(lacks()).toEqual({ b: 1 });
  });

  it('nobody lacks what the other one has as its own', () => {
    const { join, hear, lacks } = server();
    join('a', heard(10, [{ from: 4, to: 10 }]));
    join('b', heard(9));
    hear(11);
    expect(lacks()).toEqual({});
  });

  it.each([
    ['has it', 10, {}],
    ['has it not', 9, { b: 1 }],
  ])('a notebook that is opened later and %s', (_, to, expected) => {
    const { join, hear, lacks } = server();
    join('a', heard(10));
    hear(11);
    hear(12);
    join('b', heard(to));
    expect(lacks()).toEqual(expected);
  });

  it('one that is opened later takes from the others what was its own', () => {
    const { join, hear, lacks } = server();
    join('a', heard(9));
    hear(13);
    expect(lacks()).toEqual({ a: 3 });
    join('b', heard(11, [{ from: 10, to: 11 }]));
    expect(lacks()).toEqual({ a: 1, b: 1 });
  });
});

describe('what was lost with the server', () => {
  it('is lacked by all, except for what was heard on other channels', () => {
    const { join, hear, lacks } = server();
    join('a', heard(10, [], [12]));
    join('b', heard(10));
    hear(14, false);
    expect(lacks()).toEqual({});
    hear(15);
    expect(lacks()).toEqual({ a: 2, b: 3 });
    hear(11, false);
    expect(lacks()).toEqual({ a: 1, b: 2 });
  });

  it('is not lacked by who never heard of that process, or has left', () => {
    const { gaps, join, hear, lacks } = server();
    join('a', heard(10));
    join('b', heard(10));
    join('c', []);
    gaps.leave('b');
    hear(12, true, 'kernel_2');
    expect(lacks()).toEqual({});
    hear(12);
    expect(lacks()).toEqual({ a: 1 });
  });

  it('with nothing missing, nobody lacks anything', () => {
    const { join, hear, lacks } = server();
    join('a', heard(10));
    for (let n = 11; n < 20; n += 1) hear(n);
    join('b', heard(10));
    expect(lacks()).toEqual({});
  });
});

it('tells how far the kernel is, by process', () => {
  const { gaps, hear } = server();
  hear(5);
  hear(9, false);
  hear(7);
  hear(3, false, 'kernel_2');
  expect(gaps.positions).toEqual([{ prefix, n: 7 }]);
  for (let n = 0; n < 100; n += 1) hear(n, true, `kernel_${n + 10}`);
  expect(gaps.positions).toHaveLength(32);
  expect(gaps.positions[0]).toEqual({ prefix, n: 7 });
});

it('ranges of numbers say the same as a set of them, in whatever order they come', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round += 1) {
    const all = new Set<number>();
    let ranges: readonly NumberRange[] = [];
    for (let step = 0; step < 20; step += 1) {
      const from = random(60);
      const to = from + random(5);
      for (let n = from; n <= to; n += 1) all.add(n);
      ranges = withRange(ranges, { from, to });
      for (const [at, range] of ranges.entries()) expect(range.from).toBeGreaterThan((ranges[at - 1]?.to ?? -2) + 1);
    }
    const [from, to] = [random(60), random(70)];
    let outside = 0;
    for (let n = from; n <= to; n += 1) if (!all.has(n)) outside += 1;
    expect(countOutside({ from, to }, ranges)).toBe(outside);
  }
});

it('forgets a kernel that another one took the place of, with what it had forked', () => {
  const { gaps, hear } = server();
  hear(5);
  hear(0, true, 'kernel_2');
  hear(0, true, 'later_1');
  hear(1, true, 'later_1');
  expect(gaps.positions).toEqual([{ prefix: 'later_1', n: 1 }]);
});
