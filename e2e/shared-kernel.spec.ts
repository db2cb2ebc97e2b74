import WebSocket from 'ws';
import { startJupyter } from '#server/testing/jupyter.ts';
import { cell, expect, openNotebook, runAction, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

test('another front end on the kernel is said on the compute chip, while it is there', async ({ page, server }) => {
  const token = 'shared-0123456789abcdef';
  const far = await startJupyter({ token });
  const headers = { Authorization: `token ${token}` };
  try {
    writeNotebookFile(server.place.workspace, 'shared.ipynb', ['6 * 7']);
    await openNotebook(page, server, 'shared.ipynb');
    await runAction(page, 'Add a gateway');
    const form = page.getByRole('dialog', { name: 'Add a gateway' });
    await form.getByLabel(/url/i).fill(far.url);
    await form.getByLabel(/token/i).fill(token);
    await form.getByLabel(/name/i).fill('Research');
    await form.getByRole('button', { name: /^add/i }).click();
    await expect(form).toBeHidden();
    await runAction(page, 'Choose where this notebook runs');
    const picker = page.getByRole('dialog', { name: /where/i });
    await picker
      .getByRole('option', { name: /Research/ })
      .first()
      .click();
    await expect(picker).toBeHidden({ timeout: 30_000 });
    await runAction(page, 'Run all cells');
    await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok', { timeout: 60_000 });
    const mark = page.locator('[data-kernel-chip] [data-shared]');
    await expect(mark).toHaveCount(0);

    const [kernel] = (await (await fetch(new URL('api/kernels', far.url), { headers })).json()) as { id: string }[];
    const channels = new URL(`api/kernels/${kernel?.id}/channels?session_id=elsewhere`, far.url.replace('http', 'ws'));
    const other = new WebSocket(channels, { headers });
    await expect(mark).toHaveAttribute('data-shared', '1', { timeout: 30_000 });
    await expect(page.locator('[data-kernel-chip]')).toHaveAccessibleName(/Another front end is attached/);
    for (const [width, height] of [[1440, 900] as const, [390, 844] as const]) {
      await page.setViewportSize({ width, height });
      await expect(mark).toBeVisible();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const shot = process.env['FARFIELD_SHOTS'];
        if (shot !== undefined) await page.screenshot({ path: `${shot}/shared-${colorScheme}-${width}.png` });
      }
    }
    other.close();
    await expect(mark).toHaveCount(0, { timeout: 30_000 });
  } finally {
    await far.stop();
  }
});
