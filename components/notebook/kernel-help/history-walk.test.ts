import { expect, it } from 'vitest';
import { beginWalk, shownAt, step } from './history-walk.ts';

it.each<[what: string, inputs: readonly string[], typed: string, steps: readonly (-1 | 1)[], shown: readonly string[]]>(
  [
    ['nothing to walk', [], 'a', [-1, 1], ['a', 'a']],
    ['back and forth', ['1', '2', '3'], 't', [-1, -1, 1, 1], ['3', '2', '3', 't']],
    ['stops at the oldest', ['1', '2'], 't', [-1, -1, -1, 1], ['2', '1', '1', '2']],
    ['stops at the typed text', ['1'], 't', [1, -1, 1, 1], ['t', '1', 't', 't']],
    ['skips what comes twice in a row', ['1', '2', '2', '2'], '', [-1, -1], ['2', '1']],
    ['skips what is typed already', ['1', '2'], '2', [-1], ['1']],
    ['keeps what comes again later', ['1', '2', '1'], '', [-1, -1, -1], ['1', '2', '1']],
    ['an input of several lines', ['a\nb'], '', [-1], ['a\nb']],
  ],
)('%s', (_what, inputs, typed, steps, shown) => {
  let walk = beginWalk(inputs, typed);
  const seen = steps.map((by) => {
    walk = step(walk, by);
    return shownAt(walk);
  });
  expect(seen).toEqual(shown);
});
