import { describe, expect, test } from 'vitest';
import { decodePath, folderOf, isWithin, documentHref, documentPathOf } from './locations.ts';

describe('addresses of documents', () => {
  test.each([
    'a.ipynb',
    'data/a b.csv',
    'reports/sales 2026.ipynb',
    '100%25 #1?.ipynb',
    'ä/日本.ipynb',
    "it's (1).ipynb",
  ])('%s survives the address bar', (path) => {
    expect(documentPathOf(documentHref(path))).toBe(path);
  });

  test('a slash inside a segment stays one name and cannot smuggle a folder in', () => {
    expect(documentHref('a/b')).toBe('/f/a/b');
    expect(documentHref('a/b.ipynb')).toBe('/n/a/b.ipynb');
    expect(decodePath(['a%2Fb'])).toBe('a/b');
  });

  test('a terminal is its own address, and never a file', () => {
    const path = '/t/a gateway/t1_ab';
    expect(documentHref(path)).toBe('/t/a%20gateway/t1_ab');
    expect(documentPathOf(documentHref(path))).toBe(path);
    expect(documentPathOf('/t/local')).toBeNull();
    expect(documentPathOf('/t/local/%E0%A4%A')).toBeNull();
    expect(documentHref('t/local/t1')).toBe('/f/t/local/t1');
  });

  test('malformed and foreign addresses are no documents', () => {
    expect(documentPathOf('/login')).toBeNull();
    expect(documentPathOf('/n/')).toBeNull();
    expect(documentPathOf('/f')).toBeNull();
    expect(documentPathOf('/n/%E0%A4%A')).toBeNull();
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
