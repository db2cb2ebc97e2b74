import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { RoomFeed } from './room-feed.ts';
import type { RoomMember } from './room-member.ts';

const page = new Y.Doc();
const updates: Uint8Array[] = [];
page.on('update', (update) => updates.push(update));
for (const letter of 'abcd') page.getText('t').insert(page.getText('t').length, letter);

function membersOf(count: number) {
  const got = new Map<string, Uint8Array[]>();
  const members = new Map<string, RoomMember>();
  for (let index = 0; index < count; index++) {
    const mine: Uint8Array[] = [];
    got.set(`m${index}`, mine);
    members.set(`m${index}`, {
      updated: (update) => mine.push(update),
      awarenessChanged: () => undefined,
      stateChanged: () => undefined,
    });
  }
  return { got, feed: new RoomFeed(members) };
}

const textOf = (got: readonly Uint8Array[]): string => {
  const doc = new Y.Doc();
  for (const update of got) Y.applyUpdate(doc, update);
  return doc.getText('t').toString();
};

it('tells a few members of each edit at once, and nobody of their own', () => {
  const { got, feed } = membersOf(3);
  updates.forEach((update, index) => feed.updated(update, `m${index % 2}`));
  expect([...got.values()].map((list) => list.length)).toEqual([2, 2, 4]);
  feed.stop();
});

it('tells many members together, the same bytes to all who wrote none of them', async () => {
  const { got, feed } = membersOf(20);
  updates.forEach((update, index) => feed.updated(update, `m${index}`));
  const list = (index: number) => got.get(`m${index}`) ?? [];
  expect(list(5)).toHaveLength(1);
  let told = false;
  const waiting = feed.told().then(() => (told = true));
  await Promise.resolve();
  expect(told).toBe(false);
  await waiting;
  expect(list(5)).toHaveLength(2);
  expect(list(5)[1]).toBe(list(19)[1]);
  expect(textOf(list(5))).toBe('abcd');
  // The first one has what came later, and never what it wrote itself.
  expect(textOf([updates[0] as Uint8Array, ...list(0)])).toBe('abcd');
  expect(textOf(list(0))).toBe('');
  await feed.told();
  feed.stop();
});
