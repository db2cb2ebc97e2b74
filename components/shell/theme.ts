import { z } from 'zod';
import { StoredValue } from './stored-value.ts';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** What the person chose. `data-theme` on <html> is what it comes to: light or dark. */
export const themeChoice = new StoredValue<ThemeChoice>('farfield-theme', z.enum(themeChoices), 'system');

export function applyTheme(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Keeps the page at the chosen theme while it lives; returns the function that stops it. */
export function followThemeChoice(): () => void {
  const apply = () => applyTheme(themeChoice.get());
  const system = matchMedia('(prefers-color-scheme: dark)');
  apply();
  system.addEventListener('change', apply);
  const stop = themeChoice.subscribe(apply);
  return () => {
    system.removeEventListener('change', apply);
    stop();
  };
}
