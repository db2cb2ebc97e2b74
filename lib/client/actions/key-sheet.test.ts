import { describe, expect, test } from 'vitest';
import { sheetMarkdown, shownKeys, sortIntoSheet } from './key-sheet.ts';

const action = (title: string, category: string, keys: readonly string[], nativeKeys?: readonly string[]) => ({
  id: title,
  title,
  category,
  keys,
  ...(nativeKeys === undefined ? {} : { nativeKeys }),
});

const actions = [
  action('Copy', 'Cell', ['C'], ['Accel-C']),
  action('Save', 'Notebook', ['Accel-S']),
  action('Split', 'Cell', ['Ctrl-Shift--', 'Ctrl-Shift-_']),
  action('No keys', 'Cell', []),
];

describe('the key sheet', () => {
  test('by category, without what has no keys', () => {
    const groups = sortIntoSheet(actions, '', false);
    expect(groups.map((one) => [one.category, one.actions.map(({ title }) => title)])).toEqual([
      ['Cell', ['Copy', 'Split']],
      ['Notebook', ['Save']],
    ]);
  });

  test.each([
    ['ctrl+s', ['Save', 'Split']],
    ['cell copy', ['Copy']],
    ['nothing', []],
  ])('finds %s', (typed, titles) => {
    const found = sortIntoSheet(actions, typed, false).flatMap((one) => one.actions.map(({ title }) => title));
    expect(found).toEqual(titles);
  });

  test('shows the browser’s own keys as well, in the signs of the platform', () => {
    expect(shownKeys({ keys: ['C'], nativeKeys: ['Accel-C'] }, false)).toEqual(['C', 'Ctrl+C']);
    expect(shownKeys({ keys: ['C'], nativeKeys: ['Accel-C'] }, true)).toEqual(['C', '⌘C']);
  });

  test('as Markdown', () => {
    expect(sheetMarkdown(actions.slice(0, 2))).toBe(
      '### Cell\n\n| Action | Keys |\n|---|---|\n| Copy | `C` · `Ctrl+C` |\n\n### Notebook\n\n| Action | Keys |\n|---|---|\n| Save | `Ctrl+S` |',
    );
  });
});
