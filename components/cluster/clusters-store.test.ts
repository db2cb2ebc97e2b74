import { expect, it, vi } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { AskedStore } from '#lib/client/asked-store.ts';
import { PlayedServer } from '#lib/client/document/played-server.ts';
import { fault } from '#lib/core/fault.ts';
import { clustersAsking, type ClustersState } from './clusters-store.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });

function storeOf() {
  const line = new PlayedServer();
  const answers: ((answer: unknown) => void)[] = [];
  const call = ((name: string) =>
    name === 'listClusterTemplates'
      ? Promise.resolve({ templates: [] })
      : new Promise((resolve) => answers.push(resolve))) as unknown as typeof callApi;
  return {
    line,
    answers,
    store: new AskedStore(clustersAsking, { call, line: () => line, page: () => page as unknown as Document }),
  };
}
const of = (...labels: string[]) => ({ clusters: labels.map((label) => ({ label })), kinds: [], machine: null });
const labels = (store: AskedStore<ClustersState>) => store.getSnapshot().clusters?.map(({ label }) => label);

it('asks while somebody looks alone, by name, and the last question counts', async () => {
  const { line, answers, store } = storeOf();
  const leave = store.subscribe(() => undefined);
  await expect.poll(() => answers.length).toBe(1);
  line.become('offline');
  line.become('connected');
  expect(answers).toHaveLength(2);
  answers[1]?.(of('b', 'a'));
  await expect.poll(() => labels(store)).toEqual(['a', 'b']);
  answers[0]?.(of('old'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(labels(store)).toEqual(['a', 'b']);
  leave();
  line.become('offline');
  line.become('connected');
  expect(answers).toHaveLength(2);
});

it('a failed question keeps what was known, with its reason', async () => {
  const { answers, store } = storeOf();
  const seen = vi.fn();
  const leave = store.subscribe(seen);
  await expect.poll(() => answers.length).toBe(1);
  answers[0]?.(of('a'));
  await expect.poll(() => labels(store)).toEqual(['a']);
  void store.load();
  answers[1]?.(fault('server.stopping', 'gone'));
  await expect.poll(() => store.getSnapshot().fault?.message).toBe('gone');
  expect(labels(store)).toEqual(['a']);
  expect(seen).toHaveBeenCalledTimes(2);
  leave();
});
