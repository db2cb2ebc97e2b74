import { AxeBuilder } from '@axe-core/playwright';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, openNotebook, runAction, scrollToPart, test, waitForRuns } from './farfield.ts';

const root = new URL('../', import.meta.url).pathname;

// FARFIELD_SCREENSHOTS=docs/images renews the pictures of the README.

for (const theme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    test(`notebook page in ${theme} at ${width}×${height}: axe finds nothing serious`, async ({
      page,
      server,
    }, info) => {
      test.setTimeout(120_000);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      const tour = join(server.place.workspace, 'tour.ipynb');
      // Only once: a copy over it would be a change of somebody else's, which has no results.
      const first = !existsSync(tour);
      if (first) cpSync(join(root, 'examples'), server.place.workspace, { recursive: true });
      await openNotebook(page, server, 'tour.ipynb');
      if (first) {
        await runAction(page, 'Run all cells');
        await expect(page.locator('main[data-notebook]')).not.toHaveAttribute('data-open-runs', '0');
        await waitForRuns(page);
      }
      await scrollToPart(page, '[data-cell-outputs] img');
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
      expect(serious.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual(
        [],
      );
      await scrollToPart(page, '[data-cell-id="seasons"]');
      await expect(page.locator('[data-cell-id="seasons"] img')).toBeInViewport();
      await page.waitForTimeout(500);
      const folder = process.env['FARFIELD_SCREENSHOTS'];
      const file = `notebook-${theme}-${width}.png`;
      await page.screenshot({ path: folder === undefined ? info.outputPath(file) : join(root, folder, file) });
    });
  }
}
