import type { Page } from '@playwright/test';
import { cell, expect, type Farfield, runAction, test } from './farfield.ts';
import { joined, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

const count = 600;

/** Keeps the document from the page, and nothing else, until `open` is called. */
async function holdDocument(page: Page): Promise<() => void> {
  const held: (() => void)[] = [];
  let isOpen = false;
  await page.routeWebSocket(/\/socket\.io\//, (socket) => {
    const server = socket.connectToServer();
    const asked = new Set<string>();
    /** Binary parts that follow the answer's text. */
    let parts = 0;
    socket.onMessage((message) => {
      const id = typeof message === 'string' ? /^42(\d+)\["document\.open"/.exec(message)?.[1] : undefined;
      if (id !== undefined) asked.add(id);
      server.send(message);
    });
    server.onMessage((message) => {
      const answer = typeof message === 'string' ? /^46(\d+)-(\d+)\[/.exec(message) : null;
      const isPart = typeof message !== 'string' && parts > 0;
      if (answer !== null && asked.has(answer[2] ?? '')) parts = Number(answer[1]);
      else if (isPart) parts -= 1;
      else return socket.send(message);
      if (isOpen) socket.send(message);
      else held.push(() => socket.send(message));
    });
  });
  return () => {
    isOpen = true;
    for (const send of held.splice(0)) send();
  };
}

/** Chooses a notebook in the running app, whose document does not come yet. */
async function begin(page: Page, server: Farfield, path: string): Promise<{ file: string; open: () => void }> {
  const cells = Array.from({ length: count }, (_, index) => `x${index} = ${index}\nprint(x${index})`);
  const file = writeNotebookFile(server.place.workspace, path, cells);
  const open = await holdDocument(page);
  await page.goto(`${server.origin}/`);
  await expect(page.locator('[data-line="connected"]')).toBeVisible();
  await page.locator(`[role="treeitem"][data-path="${path}"]`).click();
  await expect(cell(page, 0)).toContainText('x0 = 0');
  await expect(cell(page, count - 1)).toBeAttached();
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'loading');
  return { file, open };
}

const ready = (page: Page) =>
  expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready', { timeout: 30_000 });

const topOf = async (page: Page, index: number) => (await cell(page, index).boundingBox())?.y ?? Number.NaN;

test('End shows the last cells before the document is there, and they stay where they are when it comes', async ({
  page,
  server,
}) => {
  const { file, open } = await begin(page, server, '0-end.ipynb');
  const last = count - 1;
  await cell(page, 0).focus();
  await page.keyboard.press('End');
  await expect(cell(page, last)).toBeInViewport();
  await expect(cell(page, last)).toContainText(`print(x${last})`);
  await expect(cell(page, last)).toHaveAttribute('aria-posinset', String(count));
  await cell(page, last).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nearly = 1');
  const before = await topOf(page, last);
  open();
  await ready(page);
  await expect(page.locator('[data-first-cells]')).toHaveCount(0);
  await expect(cell(page, last)).toBeInViewport();
  expect(Math.abs((await topOf(page, last)) - before)).toBeLessThanOrEqual(2);
  await expect(cell(page, last)).toHaveAttribute('aria-current', 'true');
  await runAction(page, 'Save the notebook');
  await expect.poll(() => joined(readNotebookFile(file).cells[last]?.source)).toContain('early = 1');
});

test('End pressed before the document is there makes the last cell the active one', async ({ page, server }) => {
  const { open } = await begin(page, server, '0-key.ipynb');
  await cell(page, 0).focus();
  await page.keyboard.press('End');
  await expect(cell(page, count - 1)).toBeInViewport();
  open();
  await ready(page);
  await expect(cell(page, count - 1)).toHaveAttribute('aria-current', 'true');
  await expect(cell(page, count - 1)).toBeInViewport();
});

test('who has scrolled into the middle is in the middle when the cells come', async ({ page, server }) => {
  const { open } = await begin(page, server, '0-middle.ipynb');
  const screen = page.locator('main[data-notebook]');
  await screen.evaluate((one) => (one.scrollTop = one.scrollHeight / 2));
  open();
  await ready(page);
  const seen = () =>
    screen.evaluate((one) => {
      const view = one.getBoundingClientRect();
      return [...one.querySelectorAll<HTMLElement>('[data-cell-id]')]
        .filter((each) => {
          const { top, bottom } = each.getBoundingClientRect();
          return bottom > view.top && top < view.bottom;
        })
        .map((each) => Number(each.dataset['cellIndex']));
    });
  await expect.poll(async () => (await seen()).some((index) => index > count * 0.4 && index < count * 0.6)).toBe(true);
});
