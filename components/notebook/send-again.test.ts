import { expect, it } from 'vitest';
import type { ConnectionStatus } from '#lib/client/connection-port.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import { sendAgain } from './send-again.ts';

type Answer = { readonly runIds: readonly string[] };
const done: Answer = { runIds: ['r'] };
const lost = fault('server.stopping', 'The server does not answer.');
const notOpen = fault('notebook.notOpen', 'not yet');
const refused = fault('kernel.dead', 'dead');
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A line and a clock that the test plays; every send takes the next answer. */
function play(answers: (Answer | Fault)[], status: ConnectionStatus = 'connected') {
  const listeners = new Set<() => void>();
  const timers = new Set<{ at: number; run: () => void }>();
  const world = { status, now: 0, sent: 0, ended: null as Answer | Fault | null };
  const pass = async (ms: number) => {
    world.now += ms;
    for (const timer of Array.from(timers)) if (timer.at <= world.now && timers.delete(timer)) timer.run();
    await settle();
  };
  const become = async (next: ConnectionStatus) => {
    world.status = next;
    for (const listener of Array.from(listeners)) listener();
    await settle();
  };
  const connection = {
    status: () => world.status,
    onStatus: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const send = async () => {
    world.sent += 1;
    return answers.shift() ?? lost;
  };
  const after = (ms: number, run: () => void) => {
    const timer = { at: world.now + ms, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const start = async () => {
    void sendAgain(connection, send, { now: () => world.now, after }).then((answer) => (world.ended = answer));
    await settle();
  };
  return { world, pass, become, start, listeners, timers };
}

it.each([done, refused])('an answer ends it: %j', async (answer) => {
  const { world, start } = play([answer]);
  await start();
  expect(world).toMatchObject({ sent: 1, ended: answer });
});

it('what cannot be sent is not kept', async () => {
  const { world, start, become } = play([lost], 'offline');
  await start();
  await become('connected');
  expect(world).toMatchObject({ sent: 1, ended: lost });
});

it('whose answer was lost is sent when there is a line again, once the document is open on it', async () => {
  const { world, start, become, pass, listeners, timers } = play([lost, notOpen, notOpen, done]);
  await start();
  await become('offline');
  await pass(300);
  expect(world).toMatchObject({ sent: 2, ended: null });
  await become('connecting');
  await pass(300);
  expect(world.sent).toBe(2);
  await become('connected');
  expect(world.sent).toBe(3);
  await pass(300);
  expect(world).toMatchObject({ sent: 4, ended: done });
  expect([listeners.size, timers.size]).toEqual([0, 0]);
});

it('a notebook that is not open at first is no lost answer', async () => {
  const { world, start } = play([notOpen]);
  await start();
  expect(world).toMatchObject({ sent: 1, ended: notOpen });
});

it('ends after a minute with what was said last', async () => {
  const { world, start, become, pass, listeners } = play([lost]);
  await start();
  await become('offline');
  await pass(300);
  await pass(60_000);
  expect(world).toMatchObject({ ended: lost });
  expect(listeners.size).toBe(0);
});
