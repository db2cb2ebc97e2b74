import { describe, expect, it } from 'vitest';
import { describeHold, describeSave } from './words.ts';

const noon = new Date(2026, 2, 5, 12, 4, 7).getTime();
const later = noon + 60_000;

it.each([
  ['interrupted', 3, 'Interrupted. 3 waiting cells are held.'],
  ['interrupted', 1, 'Interrupted. 1 waiting cell is held.'],
  ['asked', 2, '2 waiting cells are held.'],
  ['asked', 0, 'The queue is held: cells that you run wait until you continue.'],
] as const)('a queue held as %s with %i waiting', (why, waiting, words) => {
  expect(describeHold(why, waiting)).toBe(words);
});

describe('describeSave', () => {
  it.each([
    [{ status: 'saved', since: noon, reason: null }, false, 'saved 12:04:07'],
    [{ status: 'saved', since: null, reason: null }, false, 'saved'],
    [{ status: 'saving', since: noon, reason: null }, false, 'saving…'],
    [{ status: 'unsaved', since: noon, reason: null }, false, 'not saved since 12:04:07'],
    [{ status: 'error', since: noon, reason: 'the disk is full' }, false, 'not saved since 12:04:07: the disk is full'],
    [{ status: 'unsaved', since: noon, reason: null }, true, 'offline: edits are kept in this tab'],
    [{ status: 'saved', since: noon, reason: null }, true, 'offline'],
  ] as const)('%j, offline %s', (save, offline, words) => {
    expect(describeSave(save, offline, later)).toBe(words);
  });

  it('names the day when it was not today', () => {
    expect(describeSave({ status: 'saved', since: noon, reason: null }, false, noon + 86_400_000)).toBe(
      'saved 5 Mar, 12:04:07',
    );
  });
});
