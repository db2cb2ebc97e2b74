import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cell, expect, openNotebook, runAction, signIn, test, watchErrors } from './farfield.ts';
import { notebookText } from './notebook-fixture.ts';
import { endTour, fill, screensOf } from './screen-tour.ts';
import { findSerious, settled } from './serious-findings.ts';

test.afterAll(endTour);

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  test(`every screen at ${width}×${height}: axe finds nothing serious in either theme`, async ({ page, server }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height });
    fill(server.place.workspace);
    for (const [name, go] of screensOf(page, server))
      await test.step(name, async () => {
        await go();
        expect.soft(await findSerious(page), name).toEqual([]);
      });
  });

/** Half of 1440×900, as with the browser's zoom at 200 %. */
test('at 200 % zoom no screen scrolls sideways and every control can be reached', async ({ page, server }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 720, height: 450 });
  fill(server.place.workspace);
  for (const [name, go] of screensOf(page, server))
    await test.step(name, async () => {
      await go();
      await settled(page);
      expect.soft(await page.evaluate(outOfReach), name).toEqual([]);
    });
});

/** Sideways scrolling of the page, and controls that neither lie in the window nor can be scrolled into it. */
function outOfReach(): readonly string[] {
  const found: string[] = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} px wide`);
  for (const one of document.querySelectorAll<HTMLElement>('button, a[href], input, select, [role="menuitem"]')) {
    if (
      !one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
      one.closest('[inert], .monaco-editor')
    )
      continue;
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const box = { left, right, top, bottom };
    if (right - left <= 1) continue;
    let across = false;
    let down = false;
    for (let up = one.parentElement; up !== null; up = up.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(up);
      across ||= /auto|scroll/.test(overflowX);
      down ||= /auto|scroll/.test(overflowY);
      if (position === 'fixed') break;
    }
    const name = one.ariaLabel ?? one.textContent;
    const { innerWidth, innerHeight } = window;
    if (!across && (box.left < -1 || box.right > innerWidth + 1)) found.push(`${name}: ${box.left} to ${box.right} px`);
    if (!down && (box.top < -1 || box.bottom > innerHeight + 1))
      found.push(`${name}: ${box.top} to ${box.bottom} px down`);
  }
  return found;
}

test('reduced motion: nothing turns, slides or fades', async ({ page, server }) => {
  const moving = () =>
    page.evaluate(
      () =>
        document.getAnimations().filter((one) => {
          const { duration, iterations } = one.effect?.getComputedTiming() ?? {};
          return one.playState === 'running' && (iterations === Infinity || Number(duration) > 20);
        }).length,
    );
  fill(server.place.workspace);
  await openNotebook(page, server, 'busy.ipynb');
  if ((await cell(page, 1).getAttribute('data-run-state')) !== 'running') await runAction(page, 'Run all cells');
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  // A running cell turns for everybody else.
  await expect.poll(moving).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(moving).toBe(0);
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  expect(await moving()).toBe(0);
});

test('on a phone: read, run and mend a cell by touch', async ({ browser, server }) => {
  writeFileSync(
    join(server.place.workspace, 'phone.ipynb'),
    notebookText(['print(6 * 7)', ...Array.from({ length: 30 }, (_, index) => `x = ${index}\ny = x\nz = y`)]),
  );
  const context = await signIn(browser, server, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await openNotebook(page, server, 'phone.ipynb');
  await cell(page, 0).tap();
  await cell(page, 0).getByRole('button', { name: 'Run this cell' }).tap();
  await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveText('42\n', { timeout: 60_000 });
  await cell(page, 0).locator('[data-cell-editor]').tap();
  await expect(cell(page, 0).locator('.monaco-editor')).toBeVisible();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('  # mended');
  await expect(cell(page, 0).locator('[data-cell-editor]')).toContainText('# mended');
  const main = page.locator('main[data-notebook]');
  await expect(main).toHaveAttribute('data-save-state', 'saved');

  // A finger that moves over cells scrolls; it neither drags nor selects.
  const client = await context.newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 200, y }] });
  await touch('touchStart', 600);
  for (let y = 580; y >= 200; y -= 20) await touch('touchMove', y);
  await touch('touchEnd');
  await expect.poll(() => main.evaluate((one) => one.scrollTop)).toBeGreaterThan(200);
  await expect(page.locator('[data-drop-line]')).toHaveCount(0);
  await expect(page.locator('[data-cell-id][data-selected]')).toHaveCount(0);
  await expect(main).toHaveAttribute('data-cell-count', '31');
  expect(errors).toEqual([]);
  await context.close();
});
