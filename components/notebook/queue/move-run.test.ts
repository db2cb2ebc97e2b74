import { expect, it } from 'vitest';
import { runId } from '#lib/core/ids.ts';
import { arrangeQueue } from '#lib/core/session/reduce-queue.ts';
import { changedPart, moveRun } from './move-run.ts';

const ids = (text: string) => text.split('').map(runId);

it.each([
  ['b', 0, 'bacd', 'ba'],
  ['a', 1, 'bacd', 'ba'],
  ['a', 9, 'bcda', 'bcda'],
  ['d', -1, 'dabc', 'dabc'],
  ['c', 2, 'abcd', ''],
  ['x', 0, 'abcd', ''],
])('%s to %i: %s, of which "%s" is told', (id, place, order, told) => {
  const queue = ids('abcd');
  const moved = moveRun(queue, runId(id), place);
  expect(moved.join('')).toBe(order);
  expect(changedPart(queue, moved).join('')).toBe(told);
  expect(arrangeQueue(queue, changedPart(queue, moved)).join('')).toBe(order);
});
