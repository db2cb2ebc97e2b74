import { expect, it } from 'vitest';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { Questions } from './questions.ts';

const away = fault('cluster.unreachable', 'away');

/** Three figures, of which `often` is worth a question every two seconds; `tookMs`: how long its answer takes. */
function open(tookMs = 0) {
  const world = { now: 0, asked: '', fail: null as Fault | null };
  const ask = (name: string) => async () => {
    world.asked += name;
    if (name === 'o') world.now += tookMs;
    questions.count();
    return world.fail ?? `${name} at ${world.now}`;
  };
  const questions: Questions<{ once: string; often: string; seldom: string }> = new Questions(
    {
      once: { everyMs: Number.POSITIVE_INFINITY, ask: ask('1') },
      often: { everyMs: 2_000, ask: ask('o') },
      seldom: { everyMs: 4_000, ask: ask('s') },
    },
    () => world.now,
  );
  /** What one look asks, so many ms after the one before. */
  const after = async (ms: number): Promise<string> => {
    world.now += ms;
    world.asked = '';
    await questions.look();
    return world.asked;
  };
  return { world, questions, after };
}

it('asks all at first, then one thing a second, and what has waited longest for its turn', async () => {
  const { after } = open();
  expect(await after(0)).toBe('1os');
  const asked: string[] = [];
  for (let second = 1; second <= 8; second += 1) asked.push(await after(1_000));
  expect(asked).toEqual(['', 'o', '', 'o', 's', 'o', '', 'o']);
});

it('says how old each figure is', async () => {
  const { after, questions } = open();
  await after(0);
  await after(2_000);
  const looked = await questions.look();
  expect(isFault(looked) ? looked : [looked.ageOf('often'), looked.ageOf('seldom')]).toEqual([0, 2_000]);
  expect(isFault(looked) ? looked : looked.answers).toEqual({
    once: '1 at 0',
    often: 'o at 2000',
    seldom: 's at 0',
  });
});

it('the age of a figure counts the time that its answer takes', async () => {
  const { world, after, questions } = open(3_000);
  await after(0);
  world.now += 12_000;
  const looked = await questions.look();
  expect(isFault(looked) ? looked : [looked.ageOf('often'), looked.ageOf('seldom')]).toEqual([3_000, 3_000]);
});

it('what others ask meanwhile makes figures old, but not older than ten seconds, and is soon made up for', async () => {
  const { after, questions } = open();
  await after(0);
  const ages: number[] = [];
  for (let second = 1; second <= 600; second += 1) {
    if (second % 2 === 0) for (let request = 0; request < 2; request += 1) questions.count();
    await after(1_000);
    const looked = await questions.look();
    ages.push(isFault(looked) ? Number.NaN : Math.max(looked.ageOf('often'), looked.ageOf('seldom')));
  }
  expect(Math.max(...ages)).toBeLessThanOrEqual(10_000);
  expect(Math.max(...ages)).toBeGreaterThan(2_000);
  let asked = '';
  for (let second = 1; second <= 6; second += 1) asked += await after(1_000);
  expect(asked).toContain('o');
});

it('after a fault asks again within ten seconds, whatever else is asked meanwhile', async () => {
  const { world, after, questions } = open();
  await after(0);
  world.fail = away;
  await after(2_000);
  world.fail = null;
  let asked = '';
  for (let second = 1; second <= 10; second += 1) {
    questions.count();
    asked += await after(1_000);
  }
  expect(asked).toContain('1os');
});

it('after a pause asks what is due at once', async () => {
  const { after } = open();
  await after(0);
  expect(await after(10_000)).toBe('os');
});

it('what takes long to answer is asked more seldom, and not for ever', async () => {
  const { after } = open(1_000);
  await after(0);
  const asked: string[] = [];
  for (let second = 1; second <= 8; second += 1) asked.push(await after(1_000));
  expect(asked.join('')).toBe('osos');
  const { after: later } = open(60_000);
  await later(0);
  expect(await later(10_000)).toMatch(/o/);
});

it('after a fault asks all anew, and not at once', async () => {
  const { world, after, questions } = open();
  await after(0);
  world.fail = away;
  expect(await after(2_000)).toBe('o');
  world.fail = null;
  expect([await after(0), await questions.look()]).toEqual(['', away]);
  expect(await after(1_000)).toBe('1os');
});

it('who looks while it is asked hears the same', async () => {
  const { world, questions } = open();
  const [one, other] = await Promise.all([questions.look(), questions.look()]);
  expect([one, world.asked]).toEqual([other, '1os']);
});
