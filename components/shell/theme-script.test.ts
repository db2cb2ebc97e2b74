import { expect, test } from 'vitest';
import { themeScript } from './theme-script.ts';

test('the inline script has no character that React would escape', () => {
  expect(themeScript).not.toMatch(/["'<>&]/);
});

test.each([
  [null, true, 'dark'],
  [null, false, 'light'],
  ['"light"', true, 'light'],
  ['"dark"', false, 'dark'],
  ['{broken', false, 'light'],
])('stored %s, system dark %s: %s', (stored, systemDark, expected) => {
  const page = { documentElement: { dataset: {} as Record<string, string> } };
  const storage = { getItem: () => stored };
  // The script is text for a browser: this is the only way to run the very text.
  const run = Reflect.construct(Function, ['document', 'localStorage', 'matchMedia', themeScript]) as (
    ...parts: unknown[]
  ) => void;
  run(page, storage, () => ({ matches: systemDark }));
  expect(page.documentElement.dataset['theme']).toBe(expected);
});
