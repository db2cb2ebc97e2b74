import { readFileSync } from 'node:fs';
import { cell, expect, runAction, test, waitForRuns } from './farfield.ts';
import { active, cellsOf, openCells, press, selectionOf } from './cells.ts';

const outline = [
  { type: 'markdown' as const, source: '# One', id: 'one' },
  'a = 1',
  { type: 'markdown' as const, source: '## Two', id: 'two' },
  'b = 2\nb',
  { type: 'markdown' as const, source: '# Three', id: 'three' },
  'c = 3',
];

type FileCells = { cells: { id: string; metadata: Record<string, unknown> }[] };
const metadataIn = (file: string) =>
  Object.fromEntries((JSON.parse(readFileSync(file, 'utf8')) as FileCells).cells.map((one) => [one.id, one.metadata]));

test('sections collapse with Left and open with Right, a click or Enter’s way in', async ({ page, server }) => {
  const file = await openCells(page, server, 'sections.ipynb', outline);
  const shown = () =>
    page
      .locator('[data-cell-id]')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['cellIndex']).join(' '));
  const steps: readonly (readonly [keys: string, shown: string, active: string])[] = [
    ['ArrowLeft', '0 4 5', '0'],
    ['j', '0 4 5', '4'],
    ['k ArrowRight', '0 1 2 3 4 5', '0'],
    ['ArrowRight', '0 1 2 3 4 5', '2'],
    ['ArrowLeft', '0 1 2 4 5', '2'],
    ['ArrowLeft', '0 1 2 4 5', '0'],
    ['ArrowLeft', '0 4 5', '0'],
    ['ArrowRight', '0 1 2 4 5', '0'],
  ];
  for (const [keys, places, at] of steps)
    await test.step(keys, async () => {
      await press(page, ...keys.split(' '));
      await expect.poll(shown).toBe(places);
      await expect(active(page)).toHaveAttribute('data-cell-index', at);
    });
  await expect
    .poll(() => metadataIn(file))
    .toEqual({
      one: {},
      'cell-1': {},
      two: { 'jp-MarkdownHeadingCollapsed': true },
      'cell-3': {},
      three: {},
      'cell-5': {},
    });
  await page.getByRole('button', { name: 'Section collapsed · 1 cell hidden' }).click();
  await expect.poll(shown).toBe('0 1 2 3 4 5');
  await cell(page, 4).getByRole('button', { name: 'Section' }).click();
  await expect.poll(shown).toBe('0 1 2 3 4');
  await runAction(page, 'Collapse all sections');
  await expect.poll(shown).toBe('0 4');
  await runAction(page, 'Open all sections');
  await expect.poll(shown).toBe('0 1 2 3 4 5');
  await expect.poll(() => Object.values(metadataIn(file))).toEqual(outline.map(() => ({})));
});

test('a collapsed section moves, runs, is copied and deleted as one', async ({ page, server }) => {
  await openCells(page, server, 'section-whole.ipynb', outline.slice(0, 5));
  await press(page, 'ArrowLeft', 'Control+Enter', 'Control+Shift+ArrowDown');
  await expect(page.locator('[data-cell-id]').first()).toHaveAttribute('data-cell-id', 'three');
  await press(page, 'ArrowRight');
  await expect(page.locator('[data-cell-id="cell-3"] [data-cell-outputs]')).toContainText('2', { timeout: 60_000 });
  const whole = ['markdown: # One', 'code: a = 1', 'markdown: ## Two', 'code: b = 2\nb'];
  await expect.poll(() => cellsOf(page)).toEqual(['markdown: # Three', ...whole]);
  await press(page, 'ArrowLeft', 'c', 'd', 'd');
  await expect.poll(() => cellsOf(page)).toEqual(['markdown: # Three']);
  await press(page, 'z');
  await expect.poll(() => cellsOf(page)).toEqual(['markdown: # Three', 'markdown: # One']);
  await press(page, 'd', 'd', 'Shift+V');
  await expect.poll(() => cellsOf(page)).toEqual(['markdown: # One', 'markdown: # Three']);
  await expect(page.getByRole('button', { name: 'Section collapsed · 3 cells hidden' })).toBeVisible();
});

test('inputs and outputs hide behind a bar that says how much; the file says so as well', async ({ page, server }) => {
  const file = await openCells(page, server, 'hidden.ipynb', ['a = 1\nprint(a)', 'b = 2']);
  await press(page, 'Control+Enter');
  await waitForRuns(page);
  await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveText('1\n', { timeout: 60_000 });
  await runAction(page, 'Hide or show the input');
  const code = page.getByRole('button', { name: 'Code hidden · 2 lines' });
  await expect(code).toBeVisible();
  await press(page, 'o');
  const outputs = page.getByRole('button', { name: 'Outputs hidden · 1 output' });
  await expect(outputs).toBeVisible();
  await expect
    .poll(() => metadataIn(file)['cell-0'])
    .toEqual({ collapsed: true, jupyter: { outputs_hidden: true, source_hidden: true } });
  await outputs.click();
  await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveText('1\n');
  await expect.poll(() => selectionOf(page)).toBe('0');
  await press(page, 'Enter');
  await expect(cell(page, 0).getByRole('textbox')).toBeFocused();
  await press(page, 'Escape');
  await runAction(page, 'Hide all inputs');
  await expect(page.getByRole('button', { name: /^Code hidden/ })).toHaveCount(2);
  await code.click();
  await runAction(page, 'Show all inputs');
  await expect(page.getByRole('button', { name: /^Code hidden/ })).toHaveCount(0);
  await runAction(page, 'Hide all outputs');
  await expect(outputs).toBeVisible();
  await runAction(page, 'Show all outputs');
  await expect(outputs).toBeHidden();
  await expect.poll(() => metadataIn(file)['cell-0']).toEqual({});
});
