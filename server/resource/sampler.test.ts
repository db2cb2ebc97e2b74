import { expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { unpackHour } from '#lib/core/resource/packed-hour.ts';
import type { KernelSample } from '#lib/core/resource/sample.ts';
import { Sampler } from './sampler.ts';
import type { Heard, ResourceSource } from './source.ts';

const sample = (at: number): KernelSample => ({
  kind: 'kernel',
  at,
  cpu: at / 1_000,
  memory: 5,
  machine: { cores: null, cpu: null, memory: null, gpus: null },
});

/** A source that tells what the test says, and counts how often it was begun and ended. */
class SaidSource implements ResourceSource {
  begun = 0;
  ended = 0;
  tell: (heard: Heard) => void = () => undefined;

  begin(tell: (heard: Heard) => void): () => void {
    this.begun += 1;
    this.tell = tell;
    return () => void (this.ended += 1);
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

it('who comes later is told why nothing is told, until something is', async () => {
  const source = new SaidSource();
  const sampler = new Sampler(source, 0);
  sampler.working('s1', true);
  const gone = fault('cluster.lost', 'its head has ended');
  source.tell(gone);
  const heard: Heard[] = [];
  sampler.watch((one) => heard.push(one));
  await soon();
  expect(heard).toEqual([gone]);
  source.tell(sample(1_000));
  const later: Heard[] = [];
  sampler.watch((one) => later.push(one));
  await soon();
  expect([heard.length, later]).toEqual([2, []]);
  sampler.stop();
});

it('asks while somebody looks or something runs, and never else', async () => {
  const source = new SaidSource();
  const sampler = new Sampler(source, 0);
  expect(source.begun).toBe(0);
  const [leaveOne, leaveTwo] = [sampler.watch(() => undefined), sampler.watch(() => undefined)];
  await soon();
  expect([source.begun, source.ended]).toEqual([1, 0]);
  leaveOne();
  sampler.working('s1', true);
  leaveTwo();
  expect(sampler.samples()).toBe(true);
  sampler.working('s1', false);
  expect([source.begun, source.ended, sampler.samples()]).toEqual([1, 1, false]);
});

it('who comes first and leaves at once has asked for nothing', async () => {
  const source = new SaidSource();
  new Sampler(source, 0).watch(() => undefined)();
  await soon();
  expect(source.begun).toBe(0);
});

it('tells who comes later the hour that is known, and everybody what comes', async () => {
  const source = new SaidSource();
  const sampler = new Sampler(source, 0);
  sampler.working('s1', true);
  for (const at of [1_000, 2_000, 3_000]) source.tell(sample(at));
  const { hour, latest } = sampler.known(3_000);
  expect([...(unpackHour(hour)?.read(['cpu'], 3_000).values.get('cpu') ?? [])]).toEqual([1, 2, 3]);
  expect(latest).toEqual(sample(3_000));
  const heard: Heard[] = [];
  sampler.watch((one) => heard.push(one));
  const gone = fault('kernel.noAnswer', 'nothing');
  source.tell(sample(4_000));
  source.tell(gone);
  expect(heard).toEqual([sample(4_000), gone]);
  expect(sampler.known(4_000).latest).toEqual(sample(4_000));
});
