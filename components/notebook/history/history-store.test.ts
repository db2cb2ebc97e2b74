import { expect, it } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { fault } from '#lib/core/fault.ts';
import { cellId, runId } from '#lib/core/ids.ts';
import { HistoryStore } from './history-store.ts';

type Answer = (query: Record<string, unknown>) => unknown;
function storeOf(answers: Record<string, Answer>) {
  const asked: [string, Record<string, unknown>][] = [];
  const call = (async (name: string, input: { query?: object; params?: object }) => {
    const given = { ...input.query, ...input.params };
    asked.push([name, given]);
    return answers[name]?.(given);
  }) as unknown as typeof callApi;
  return { store: new HistoryStore(() => 'a.ipynb', { call }), asked };
}
const run = (id: string, queuedAt: number, finishedAt: number | null = queuedAt) => ({
  id: runId(id),
  queuedAt,
  finishedAt,
});
const ids = (store: HistoryStore) => store.get().runs?.map(({ id }) => id as string);

it('pages, and a new run comes to the top without losing older pages', async () => {
  let newest = [run('d', 4), run('c', 3)];
  const { store, asked } = storeOf({
    listHistory: ({ after }) =>
      after === undefined
        ? { runs: newest, next: '3:c', authors: ['o'] }
        : { runs: [run('b', 2), run('a', 1)], next: null, authors: ['o'] },
  });
  await store.load();
  await store.more();
  expect(ids(store)).toEqual(['d', 'c', 'b', 'a']);
  newest = [run('e', 5), run('d', 4)];
  await store.load();
  expect(ids(store)).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(store.get().next).toBeNull();
  expect(asked.map(([, { path }]) => path)).toEqual(['a.ipynb', 'a.ipynb', 'a.ipynb']);
});

it('the answer to an earlier question does not replace that of a later one', async () => {
  const waiting: ((answer: unknown) => void)[] = [];
  const { store } = storeOf({ listHistory: () => new Promise((resolve) => waiting.push(resolve)) });
  store.show(null);
  store.show(cellId('c'));
  waiting[1]?.({ runs: [run('of the cell', 1)], next: null, authors: [] });
  waiting[0]?.({ runs: [run('of all', 1)], next: null, authors: [] });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(ids(store)).toEqual(['of the cell']);
  expect(store.get().filter.cellId).toBe('c');
});

it('a fault keeps what was listed', async () => {
  let broken = false;
  const { store } = storeOf({
    listHistory: () => (broken ? fault('server.stopping', 'gone') : { runs: [run('a', 1)], next: null, authors: [] }),
  });
  await store.load();
  broken = true;
  await store.load();
  expect(ids(store)).toEqual(['a']);
  expect(store.get().fault?.message).toBe('gone');
});

it('a run that ends while it is looked at is read again', async () => {
  let ended: number | null = null;
  const { store, asked } = storeOf({
    listHistory: () => ({ runs: [run('a', 1, ended)], next: null, authors: [] }),
    readRun: () => ({ run: run('a', 1, ended), source: '1', outputs: [], outputsHeld: 0 }),
  });
  await store.load();
  store.choose(runId('a'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  ended = 9;
  await store.load();
  expect(store.get().content).toMatchObject({ run: { finishedAt: 9 } });
  await store.load();
  expect(asked.filter(([name]) => name === 'readRun')).toHaveLength(2);
});

it('begins anew at the page when more than one page of runs is new', async () => {
  let newest = [run('b', 2), run('a', 1)];
  const { store } = storeOf({ listHistory: () => ({ runs: newest, next: 'more', authors: [] }) });
  await store.load();
  newest = [run('f', 6), run('e', 5)];
  await store.load();
  expect(ids(store)).toEqual(['f', 'e']);
  expect(store.get().next).toBe('more');
});

it('older runs that are asked for outlast a look at the newest', async () => {
  const waiting: ((answer: unknown) => void)[] = [];
  const { store } = storeOf({
    listHistory: ({ after }) =>
      after === undefined
        ? { runs: [run('d', 4), run('c', 3)], next: '3:c', authors: [] }
        : new Promise((resolve) => waiting.push(resolve)),
  });
  await store.load();
  const more = store.more();
  void store.more();
  expect(store.get().loading).toBe(true);
  await store.load();
  waiting[0]?.({ runs: [run('b', 2)], next: null, authors: [] });
  await more;
  expect(ids(store)).toEqual(['d', 'c', 'b']);
  expect(store.get()).toMatchObject({ next: null, loading: false });
  expect(waiting).toHaveLength(1);
});

it('older runs of a list that is not shown any more are dropped', async () => {
  let answer: ((page: unknown) => void) | undefined;
  const { store } = storeOf({
    listHistory: ({ after, cellId: of }) =>
      after !== undefined
        ? new Promise((resolve) => (answer = resolve))
        : { runs: [run(of === undefined ? 'of all' : 'of the cell', 9)], next: 'more', authors: [] },
  });
  await store.load();
  const more = store.more();
  store.show(cellId('c'));
  answer?.({ runs: [run('older', 1)], next: null, authors: [] });
  await more;
  expect(ids(store)).toEqual(['of the cell']);
  expect(store.get()).toMatchObject({ next: 'more', loading: false });
});
