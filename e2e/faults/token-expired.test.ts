import { expect } from 'vitest';
import { TokenDoor } from '#server/testing/token-door.ts';
import { faultTest } from './fault-test.ts';
import { KernelRig, pause } from './kernel-rig.ts';
import { findUnaccounted, perConnection, printLines } from './line-count.ts';

faultTest('token expired mid-run', 'a gateway that asks for another token', { timeout: 180_000 }, async (row) => {
  await using rig = await KernelRig.start();
  await using door = await TokenDoor.start(rig.jupyter, 'first');
  Object.assign(rig.endpoint, { url: door.url, token: 'first' });
  const cell = rig.bench.source.set('a', printLines(300, 0.02));
  await rig.bench.start();
  await rig.runUntil(cell, 50);
  door.expire('second');
  await rig.bench.whenStatus('reconnecting');
  await rig.bench.when(() => door.refused > 0, 'the old token to be refused');
  expect(rig.bench.session().status).toBe('reconnecting');
  await pause(1_000);
  rig.endpoint.token = 'second';
  await rig.whenFinished(cell);
  row.lines = rig.count(cell, 300);
  row.note = `${door.refused} requests refused`;
  expect(findUnaccounted(row.lines, perConnection)).toBeNull();
  expect(rig.bench.runOf(cell)?.state).toBe('ok');
});
