import { expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { keepViewState, readViewState } from './view-state.ts';

function storageWith(text: string | null, full = false): Storage {
  let value = text;
  return {
    getItem: () => value,
    setItem: (_: string, next: string) => {
      if (full) throw new Error('QuotaExceededError');
      value = next;
    },
  } as unknown as Storage;
}
const place = { active: 'a', anchor: { id: cellId('b'), top: -12.5 } };

it('remembers the place of a notebook', () => {
  const storage = storageWith(null);
  keepViewState('a.ipynb', { active: null, anchor: null }, storage);
  keepViewState('b.ipynb', place, storage);
  expect(readViewState('b.ipynb', storage)).toEqual(place);
  expect(readViewState('a.ipynb', storage)).toEqual({ active: null, anchor: null });
  expect(readViewState('c.ipynb', storage)).toBeNull();
});

it('forgets the one left longest ago', () => {
  const storage = storageWith(null);
  for (let at = 0; at <= 100; at += 1) keepViewState(`${at}.ipynb`, place, storage);
  expect(readViewState('0.ipynb', storage)).toBeNull();
  expect(readViewState('1.ipynb', storage)).toEqual(place);
});

it.each([['{'], ['"x"'], ['[["a",{"active":3}]]'], ['null']])('starts anew from damaged storage: %s', (text) => {
  const storage = storageWith(text);
  expect(readViewState('a', storage)).toBeNull();
  keepViewState('a', place, storage);
  expect(readViewState('a', storage)).toEqual(place);
});

it('does without storage', () => {
  expect(() => keepViewState('a', place, storageWith(null, true))).not.toThrow();
});
