import { beforeEach, expect, test, vi } from 'vitest';
import { draftPaths, moveDrafts, readDraft } from '#lib/client/file-drafts.ts';
import { TextFile } from './text-file.ts';

class MemoryStorage {
  [name: string]: unknown;
  getItem = (key: string) => (Object.hasOwn(this, key) ? (this[key] as string) : null);
  setItem = (key: string, value: string) => void (this[key] = value);
  removeItem = (key: string) => void delete this[key];
}

beforeEach(() => void vi.stubGlobal('localStorage', new MemoryStorage()));

/** A file in an editor, with a text typed into it. */
function typedInto(path: string, typed: string) {
  const file = new TextFile(path, 'on disk\n', 'h', 'v');
  const leave = file.attach(() => typed);
  file.edited();
  return { file, leave };
}

test('the text outlives the editor that lent it', () => {
  const { file, leave } = typedInto('a.md', 'typed\n');
  leave();
  expect(file.text()).toBe('typed\n');
  expect(readDraft('a.md')).toEqual({ base: 'h', text: 'typed\n' });
});

test('a file that is moved while it is edited takes what was typed last along, and leaves nothing behind', () => {
  const { leave } = typedInto('d/a.txt', 'typed\n');
  moveDrafts('d', 'e');
  leave();
  expect(draftPaths()).toEqual(['e/a.txt']);
  const there = new TextFile('e/a.txt', 'on disk\n', 'h', 'v');
  expect(there.beginning).toBe('typed\n');
  expect(there.getSnapshot().status).toBe('edited');
});
