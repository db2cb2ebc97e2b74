import { describe, expect, test } from 'vitest';
import { decodePath, folderOf, isWithin, notebookHref, notebookPathOf } from './locations.ts';

describe('notebook addresses', () => {
  test.each(['a.ipynb', 'reports/sales 2026.ipynb', '100%25 #1?.ipynb', 'ä/日本.ipynb', "it's (1).ipynb"])(
    '%s survives the address bar',
    (path) => {
      expect(notebookPathOf(notebookHref(path))).toBe(path);
    },
  );

  test('a slash inside a segment stays one name and cannot smuggle a folder in', () => {
    expect(notebookHref('a/b')).toBe('/n/a/b');
    expect(decodePath(['a%2Fb'])).toBe('a/b');
  });

  test('malformed and foreign addresses are no notebooks', () => {
    expect(notebookPathOf('/login')).toBeNull();
    expect(notebookPathOf('/n/')).toBeNull();
    expect(notebookPathOf('/n/%E0%A4%A')).toBeNull();
  });
});

test('folderOf', () => {
  expect(folderOf('a.ipynb')).toBe('');
  expect(folderOf('a/b/c.ipynb')).toBe('a/b');
});

test('isWithin compares whole names', () => {
  expect(isWithin('reports/a.ipynb', 'reports')).toBe(true);
  expect(isWithin('reports2/a.ipynb', 'reports')).toBe(false);
  expect(isWithin('a', '')).toBe(true);
});
