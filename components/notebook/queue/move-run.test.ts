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

it('a move back that follows before the first is painted takes it back, whether the first arrived or not', () => {
  const painted = ids('abcd');
  const there = moveRun(painted, runId('b'), 0);
  const told = changedPart(painted, there);
  const back = moveRun(there, runId('b'), 1);
  const next = changedPart(painted, back, told.length);
  expect(next.join('')).toBe('ab');
  for (const arrived of [painted, there]) expect(arrangeQueue(arrived, next).join('')).toBe('abcd');
});
