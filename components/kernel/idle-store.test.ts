import { expect, it } from 'vitest';
import type { ToastMessage } from '#components/ui/toast.tsx';
import type { callApi } from '#lib/client/api.ts';
import { fault } from '#lib/core/fault.ts';
import { gatewayId } from '#lib/core/ids.ts';
import { IdleStore } from './idle-store.ts';

/** A server with these settings. */
function served(minutes: Record<string, number>) {
  const server = { minutes, broken: false, changes: 0 };
  const told: ToastMessage[] = [];
  const call = (async (name: string, input?: { body: { idle: { minutes: Record<string, number> } } }) => {
    await Promise.resolve();
    if (server.broken) return fault('server.stopping', 'gone');
    if (name === 'changeSettings' && input !== undefined) {
      server.changes += 1;
      server.minutes = input.body.idle.minutes;
    }
    return { idle: { minutes: server.minutes } };
  }) as unknown as typeof callApi;
  return { server, told, store: new IdleStore({ call, tell: (message) => told.push(message) }) };
}
const [a, b] = [gatewayId('a'), gatewayId('b')];

it('two changes at once are both made, beside what another tab has set', async () => {
  const { server, store } = served({});
  await store.load();
  server.minutes = { c: 5 };
  await Promise.all([store.change(a, 15), store.change(b, 30)]);
  expect(server.minutes).toEqual({ a: 15, b: 30, c: 5 });
  await store.change(a, null);
  expect(store.getSnapshot().minutes).toEqual({ b: 30, c: 5 });
});

it('changes nothing when what is set cannot be read, says so, and tries again when asked to', async () => {
  const { server, store, told } = served({ c: 5 });
  server.broken = true;
  await store.load();
  expect(store.getSnapshot()).toMatchObject({ minutes: null, fault: { message: 'gone' } });
  await store.change(a, 15);
  expect(server.changes).toBe(0);
  expect(told.map(({ description }) => description)).toEqual(['gone']);
  server.broken = false;
  told[0]?.action?.run();
  await expect.poll(() => server.minutes).toEqual({ a: 15, c: 5 });
  await expect.poll(() => store.getSnapshot()).toEqual({ minutes: { a: 15, c: 5 }, fault: null });
});
