import { expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { type Launch, type LaunchEvent, reduceLaunch } from './launch.ts';

const asked: LaunchEvent = { type: 'LaunchAsked', at: 1, id: 'a', kernelName: 'python3', gatewayLabel: 'here' };
const reached = (at: number, state: 'queued' | 'launching' | 'connecting', text: string, id = 'a'): LaunchEvent => ({
  type: 'LaunchReached',
  at,
  id,
  state,
  text,
});
const failed = (code: 'kernel.start' | 'gateway.timeout' | 'kernel.noAnswer'): LaunchEvent => ({
  type: 'LaunchFailed',
  at: 9,
  id: 'a',
  fault: fault(code, 'why'),
});
const after = (...events: LaunchEvent[]) => events.reduce<Launch | null>(reduceLaunch, null);
const way = [asked, reached(2, 'queued', 'waits'), reached(3, 'launching', 'starts')];

it('keeps each reason with its time', () => {
  expect(after(...way, reached(4, 'launching', 'starts'), reached(7, 'connecting', 'connects'))).toMatchObject({
    state: 'connecting',
    steps: [
      { text: 'waits', at: 2, until: 3 },
      { text: 'starts', at: 3, until: 7 },
      { text: 'connects', at: 7, until: null },
    ],
  });
});

it.each<[string, LaunchEvent[], Launch['state'], number | null]>([
  ['asked for', [asked], 'queued', null],
  ['under way', way, 'launching', null],
  ['answered', [...way, { type: 'LaunchAnswered', at: 8, id: 'a' }], 'ready', 8],
  ['called off', [...way, { type: 'LaunchCancelled', at: 8, id: 'a' }], 'cancelled', 8],
  [
    'called off, whatever comes later',
    [...way, { type: 'LaunchCancelled', at: 8, id: 'a' }, failed('kernel.start')],
    'cancelled',
    8,
  ],
  ['refused', [...way, failed('kernel.start')], 'failed', 9],
  ['a gateway that took too long', [...way, failed('gateway.timeout')], 'timedOut', 9],
  ['a kernel that took too long', [...way, failed('kernel.noAnswer')], 'timedOut', 9],
  [
    'another start, whatever comes of the first',
    [...way, { ...asked, id: 'b' }, failed('kernel.start')],
    'queued',
    null,
  ],
])('%s', (_, events, state, until) => {
  const launch = after(...events);
  expect(launch?.state).toBe(state);
  expect(launch?.steps.at(-1)?.until ?? null).toBe(until);
});

it('is bounded, however much a gateway has to say', () => {
  const much = Array.from({ length: 500 }, (_, at) => reached(at, 'launching', `reason ${at}`));
  const steps = after(asked, ...much)?.steps ?? [];
  expect(steps).toHaveLength(40);
  expect(steps[0]?.text).toBe('reason 0');
  expect(steps.at(-1)).toMatchObject({ text: 'reason 499', until: null });
});
