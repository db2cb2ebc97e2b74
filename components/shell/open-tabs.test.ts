import { expect, test } from 'vitest';
import { movedPath, neighbourOf, withoutTab, withRenamed, withTab } from './open-tabs.ts';

test('a notebook has one tab', () => {
  expect(withTab(['a', 'b'], 'a')).toEqual(['a', 'b']);
  expect(withTab(['a'], 'b')).toEqual(['a', 'b']);
});

test('closing a folder closes what lies in it, and nothing that only begins like it', () => {
  expect(withoutTab(['d/a', 'd2/a', 'x'], 'd')).toEqual(['d2/a', 'x']);
});

test('a rename of a folder moves its tabs', () => {
  expect(withRenamed(['d/a', 'x'], 'd', 'e/f')).toEqual(['e/f/a', 'x']);
  expect(withRenamed(['a', 'b'], 'a', 'b')).toEqual(['b']);
  expect(movedPath('d2/a', 'd', 'e')).toBe('d2/a');
});

test('the neighbour of a closed tab', () => {
  expect(neighbourOf(['a', 'b', 'c'], 'b')).toBe('c');
  expect(neighbourOf(['a', 'b'], 'b')).toBe('a');
  expect(neighbourOf(['a'], 'a')).toBeNull();
});
