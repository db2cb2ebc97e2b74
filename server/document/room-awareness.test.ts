import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { RoomAwareness } from './room-awareness.ts';

it('leaves the cursor of a browser that came back when its old socket goes', () => {
  const browser = new Awareness(new Y.Doc());
  const room = new RoomAwareness(new Y.Doc(), () => undefined);
  const speak = (at: number) => {
    browser.setLocalState({ at });
    return encodeAwarenessUpdate(browser, [browser.clientID]);
  };
  expect(room.apply(speak(1), 'old socket')).toBeNull();
  expect(room.apply(speak(2), 'new socket')).toBeNull();
  room.leave('old socket');
  expect(room.all()).not.toBeNull();
  room.leave('new socket');
  expect(room.all()).toBeNull();
  room.stop();
  browser.destroy();
});
