import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { undoOf } from './typing-undo.ts';

const type = (text: Y.Text, words: string, origin: unknown) =>
  text.doc?.transact(() => text.insert(text.length, words), origin);

describe('undo of typing', () => {
  test('two editors of one text share it, one after the other; others are left alone', () => {
    const text = new Y.Doc().getText('a');
    const [plain, live] = [{}, {}];
    undoOf(text).addTrackedOrigin(plain);
    type(text, 'plain ', plain);
    undoOf(text).stopCapturing();
    undoOf(text).removeTrackedOrigin(plain);
    undoOf(text).addTrackedOrigin(live);
    type(text, 'theirs ', 'another person');
    type(text, 'live', live);
    undoOf(text).undo();
    expect(text.toString()).toBe('plain theirs ');
    undoOf(text).undo();
    expect(text.toString()).toBe('theirs ');
    undoOf(text).redo();
    expect(text.toString()).toBe('plain theirs ');
  });

  test('of many texts only those used last are kept', () => {
    const doc = new Y.Doc();
    const first = doc.getText('first');
    const undo = undoOf(first);
    for (let at = 0; at < 60; at += 1) undoOf(doc.getText(String(at)));
    expect(undoOf(first)).not.toBe(undo);
    expect(undoOf(first)).toBe(undoOf(first));
  });
});
