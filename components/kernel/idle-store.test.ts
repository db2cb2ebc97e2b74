import { expect, it } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { fault } from '#lib/core/fault.ts';
import { IdleStore } from './idle-store.ts';

/** A server with these settings. */
function served(minutes: Record<string, number>) {
  const server = { minutes, broken: false, asked: 0 };
  const call = (async () => {
    server.asked += 1;
    await Promise.resolve();
    return server.broken ? fault('server.stopping', 'gone') : { idle: { minutes: server.minutes } };
  }) as unknown as typeof callApi;
  return { server, store: new IdleStore({ call }) };
}

it('questions at once share an answer; later ones see what was changed', async () => {
  const { server, store } = served({ a: 5 });
  await Promise.all([store.load(), store.load()]);
  expect(server.asked).toBe(1);
  expect(store.getSnapshot()).toEqual({ minutes: { a: 5 }, fault: null });
  server.minutes = { a: 15 };
  await store.load();
  expect(store.getSnapshot().minutes).toEqual({ a: 15 });
});

it('says why it could not be read, keeps what was known, and recovers', async () => {
  const { server, store } = served({ a: 5 });
  server.broken = true;
  await store.load();
  expect(store.getSnapshot()).toMatchObject({ minutes: null, fault: { message: 'gone' } });
  server.broken = false;
  await store.load();
  server.broken = true;
  await store.load();
  expect(store.getSnapshot()).toMatchObject({ minutes: { a: 5 }, fault: { message: 'gone' } });
});
