import type { Page } from '@playwright/test';
import { startFront, testAuthority, type GatewayFront } from '#server/testing/gateway-front.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { cell, expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { findSerious } from './serious-findings.ts';

/** How a gateway is entered and believed, in the browser, against a real Jupyter Server behind a front that decides who enters. */
let jupyter: TestJupyter;
test.beforeAll(async () => {
  jupyter = await startJupyter();
});
test.afterAll(() => jupyter.stop());

const says = (token: string) => (request: { headers: { authorization?: string | undefined } }) =>
  request.headers.authorization === `token ${token}`;

async function pickKernel(page: Page, label: string): Promise<void> {
  await runAction(page, 'Choose where this notebook runs');
  const picker = page.getByRole('dialog', { name: /where/i });
  await picker
    .getByRole('option', { name: new RegExp(`on ${label}`) })
    .first()
    .click();
  await expect(picker).toBeHidden({ timeout: 60_000 });
}

async function addGateway(page: Page, front: GatewayFront, token: string, label: string): Promise<void> {
  await runAction(page, 'Add a gateway');
  const form = page.getByRole('dialog', { name: 'Add a gateway' });
  await form.getByLabel('URL').fill(front.url);
  await form.getByLabel('Token').fill(token);
  await form.getByLabel('Name').fill(label);
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(form).toBeHidden({ timeout: 30_000 });
}

const out = (page: Page, index: number) => cell(page, index).locator('[data-stream="stdout"]');

test('a token that is over while a cell runs: a new one is asked for in place, and nothing is dropped', async ({
  page,
  server,
}) => {
  const front = await startFront(jupyter, { tls: false });
  front.allow(says('first'));
  try {
    const count = 'import time\nfor i in range(60):\n    print(i, flush=True)\n    time.sleep(0.25)';
    writeNotebookFile(server.place.workspace, 'entry.ipynb', [count, 'print("then", i)', 'print("last")']);
    await openNotebook(page, server, 'entry.ipynb');
    await addGateway(page, front, 'first', 'Research');
    await pickKernel(page, 'Research');
    await runAction(page, 'Run all cells');
    await expect(out(page, 0)).toContainText('1', { timeout: 60_000 });
    const opened = front.sockets.opened;

    front.allow(says('second'));
    const banner = page.locator('[data-needs-secrets]');
    await expect(banner).toContainText('“Research” needs a new token', { timeout: 30_000 });
    expect(front.sockets).toEqual({ opened, open: 1 });
    expect(await findSerious(page)).toEqual([]);
    await banner.getByRole('button', { name: 'Enter it…' }).press('Enter');
    const prompt = page.getByRole('dialog', { name: '“Research” needs a new token' });
    await expect(prompt.getByLabel('New token')).toBeFocused();
    expect(await findSerious(page)).toEqual([]);
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await expect(prompt.getByRole('alert')).toContainText('refused the token');
    await prompt.getByLabel('New token').fill('second');
    await page.keyboard.press('Enter');
    await expect(prompt).toBeHidden();
    await expect(banner).toBeHidden();
    await waitForRuns(page);
    const lines = Array.from({ length: 60 }, (_, i) => String(i));
    await expect(out(page, 0)).toHaveText(lines.join('\n'));
    await expect(out(page, 1)).toHaveText('then 59');
    await expect(out(page, 2)).toHaveText('last');
    expect(front.sockets.opened).toBe(opened);

    // The line is lost, too, while nothing lets us in: it waits, and comes back by itself with what was said meanwhile.
    await cell(page, 0).locator('[data-cell-editor]').click();
    await runAction(page, 'Run all cells');
    await expect(out(page, 0)).toHaveText(/^0\n1\n2\b/, { timeout: 60_000 });
    front.allow(says('third'));
    front.cut();
    await expect(banner).toBeVisible({ timeout: 30_000 });
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-kernel-state', 'reconnecting');
    await runAction(page, 'Choose where this notebook runs');
    const picker = page.getByRole('dialog', { name: /where/i });
    await picker.getByRole('button', { name: 'Enter a new token…' }).click();
    await prompt.getByLabel('New token').fill('third');
    await page.keyboard.press('Enter');
    await expect(prompt).toBeHidden();
    await page.keyboard.press('Escape');
    await waitForRuns(page);
    await expect(out(page, 0)).toHaveText(lines.join('\n'));
    await expect(out(page, 2)).toHaveText('last');
  } finally {
    await front.stop();
  }
});

test('a certificate that nobody vouches for: refused with the next step, taken unverified with a mark everywhere, verified by its authority', async ({
  page,
  server,
}) => {
  const front = await startFront(jupyter, { tls: true });
  front.allow(says('t'));
  try {
    writeNotebookFile(server.place.workspace, 'trust.ipynb', ['6 * 7']);
    await openNotebook(page, server, 'trust.ipynb');
    await runAction(page, 'Add a gateway');
    const form = page.getByRole('dialog', { name: 'Add a gateway' });
    await form.getByLabel('URL').fill(front.url);
    await form.getByLabel('Token').fill('t');
    await form.getByLabel('Name').fill('Vault');
    await form.getByRole('button', { name: 'Check' }).click();
    await expect(form.getByRole('alert')).toContainText('is not accepted');
    await expect(form.getByRole('alert')).toContainText('authority');
    await form.getByText('Certificate', { exact: true }).click();
    await form.getByLabel('Do not verify its certificate').check();
    await expect(form).toContainText('Anybody on the way');
    expect(await findSerious(page)).toEqual([]);
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(form).toBeHidden({ timeout: 30_000 });
    await expect.poll(() => server.output).toContain('certificate is NOT verified');

    await pickKernel(page, 'Vault');
    const chip = page.locator('[data-kernel-chip]');
    await expect(chip.locator('[data-unverified]')).toBeVisible();
    await runAction(page, 'Choose where this notebook runs');
    const picker = page.getByRole('dialog', { name: /where/i });
    await expect(picker.getByRole('option', { name: /on Vault not verified/ }).first()).toBeVisible();
    await expect(picker.locator('[data-place]').getByText('not verified')).toBeVisible();

    await picker.getByRole('button', { name: 'Change Vault' }).click();
    const change = page.getByRole('dialog', { name: 'Change “Vault”' });
    await change.getByLabel('Do not verify its certificate').uncheck();
    await change.getByLabel('Authority').fill(testAuthority);
    await change.getByRole('button', { name: 'Save' }).click();
    await expect(change).toBeHidden({ timeout: 30_000 });
    await page.keyboard.press('Escape');
    await expect(picker).toBeHidden();
    await expect(chip.locator('[data-unverified]')).toHaveCount(0);
    await runAction(page, 'Run all cells');
    await waitForRuns(page);
    await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('42');
  } finally {
    await front.stop();
  }
});
