import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

const root = fileURLToPath(new URL('../', import.meta.url));

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
  // What the test goes on to look at is as without the picture.
  await page.emulateMedia({ colorScheme: null });
}
