import { expect, it } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { PlayedServer } from '#lib/client/document/played-server.ts';
import { fault } from '#lib/core/fault.ts';
import { GatewaysStore } from './gateways-store.ts';

function storeOf() {
  const line = new PlayedServer();
  const answers: ((answer: unknown) => void)[] = [];
  const call = (() => new Promise((resolve) => answers.push(resolve))) as unknown as typeof callApi;
  return { line, answers, store: new GatewaysStore({ call, line: () => line }) };
}
const of = (...labels: string[]) => ({ gateways: labels.map((label) => ({ label })) });
const labels = (store: GatewaysStore) => store.getSnapshot().map(({ label }) => label);

it('asks again when the line is back, and the last question counts', async () => {
  const { line, answers, store } = storeOf();
  store.follow();
  store.follow();
  line.become('offline');
  expect(answers).toHaveLength(1);
  line.become('connected');
  expect(answers).toHaveLength(2);
  answers[1]?.(of('new'));
  await expect.poll(() => labels(store)).toEqual(['new']);
  answers[0]?.(of('old'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(labels(store)).toEqual(['new']);
});

it('says why nothing is known, and keeps what is', async () => {
  const { answers, store } = storeOf();
  const first = store.load();
  const second = store.load();
  answers[0]?.(of('old'));
  answers[1]?.(fault('server.stopping', 'gone'));
  expect(await first).toMatchObject({ message: 'gone' });
  expect(await second).toMatchObject({ message: 'gone' });
  expect(labels(store)).toEqual([]);
  const third = store.load();
  answers[2]?.(of('there'));
  expect(await third).toBeNull();
  expect(labels(store)).toEqual(['there']);
});
