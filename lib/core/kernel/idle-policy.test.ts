import { expect, it } from 'vitest';
import { countdown, idleEnd, type IdleFacts, type IdleStep, idleStep, sayMinutes } from './idle-policy.ts';

const minute = 60_000;
const idle = (usedAt: number, more: Partial<IdleFacts> = {}): IdleFacts => ({
  status: 'idle',
  working: false,
  usedAt: usedAt * minute,
  ...more,
});

it.each<[string, IdleFacts[], number | null, number | null]>([
  ['an idle kernel', [idle(10)], 30, 40],
  ['no policy', [idle(10)], null, null],
  ['a run, a queue, a question or another front end', [idle(10, { working: true })], 30, null],
  ['busy for somebody else', [idle(10, { status: 'busy' })], 30, null],
  ['a state that is not known', [idle(10, { status: 'reconnecting' })], 30, null],
  ['a kernel that starts', [idle(10, { status: 'starting' })], 30, null],
  ['two notebooks: the last use counts', [idle(10), idle(25)], 30, 55],
  ['two notebooks, one of them at work', [idle(10), idle(25, { working: true })], 30, null],
  ['no notebook', [], 30, null],
])('idleEnd: %s', (_, sessions, minutes, end) => {
  expect(idleEnd(sessions, minutes)).toBe(end === null ? null : end * minute);
});

it.each<[string, number | null, number, number | null, IdleStep['do'], number?]>([
  ['never', null, 1_000, null, 'nothing'],
  ['long before', 60, 54, null, 'nothing'],
  ['five minutes before', 60, 55, null, 'announce', 60],
  ['a little later', 60, 58, null, 'announce', 63],
  ['unseen for hours', 60, 600, null, 'announce', 605],
  ['announced', 60, 59, 60, 'nothing'],
  ['announced and over', 60, 60, 60, 'end'],
  ['announced, and used since', null, 58, 60, 'withdraw'],
])('idleStep: %s', (_, end, now, told, step, announced) => {
  const found = idleStep(end === null ? null : end * minute, now * minute, told === null ? null : told * minute, 30);
  expect(found).toEqual(announced === undefined ? { do: step } : { do: step, end: announced * minute });
});

it('a policy of less than five minutes announces no longer than itself', () => {
  expect(idleStep(minute, 0, null, 1)).toEqual({ do: 'announce', end: minute });
});

it('countdown', () => {
  expect([55, 59.5, 60, 61].map((at) => countdown(60 * minute, at * minute))).toEqual(['5:00', '0:30', '0:00', '0:00']);
});

it('sayMinutes', () => {
  expect([1, 90, 60, 240, 1_440, 2_880].map(sayMinutes)).toEqual(['1 min', '90 min', '1 h', '4 h', '1 day', '2 days']);
});
