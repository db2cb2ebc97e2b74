import { expect, it } from 'vitest';
import type { PastRun } from '#lib/protocol/http/history.ts';
import { placeWords, timeWords } from './run-words.ts';

it.each([
  [0, 50, 4_250, '4.2 s'],
  [0, 2_000, 2_340, '340 ms, waited 2.0 s'],
  [0, null, 3_000, 'waited 3.0 s'],
  [0, 10, null, ''],
])('queued %i, started %s, ended %s: %s', (queuedAt, startedAt, finishedAt, words) => {
  expect(timeWords({ queuedAt, startedAt, finishedAt } as PastRun)).toBe(words);
});

it.each([
  ['Python 3', 'far', 'Python 3 on far'],
  ['Python 3', null, 'Python 3'],
  [null, null, null],
])('%s at %s: %s', (kernelLabel, gatewayLabel, words) => {
  expect(placeWords({ kernelLabel, gatewayLabel } as PastRun)).toBe(words);
});
