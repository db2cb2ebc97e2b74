import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type FakeDaskDashboard, startFakeDaskDashboard } from '#server/testing/fake-dask-dashboard.ts';
import { pickerOf } from './compute-picker.ts';
import { cell, expect, type Farfield, openNotebook, runAction } from './farfield.ts';
import { notebookText } from './notebook-fixture.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const results = [
  { output_type: 'stream', name: 'stdout', text: ['plain \u001b[31mred\u001b[0m \u001b[32mgreen\u001b[0m\n'] },
  { output_type: 'stream', name: 'stderr', text: ['a warning\n'] },
  { output_type: 'display_data', metadata: {}, data: { 'image/png': pixel, 'text/plain': ['<Figure>'] } },
  {
    output_type: 'display_data',
    metadata: {},
    data: { 'text/html': ['<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>'] },
  },
  { output_type: 'display_data', metadata: {}, data: { 'text/latex': ['$x^2$'] } },
  { output_type: 'display_data', metadata: {}, data: { 'application/json': { a: [1, 'two', null, true] } } },
  { output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: ['\u001b[31mValueError\u001b[0m: no'] },
];

/** Writes what the screens show. */
export function fill(workspace: string): void {
  const filled = JSON.parse(
    notebookText([
      { type: 'markdown', source: '# Report\n\nText with `code`, a [link](https://example.org) and <kbd>Esc</kbd>.' },
      'import math\nvalue = math.pi  # a comment, "text", 12',
      { type: 'markdown', source: '## Part' },
      'hidden = 1',
      { type: 'raw', source: 'raw text' },
    ]),
  ) as { cells: { metadata: object; outputs?: unknown[]; execution_count?: number }[] };
  Object.assign(filled.cells[1] ?? {}, { outputs: results, execution_count: 3 });
  Object.assign(filled.cells[3] ?? {}, { metadata: { jupyter: { source_hidden: true } } });
  writeFileSync(join(workspace, 'filled.ipynb'), JSON.stringify(filled));
  writeFileSync(join(workspace, 'empty.ipynb'), notebookText([]));
  writeFileSync(join(workspace, 'busy.ipynb'), notebookText(['print("done")', 'import time\ntime.sleep(600)', '1']));
  writeFileSync(join(workspace, 'broken.ipynb'), '{"cells": [\n');
  writeFileSync(join(workspace, 'notes.md'), '# Notes\n\nSome **bold** text.\n\n- [ ] to do\n');
  writeFileSync(join(workspace, 'sales.csv'), `region,units\n${'north,1\nsouth,2\n'.repeat(200)}`);
  writeFileSync(join(workspace, 'app.py'), 'def f(x):\n    return x  # a comment\n');
  writeFileSync(join(workspace, 'pixel.png'), Buffer.from(pixel, 'base64'));
  writeFileSync(join(workspace, 'blob.bin'), Buffer.from([0, 1, 2, 255, 254]));
  mkdirSync(join(workspace, 'folder'), { recursive: true });
}

let fake: FakeDaskDashboard | null = null;

/** Ends what the screens of clusters asked. */
export const endTour = () => fake?.stop();

/** A cluster whose engine is a fake: what it looks like is looked at alone. Answers the address of its page. */
async function attachCluster(page: Page, { origin }: Farfield): Promise<string> {
  const all = `${origin}/api/v1/clusters`;
  const { clusters } = (await (await page.request.get(all)).json()) as { clusters: { id: string }[] };
  fake ??= await startFakeDaskDashboard(12);
  const data = { kind: 'dask', label: 'nightly', ...fake.place };
  const known = clusters[0] ?? (await (await page.request.post(`${all}/attach`, { data, headers: { origin } })).json());
  return `${origin}/clusters/${known.id}`;
}

type Screens = readonly (readonly [name: string, go: () => Promise<void>])[];

/** Every screen and what opens on it, in this order; each leaves the page so that the next one can be gone to. */
export function screensOf(page: Page, server: Farfield): Screens {
  const file = (path: string, shown: () => Locator) => async () => {
    await page.goto(`${server.origin}/f/${path}`);
    await expect(shown()).toBeVisible();
  };
  const shows = (text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();
  const dialog = (name: string) => expect(page.getByRole('dialog', { name })).toBeVisible();
  const row = (name: string) => page.getByRole('treeitem', { name });
  const leave = async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('menu')).toHaveCount(0);
  };
  return [
    [
      'start page and files',
      async () => {
        await page.goto(server.origin);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await runAction(page, 'Show files');
        await expect(row('app.py')).toBeVisible();
      },
    ],
    [
      'menu of a file',
      async () => {
        await row('app.py').click({ button: 'right' });
        await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeVisible();
      },
    ],
    [
      'filter that finds nothing',
      async () => {
        await page.keyboard.press('Escape');
        await page
          .getByRole('searchbox', { name: /filter/i })
          .or(page.getByPlaceholder('Filter by name'))
          .first()
          .fill('zzz');
        await shows('No file is called that');
      },
    ],
    [
      'settings',
      async () => {
        await page.goto(server.origin);
        await page.getByRole('button', { name: 'Settings' }).locator('visible=true').first().click();
        await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
      },
    ],
    [
      'notebook with results',
      async () => {
        await openNotebook(page, server, 'filled.ipynb');
        await shows('ValueError');
      },
    ],
    [
      'selected cells',
      async () => {
        await cell(page, 0).click();
        await page.keyboard.press('Shift+ArrowDown');
        await expect(page.locator('[data-cell-id][data-selected]')).toHaveCount(2);
      },
    ],
    [
      'editing a cell',
      async () => {
        await cell(page, 1).locator('[data-cell-editor]').click();
        await expect(cell(page, 1).locator('.monaco-editor')).toBeVisible();
        await page.keyboard.press('Control+End');
      },
    ],
    [
      'menu of a cell',
      async () => {
        await page.keyboard.press('Escape');
        await cell(page, 1).locator('[data-cell-editor]').click({ button: 'right' });
        await expect(page.getByRole('menu')).toBeVisible();
      },
    ],
    [
      'menu of the notebook',
      async () => {
        await leave();
        await page.getByRole('button', { name: 'More for this notebook' }).click();
        await expect(page.getByRole('menuitem', { name: 'Save the notebook' })).toBeVisible();
      },
    ],
    [
      'find and replace',
      async () => {
        await leave();
        await runAction(page, 'Find and replace in the notebook');
        await page.getByRole('textbox', { name: 'Find', exact: true }).fill('ma');
        await shows(/\d of \d/);
      },
    ],
    [
      'outline',
      async () => {
        await page.keyboard.press('Escape');
        await runAction(page, 'Show outline');
        await expect(row('Part')).toBeVisible();
      },
    ],
    [
      'palette',
      async () => {
        await page.goto(server.origin);
        await page.keyboard.press('Control+Shift+P');
        await dialog('Commands');
      },
    ],
    [
      'key sheet',
      async () => {
        await leave();
        await runAction(page, 'Keyboard shortcuts');
        await dialog('Keyboard shortcuts');
        await expect(page.getByText('Show all commands')).toBeVisible();
      },
    ],
    [
      'trash',
      async () => {
        await leave();
        await runAction(page, 'Show the trash');
        await expect(page.getByRole('dialog')).toBeVisible();
      },
    ],
    [
      'empty notebook',
      async () => {
        await openNotebook(page, server, 'empty.ipynb');
        await shows('This notebook has no cells yet');
      },
    ],
    [
      'running, waiting and finished cells',
      async () => {
        await openNotebook(page, server, 'busy.ipynb');
        if ((await cell(page, 1).getAttribute('data-run-state')) !== 'running') await runAction(page, 'Run all cells');
        await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
        await expect(cell(page, 2)).toHaveAttribute('data-run-state', 'queued');
      },
    ],
    [
      'resources of a kernel',
      async () => {
        await runAction(page, 'Show resources');
        await expect(page.locator('[data-resource-kernel]')).toContainText('MB of', { timeout: 30_000 });
      },
    ],
    [
      'resources without a kernel',
      async () => {
        await openNotebook(page, server, 'empty.ipynb');
        await runAction(page, 'Show resources');
        await shows('No kernel yet');
      },
    ],
    [
      'running notebooks',
      async () => {
        await page.getByRole('button', { name: 'Close the panel' }).click();
        await runAction(page, 'Show running');
        await shows(/busy · 1 queued/);
      },
    ],
    [
      'clusters',
      async () => {
        await page.goto(await attachCluster(page, server));
        await expect(page.locator('[data-worker]').first()).toBeVisible({ timeout: 60_000 });
        await runAction(page, 'Show clusters');
        await expect(page.locator('[data-cluster-row]')).toBeVisible();
      },
    ],
    [
      'form of a template',
      async () => {
        await page.goto(server.origin);
        await runAction(page, 'New cluster template');
        await expect(page.getByRole('dialog', { name: /template/i })).toBeVisible();
      },
    ],
    [
      'form of a cluster that others run',
      async () => {
        await leave();
        await runAction(page, 'Attach a cluster by its address');
        await dialog('Attach a cluster');
      },
    ],
    [
      'page of a cluster',
      async () => {
        await page.goto(await attachCluster(page, server));
        await expect(page.locator('[data-worker]').first()).toBeVisible({ timeout: 60_000 });
        await expect(page.locator('[data-resource-chart]').first()).toBeVisible();
      },
    ],
    [
      'picker of kernels and clusters',
      async () => {
        await openNotebook(page, server, 'filled.ipynb');
        await runAction(page, 'Choose where this notebook runs');
        await expect(
          pickerOf(page)
            .getByRole('option', { name: /nightly/ })
            .first(),
        ).toBeVisible({ timeout: 60_000 });
      },
    ],
    [
      'broken notebook',
      async () => {
        await page.goto(`${server.origin}/n/broken.ipynb`);
        await shows(/not a readable notebook/);
      },
    ],
    ['Markdown file', file('notes.md', () => page.getByRole('heading', { name: 'Notes', exact: true }))],
    ['table', file('sales.csv', () => page.getByText('north').first())],
    ['text', file('app.py', () => page.locator('.monaco-editor').first())],
    ['picture', file('pixel.png', () => page.locator('main img'))],
    ['binary file', file('blob.bin', () => page.getByText('There is no view for this file'))],
    [
      'no such page',
      async () => {
        await page.goto(`${server.origin}/no/such/page`);
        await shows('There is no such page');
      },
    ],
  ];
}
