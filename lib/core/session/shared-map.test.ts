import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withEntry, withoutEntry } from './shared-map.ts';

it('is a Map, entry for entry and in order, and leaves earlier maps as they were', () => {
  const key = fc.nat(300);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('set' as const), key, fc.nat()) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('delete' as const), key, fc.constant(0)) },
  );
  fc.assert(
    fc.property(fc.nat(200), fc.array(step, { maxLength: 400 }), (size, steps) => {
      const plain = new Map(Array.from({ length: size }, (_, at) => [at, -1]));
      let shared: ReadonlyMap<number, number> = new Map(plain);
      const halfway = { plain: new Map<number, number>(), shared };
      for (const [index, [what, at, value]] of steps.entries()) {
        if (what === 'set') plain.set(at, value);
        else plain.delete(at);
        shared = what === 'set' ? withEntry(shared, at, value) : withoutEntry(shared, at);
        if (index === steps.length >> 1) Object.assign(halfway, { plain: new Map(plain), shared });
      }
      if (steps.length > 0) expect([...halfway.shared]).toEqual([...halfway.plain]);
      expect([...shared]).toEqual([...plain]);
      expect([...shared.keys()]).toEqual([...plain.keys()]);
      expect([...shared.values()]).toEqual([...plain.values()]);
      expect(shared.size).toBe(plain.size);
      const seen: number[] = [];
      shared.forEach((value) => void seen.push(value));
      expect(seen).toEqual([...plain.values()]);
      const lookUp = (map: ReadonlyMap<number, number>) =>
        Array.from({ length: 300 }, (_, at) => `${map.has(at)} ${map.get(at)}`).join();
      expect(lookUp(shared)).toBe(lookUp(plain));
    }),
    { numRuns: 200 },
  );
});

it('keeps a value that is undefined', () => {
  let map: ReadonlyMap<number, undefined> = new Map(Array.from({ length: 99 }, (_, at) => [at, undefined]));
  map = withEntry(withoutEntry(map, 5), 5, undefined);
  expect([...map.keys()].at(-1)).toBe(5);
  expect(map.size).toBe(99);
});

it('gives back the very same map when the key to remove is not there', () => {
  const small = new Map([[1, 1]]);
  expect(withoutEntry(small, 2)).toBe(small);
  const large = withEntry(new Map(Array.from({ length: 99 }, (_, at) => [at, at])), 1, 2);
  expect(withoutEntry(large, 100)).toBe(large);
});
