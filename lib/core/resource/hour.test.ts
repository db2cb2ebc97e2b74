import { describe, expect, it } from 'vitest';
import { Hour } from './hour.ts';
import { packPoints, unpackHour } from './packed-hour.ts';
import { Ring } from './ring.ts';

const start = 1_000_000_000_000;
const second = 1_000;

/** `seconds` samples, one per second, each with what `figures` says of its second. */
function sampled(seconds: number, figures: (at: number) => Record<string, number | null>): Hour {
  const hour = new Hour();
  for (let at = 0; at < seconds; at++) hour.put(start + at * second, new Map(Object.entries(figures(at))));
  return hour;
}

const read = (hour: Hour, name: string, seconds: number) => {
  const { times, values } = hour.read([name], start + seconds * second);
  return { times: [...times].map((at) => (at - start) / second), values: [...(values.get(name) ?? [])] };
};

it('keeps an hour of so many nodes, however many there are', () => {
  const hour = new Hour();
  for (let at = 0; at < 30; at += 1) {
    const nodes = Array.from({ length: 500 }, (_, node): [string, number] => [`node.cpu:${at}-${node}`, node]);
    hour.put(start + at * second, new Map([['cpu', at], ...nodes]));
  }
  expect(hour.names().length).toBeLessThan(2_100);
  expect(read(hour, 'cpu', 30).values).toEqual(Array.from({ length: 30 }, (_, at) => at));
});

describe('Ring', () => {
  it('keeps the last points in order, and forgets a figure that has none of them', () => {
    const ring = new Ring(3);
    ring.put(1, new Map([['gone', 7]]));
    for (const at of [2, 3, 4, 5]) ring.put(at, new Map([['cpu', at === 4 ? null : at]]));
    expect([...ring.times()]).toEqual([3, 4, 5]);
    expect([...ring.values('cpu')]).toEqual([3, Number.NaN, 5]);
    expect(ring.names()).toEqual(['cpu']);
  });

  it('has room for so many figures of nodes; those that were told longest ago go first, and sums never', () => {
    const ring = new Ring(3, 2);
    const put = (at: number, ...names: readonly string[]) => ring.put(at, new Map(names.map((name) => [name, at])));
    put(1, 'cpu', 'node.cpu:a');
    put(2, 'cpu', 'node.cpu:b');
    expect(ring.names()).toEqual(['cpu', 'node.cpu:b']);
    put(3, 'memory', 'cpu', 'node.cpu:c');
    expect(ring.names()).toEqual(['cpu', 'memory', 'node.cpu:c']);
    put(4, 'cpu', 'memory', 'node.cpu:c', 'node.cpu:d');
    expect([...ring.values('node.cpu:c')]).toEqual([Number.NaN, 3, 4]);
    expect(ring.names()).not.toContain('node.cpu:d');
  });
});

describe('Hour', () => {
  it('tells each sample of the last five minutes', () => {
    const { times, values } = read(
      sampled(120, (at) => ({ cpu: at })),
      'cpu',
      120,
    );
    expect(times).toEqual(Array.from({ length: 120 }, (_, at) => at));
    expect(values).toEqual(times);
  });

  it('has one point for ten seconds before that: the mean, and of memory the most', () => {
    const hour = sampled(600, (at) => ({ cpu: at % 10, memory: at % 10 === 3 ? 900 : 1 }));
    const cpu = read(hour, 'cpu', 600);
    expect(cpu.times.slice(0, 3)).toEqual([0, 10, 20]);
    expect(cpu.values.slice(0, 3)).toEqual([4.5, 4.5, 4.5]);
    expect(read(hour, 'memory', 600).values.slice(0, 3)).toEqual([900, 900, 900]);
    expect(cpu.times).toHaveLength(30 + 300);
    expect(cpu.times).toEqual(cpu.times.toSorted((a, b) => a - b));
  });

  it('is of one size however long it is put into, and ends an hour ago', () => {
    const hour = sampled(9_000, () => ({ cpu: 1 }));
    const { times } = read(hour, 'cpu', 9_000);
    expect(times.length).toBeLessThanOrEqual(360 + 300);
    expect(times[0]).toBeGreaterThan(9_000 - 3_600);
    expect(read(hour, 'cpu', 9_000 + 4_000).times).toEqual([]);
  });

  it('says what it does not know', () => {
    const hour = sampled(3, (at) => (at === 1 ? { cpu: null } : { cpu: at, late: at === 2 ? 5 : null }));
    expect(read(hour, 'cpu', 3).values).toEqual([0, Number.NaN, 2]);
    expect(read(hour, 'late', 3).values).toEqual([Number.NaN, Number.NaN, 5]);
    expect(read(hour, 'other', 3).values).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('leaves out what comes late', () => {
    const hour = sampled(3, () => ({ cpu: 1 }));
    hour.put(start, new Map([['cpu', 9]]));
    expect(read(hour, 'cpu', 3).values).toEqual([1, 1, 1]);
  });
});

describe('an hour that travels', () => {
  it('is the same where it arrives, wherever its bytes lie', () => {
    const hour = sampled(700, (at) => ({ cpu: at % 7 === 0 ? null : at / 4, memory: at * 2 ** 20 }));
    const now = start + 700 * second;
    const packed = packPoints(hour.read(hour.names(), now));
    const askew = new Uint8Array(packed.values.length + 1);
    askew.set(packed.values, 1);
    const arrived = unpackHour({ ...packed, values: askew.subarray(1) });
    expect(arrived?.read(['cpu', 'memory'], now)).toEqual(hour.read(['cpu', 'memory'], now));
  });

  it('is refused when its parts do not fit together', () => {
    const packed = packPoints(sampled(3, () => ({ cpu: 1 })).read(['cpu'], start));
    expect(unpackHour({ ...packed, names: ['cpu', 'memory'], values: new Uint8Array(4) })).toBeNull();
  });
});
