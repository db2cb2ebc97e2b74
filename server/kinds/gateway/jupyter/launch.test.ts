import { expect, it } from 'vitest';
import { fault, type Fault } from '#lib/core/fault.ts';
import { kernelId, type KernelId } from '#lib/core/ids.ts';
import type { GatewayKernel } from '../port.ts';
import { LaunchTurns } from './launch-turns.ts';
import { launchKernel, type LaunchParts } from './launch.ts';
import type { RestReply, RestRequest } from './rest.ts';

const ours = kernelId('7b0c5bd5-9a0e-4f9e-8b8f-0c7b8f5c2a11');
const kernel: GatewayKernel = { id: ours, name: 'spark', state: 'starting', connections: 0, lastActivity: 0 };
const made: RestReply = { status: 201, json: { id: ours, name: 'spark', execution_state: 'starting' } };
const silent = fault('gateway.timeout', 'it did not answer');

/** A gateway that answers the POST with `answer`, has the kernel when it is looked at, and notes what is removed. */
function gateway(
  answer: Promise<Fault | RestReply>,
  has: readonly (GatewayKernel | Fault | null)[] = [],
  ownId = true,
) {
  const removed: KernelId[] = [];
  const asked: RestRequest[] = [];
  const rests: Promise<void>[] = [];
  const looks = [...has];
  let time = 0;
  const parts: LaunchParts = {
    ask: (request) => {
      asked.push(request);
      return answer;
    },
    enter: async () => null,
    find: async () => looks.shift() ?? null,
    remove: async (id) => void removed.push(id),
    ownId: ownId ? ours : null,
    limitMs: 60_000,
    now: () => time,
    wait: async (ms) => void (time += ms),
    goesOn: (rest) => void rests.push(rest),
  };
  return { parts, removed, asked, left: looks, rests, spent: () => time };
}

it('sends its own id and the time limit to a gateway that takes them, and nothing of it to others', async () => {
  const takes = gateway(Promise.resolve(made));
  expect(await launchKernel({ name: 'spark' }, takes.parts, {})).toEqual({ ...kernel, lastActivity: 0 });
  expect(takes.asked[0]?.body).toEqual({ name: 'spark', env: { KERNEL_ID: ours, KERNEL_LAUNCH_TIMEOUT: '60' } });
  expect(takes.asked[0]?.timeoutMs).toBeGreaterThan(60_000);
  const plain = gateway(Promise.resolve(made), [], false);
  await launchKernel({ name: 'spark', path: 'a' }, plain.parts, {});
  expect(plain.asked[0]?.body).toEqual({ name: 'spark', path: 'a' });
});

it.each([
  ['found at once', [kernel], kernel, 0],
  ['found after the gateway is back', [silent, silent, kernel], kernel, 0],
  ['found once it is up: the gateway does not have it before', [null, null, silent, null, kernel], kernel, 0],
  ['never there: removed, in case it comes', [silent, null], silent, 1],
  ['the gateway stays away', Array.from({ length: 100 }, () => silent), silent, 1],
] as const)('an answer that was lost: the kernel is %s', async (_, looks, expected, removals) => {
  const { parts, removed, asked, spent } = gateway(Promise.resolve(silent), looks);
  expect(await launchKernel({ name: 'spark' }, parts, {})).toEqual(expected);
  expect(removed).toHaveLength(removals);
  expect(asked).toHaveLength(1);
  if (removals > 0) expect(spent()).toBeGreaterThanOrEqual(60_000);
});

it('a refusal is told with its reason and is not looked into', async () => {
  const { parts, removed, left } = gateway(Promise.resolve({ status: 500, json: { reason: 'no queue' } }), [kernel]);
  const told = await launchKernel({ name: 'spark' }, parts, {});
  expect(told).toMatchObject({ fault: 'kernel.start', message: expect.stringContaining('no queue') });
  expect([removed.length, left.length]).toEqual([0, 1]);
});

it('a kernel that is forbidden is told with the reason; a refusal of whoever asks is told as such', async () => {
  const forbidden = { status: 403, json: { reason: 'User root is not authorized', message: '' } };
  const { parts } = gateway(Promise.resolve(forbidden));
  expect(await launchKernel({ name: 'spark' }, parts, {})).toMatchObject({
    fault: 'kernel.start',
    message: expect.stringContaining('User root is not authorized'),
  });
  const renewing = gateway(Promise.resolve(made));
  const answers = [forbidden, made];
  const renewed = { ...renewing.parts, ask: async () => answers.shift() ?? made };
  expect(await launchKernel({ name: 'spark' }, renewed, {})).toMatchObject({ id: ours });
  const refused = fault('gateway.refused', 'no');
  expect(await launchKernel({ name: 'spark' }, { ...parts, enter: async () => refused }, {})).toBe(refused);
});

it.each([true, false])('called off: an answer at once, and what comes later is removed (own id: %s)', async (ownId) => {
  const answer = Promise.withResolvers<RestReply>();
  const { parts, removed } = gateway(answer.promise, [], ownId);
  const callOff = new AbortController();
  const started = launchKernel({ name: 'spark' }, parts, { signal: callOff.signal });
  callOff.abort();
  expect(await started).toMatchObject({ fault: 'kernel.startCancelled' });
  expect(removed).toEqual([]);
  answer.resolve(made);
  await new Promise((resolve) => setImmediate(resolve));
  expect(removed).toEqual([ours]);
});

it('called off while the kernel is looked for: an answer at once, and the kernel is removed when it is up', async () => {
  const { parts, removed, rests } = gateway(Promise.resolve(silent));
  const callOff = new AbortController();
  const up = Promise.withResolvers<GatewayKernel>();
  const find = (): Promise<GatewayKernel> => {
    callOff.abort();
    return up.promise;
  };
  expect(await launchKernel({ name: 'spark' }, { ...parts, find }, { signal: callOff.signal })).toMatchObject({
    fault: 'kernel.startCancelled',
  });
  expect([removed, rests.length]).toEqual([[], 1]);
  up.resolve(kernel);
  await Promise.all(rests);
  expect(removed).toEqual([ours]);
});

it('a turn lasts as long as what goes on after its answer', async () => {
  const turns = new LaunchTurns();
  const hold = Promise.withResolvers<void>();
  const answered = await turns.take(async (goesOn) => {
    goesOn(hold.promise);
    return silent;
  }, {});
  expect(answered).toBe(silent);
  let begun = false;
  const next = turns.take(async () => {
    begun = true;
    return kernel;
  }, {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toBe(false);
  hold.resolve();
  expect(await next).toBe(kernel);
});

it('takes turns: one launch at a time, also after one that threw, and one called off while it waits is never begun', async () => {
  const turns = new LaunchTurns();
  const log: string[] = [];
  const hold = Promise.withResolvers<void>();
  const begin =
    (name: string, until: Promise<void> = Promise.resolve()) =>
    async (): Promise<GatewayKernel> => {
      log.push(`${name} begins`);
      await until;
      log.push(`${name} ends`);
      return kernel;
    };
  const callOff = new AbortController();
  const first = turns.take(begin('a', hold.promise), {});
  const second = turns.take(begin('b'), { signal: callOff.signal, onReason: (text) => void log.push(text) });
  const third = turns.take(begin('c'), {});
  await new Promise((resolve) => setImmediate(resolve));
  callOff.abort();
  expect(await second).toMatchObject({ fault: 'kernel.startCancelled' });
  hold.resolve();
  await Promise.all([first, third]);
  expect(log).toEqual(['a begins', 'waiting for another launch on this gateway', 'a ends', 'c begins', 'c ends']);
});
