import { expect, test } from 'vitest';
import { draftPaths, keepDraft, longestDraft, moveDrafts, readDraft } from './file-drafts.ts';

class MemoryStorage {
  [name: string]: unknown;
  getItem = (key: string) => (Object.hasOwn(this, key) ? (this[key] as string) : null);
  setItem = (key: string, value: string) => void (this[key] = value);
  removeItem = (key: string) => void delete this[key];
}

const storage = () => new MemoryStorage() as unknown as Storage;

test('a draft is kept, read and forgotten', () => {
  const store = storage();
  expect(keepDraft('a.txt', { base: 'h', text: 'x' }, store)).toBe(true);
  expect(readDraft('a.txt', store)).toEqual({ base: 'h', text: 'x' });
  expect(draftPaths(store)).toEqual(['a.txt']);
  keepDraft('a.txt', null, store);
  expect(readDraft('a.txt', store)).toBeNull();
});

test('damaged and oversized drafts are none', () => {
  const store = storage();
  store.setItem('farfield-draft:a', '{"base":1');
  expect(readDraft('a', store)).toBeNull();
  expect(keepDraft('b', { base: 'h', text: 'x'.repeat(longestDraft + 1) }, store)).toBe(false);
});

test('drafts follow a rename of their folder, and of nothing that only begins like it', () => {
  const store = storage();
  keepDraft('d/a', { base: 'h', text: 'x' }, store);
  keepDraft('d2/a', { base: 'h', text: 'y' }, store);
  moveDrafts('d', 'e', store);
  expect(draftPaths(store).toSorted()).toEqual(['d2/a', 'e/a']);
});
