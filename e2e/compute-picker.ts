import type { Page } from '@playwright/test';
import { expect } from './farfield.ts';

export const pickerOf = (page: Page) => page.getByRole('dialog', { name: 'Where should this notebook run?' });
export const pickerField = (page: Page) => page.getByRole('combobox', { name: 'Find a kernel or a cluster' });

/** Opens the picker of the notebook, with what there is of clusters. */
export async function openPicker(page: Page): Promise<void> {
  await page.locator('[data-kernel-chip]').click();
  await expect(pickerOf(page).getByRole('group', { name: 'Launch a cluster' })).toBeVisible({ timeout: 60_000 });
}

/** The dialog of a start, whichever way it goes. */
export const startOf = (page: Page, label: string) =>
  page
    .getByRole('dialog', { name: new RegExp(`“${label}” (starts|is ready|did not start)`) })
    .filter({ has: page.getByRole('list', { name: 'Steps of the start' }) });

/** Chooses a template in the picker and waits until the notebook is attached. */
export async function launchFromPicker(page: Page, label: string): Promise<void> {
  await openPicker(page);
  await pickerField(page).fill(`launch ${label}`);
  await expect(pickerOf(page).getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  const start = startOf(page, label);
  await expect(start).toHaveAccessibleName(`“${label}” is ready`, { timeout: 120_000 });
  await start.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.locator('[data-cluster-chip]')).toContainText(label, { timeout: 60_000 });
}
