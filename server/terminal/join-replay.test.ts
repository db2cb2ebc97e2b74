import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinReplay } from './join-replay.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\r\n`).join('');

describe('joinReplay', () => {
  it.each([
    ['nothing was known', '', 'a', 'a'],
    ['nothing is new', lines(0, 50), lines(0, 50), ''],
    ['a replay that begins later', lines(0, 50), lines(20, 60), lines(50, 60)],
    ['a replay that begins earlier', lines(20, 50), lines(0, 60), lines(50, 60)],
    ['a replay of the last words alone', lines(0, 50), lines(47, 51), lines(50, 51)],
    ['a known text that is short', '$ ', '$ ls\r\n', 'ls\r\n'],
  ])('%s', (_, known, replay, fresh) => expect(joinReplay(known, replay)).toBe(fresh));

  it('says when something between is missing', () => {
    expect(joinReplay(lines(0, 50), lines(60, 90))).toBeNull();
  });

  it('is quick where one line repeats for ever', () => {
    const began = performance.now();
    expect(joinReplay('y\r\n'.repeat(400_000), 'y\r\n'.repeat(1_400_000))).toBe('');
    expect(joinReplay(`${'a'.repeat(100_000)}b`, 'a'.repeat(4_000_000))).toBeNull();
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('neither loses nor doubles anything of any text that does not repeat', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.nat(100), fc.nat(3_000), (before, shared, after, most) => {
        const all = lines(0, before + shared + 4 + after);
        const known = lines(0, before + shared + 4).slice(-Math.max(most, 60));
        const replay = lines(before, before + shared + 4 + after);
        const fresh = joinReplay(known, replay);
        expect(lines(0, before + shared + 4) + (fresh ?? 'missing')).toBe(all);
      }),
    );
  });
});
