import { expect, test } from 'vitest';
import { draftPaths, holdsDrafts, keepDraft, longestDraft, moveDrafts, readDraft } from './file-drafts.ts';

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

test('a damaged draft is none', () => {
  const store = storage();
  store.setItem('farfield-draft:a', '{"base":1');
  expect(readDraft('a', store)).toBeNull();
});

test('a draft that there is no room for lives as long as the page, also under another name', () => {
  const store = storage();
  const long = { base: 'h', text: 'x'.repeat(longestDraft + 1) };
  keepDraft('d/b', { base: 'h', text: 'x' }, store);
  expect(keepDraft('d/b', long, store)).toBe(false);
  expect(readDraft('d/b', store)).toEqual(long);
  moveDrafts('d', 'e', store);
  expect(readDraft('d/b', store)).toBeNull();
  expect(readDraft('e/b', store)).toEqual(long);
  expect(holdsDrafts()).toBe(true);
  keepDraft('e/b', null, store);
  expect(holdsDrafts()).toBe(false);
});

test('drafts follow a rename of their folder, and of nothing that only begins like it', () => {
  const store = storage();
  keepDraft('d/a', { base: 'h', text: 'x' }, store);
  keepDraft('d2/a', { base: 'h', text: 'y' }, store);
  moveDrafts('d', 'e', store);
  expect(draftPaths(store).toSorted()).toEqual(['d2/a', 'e/a']);
});
