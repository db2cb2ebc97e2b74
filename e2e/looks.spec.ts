import { AxeBuilder } from '@axe-core/playwright';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';

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
      cpSync(join(root, 'examples'), join(server.place.workspace), { recursive: true });
      await openNotebook(page, server, 'tour.ipynb');
      const runs = async () => {
        const answer = await page.request.get(`${server.origin}/api/v1/runs?path=tour.ipynb`);
        return ((await answer.json()) as { runs: unknown[] }).runs.length;
      };
      if ((await runs()) === 0) {
        await runAction(page, 'Run all cells');
        await expect.poll(runs, { timeout: 60_000 }).toBeGreaterThan(0);
        await waitForRuns(page);
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
      expect(serious.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual(
        [],
      );
      await page.waitForTimeout(500);
      const folder = process.env['FARFIELD_SCREENSHOTS'];
      const file = `notebook-${theme}-${width}.png`;
      await page.screenshot({ path: folder === undefined ? info.outputPath(file) : join(root, folder, file) });
    });
  }
}
