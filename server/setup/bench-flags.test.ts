import { expect, test } from 'vitest';
import { readBenchFlags } from './bench-flags.mjs';

test.each([
  [[], { against: null, only: null, rounds: 5, write: true }],
  [['--against', 'jupyterlab'], { against: 'jupyterlab', only: null, rounds: 5, write: true }],
  [
    ['--only', 'run,keys', '--rounds', '2', '--no-write'],
    { against: null, only: ['run', 'keys'], rounds: 2, write: false },
  ],
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
