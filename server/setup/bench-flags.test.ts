import { expect, test } from 'vitest';
import { askedGroups, readBenchFlags } from './bench-flags.mjs';

test.each([
  [[], { against: null, only: null, long: false, rounds: 5, write: true }],
  [['--against', 'jupyterlab'], { against: 'jupyterlab', only: null, long: false, rounds: 5, write: true }],
  [
    ['--only', 'run,keys', '--rounds', '2', '--no-write'],
    { against: null, only: ['run', 'keys'], long: false, rounds: 2, write: false },
  ],
  [['--long'], { against: null, only: null, long: true, rounds: 5, write: true }],
])('%j', (argv, value) => {
  expect(readBenchFlags(argv)).toEqual({ value });
});

test.each([
  [['--agianst'], '--agianst'],
  [['--against', 'vscode'], 'vscode'],
  [['--against'], 'jupyterlab'],
  [['--only', 'run,walk'], 'walk'],
  [['--rounds', '0'], '--rounds'],
  [['--rounds', '1.5'], '--rounds'],
])('%j is refused with a word about it', (argv, word) => {
  expect(readBenchFlags(argv).message).toContain(word);
});

test.each([
  ['the short groups', [], true, false],
  ['all groups', ['--long'], true, true],
  ['a long group by its name', ['--only', 'gigabyte'], false, true],
  ['a short group by its name, whatever else', ['--only', 'lines', '--long'], true, false],
])('%s', (_, argv, short, long) => {
  const flags = readBenchFlags(argv).value ?? { only: [], long: false };
  expect(askedGroups(flags).includes('lines')).toBe(short);
  expect(askedGroups(flags).includes('gigabyte')).toBe(long);
});
