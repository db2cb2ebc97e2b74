import { join } from 'node:path';
import type { Page } from '@playwright/test';

const root = new URL('../', import.meta.url).pathname;

/**
 * Renews a picture of the docs, `<name>-light.png` and `<name>-dark.png`, while FARFIELD_SCREENSHOTS names their folder
 * (`docs/images`); else does nothing. Toasts are gone after a moment: what they say is not in it.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['FARFIELD_SCREENSHOTS'];
  if (folder === undefined) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(root, folder, `${name}-${colorScheme}.png`) });
  }
}
