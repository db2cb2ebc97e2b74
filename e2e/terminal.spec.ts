import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, Farfield, newPlace, runAction, signIn, test, watchErrors } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { takePicture } from './picture.ts';
import { findSerious } from './serious-findings.ts';

const screenOf = (page: Page) => page.locator('[data-terminal] .xterm-rows');
const view = (page: Page) => page.locator('main[data-terminal-line]');

/** Opens a terminal on this machine and waits for its prompt. */
async function openTerminal(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/`);
  await runAction(page, 'Open a terminal');
  await expectConnected(page);
}

async function expectConnected(page: Page): Promise<void> {
  await expect(view(page)).toHaveAttribute('data-terminal-line', 'connected', { timeout: 60_000 });
  await expect(screenOf(page)).toContainText(/[$#%>]/);
}

/** Types a line, whether or not the terminal has the focus. */
async function run(page: Page, line: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Does something at the beginning of the last line with these words: the screen lies above its lines. */
async function pointAt(page: Page, words: string, act: (x: number, y: number) => Promise<void>): Promise<void> {
  const box = await screenOf(page).locator('> div').filter({ hasText: words }).last().boundingBox();
  if (box === null) throw new Error(`no line says ${words}`);
  await page.mouse.move(box.x + 40, box.y + box.height / 2);
  await page.mouse.move(box.x + 20, box.y + box.height / 2);
  await page.waitForTimeout(300);
  await act(box.x + 20, box.y + box.height / 2);
}

test('opens from the palette, runs what is typed in the folder of the file, and is fetched only then', async ({
  page,
  server,
}) => {
  writeNotebookFile(server.place.workspace, 'reports/sales.ipynb', ['1']);
  const scripts: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().includes('.js')) scripts.push(response.text().catch(() => ''));
  });
  const xterms = async () => (await Promise.all(scripts)).filter((text) => text.includes('xterm-helper-textarea'));
  await page.goto(`${server.origin}/n/reports/sales.ipynb`);
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready', { timeout: 30_000 });
  expect(await xterms()).toEqual([]);
  await runAction(page, 'Open a terminal');
  await expectConnected(page);
  expect((await xterms()).length).toBeGreaterThan(0);
  await run(page, 'echo "sum=$((40 + 2)) in ${PWD##*/}"; stty size');
  await expect(screenOf(page)).toContainText('sum=42 in reports');
  await expect(page.locator('[data-tab][data-current]')).toContainText(/this machine · \d/);
  await expect(page).toHaveTitle(/this machine · \d+ · Farfield/);
});

test('the shell has the size of its window, and no secret of the gateway', async ({ page, server }) => {
  await openTerminal(page, server.origin);
  const sizeIs = async () => {
    const words = (await page.locator('[data-terminal-detail]').textContent()) ?? '';
    const [, cols, rows] = /(\d+) × (\d+)/.exec(words) ?? [];
    return `size ${rows} ${cols};`;
  };
  const before = await sizeIs();
  // All of the room there is.
  expect(Number(before.split(' ')[1])).toBeGreaterThan(30);
  await run(page, 'echo "size $(stty size);"');
  await expect(screenOf(page)).toContainText(before);
  await page.setViewportSize({ width: 1000, height: 600 });
  await expect.poll(sizeIs).not.toBe(before);
  await run(page, 'echo "size $(stty size);"');
  await expect(screenOf(page)).toContainText(await sizeIs());
  const { token } = JSON.parse(readFileSync(join(server.place.home, 'gateway/local.json'), 'utf8')) as {
    token: string;
  };
  await run(page, `clear; env | grep -c '${token}'; echo looked=$((1 + 1))`);
  await expect(screenOf(page)).toContainText(/0\s*looked=2/);
});

test('a reload keeps the screen; another browser sees it and types; the tab may be closed', async ({
  page,
  server,
  browser,
}) => {
  await openTerminal(page, server.origin);
  await run(page, 'OWN=of-this-shell; echo kept=$((40 + 2))');
  await expect(screenOf(page)).toContainText('kept=42');
  await page.reload();
  await expectConnected(page);
  await expect(screenOf(page)).toContainText('kept=42');

  const other = await signIn(browser, server, { viewport: { width: 900, height: 500 } });
  const second = await other.newPage();
  const errors = watchErrors(second);
  await second.goto(page.url());
  await expect(screenOf(second)).toContainText('kept=42');
  await expect(page.locator('[data-terminal-detail]')).toContainText('2 windows');
  await expect(second.locator('[data-terminal-detail]')).toContainText('the size of another window');
  await run(second, 'echo "from the second: $OWN"');
  for (const one of [page, second]) await expect(screenOf(one)).toContainText('from the second: of-this-shell');
  await expect(second.locator('[data-terminal-detail]')).not.toContainText('the size of another window');
  await expect(page.locator('[data-terminal-detail]')).toContainText('the size of another window');
  expect(errors).toEqual([]);
  await other.close();
  await expect(page.locator('[data-terminal-detail]')).not.toContainText('windows');

  await page
    .getByRole('button', { name: /^Close this machine/ })
    .first()
    .click();
  await runAction(page, 'Show running');
  const row = page.locator('[data-terminal-row]').filter({ hasText: 'Terminal' });
  await row
    .last()
    .getByRole('button', { name: /^Terminal/ })
    .click();
  await expect(screenOf(page)).toContainText('of-this-shell');
});

test('exit is said, and another shell offered; a shell can be ended from the list', async ({ page, server }) => {
  await openTerminal(page, server.origin);
  const first = page.url();
  await run(page, 'exit');
  await expect(view(page)).toHaveAttribute('data-terminal-line', 'ended');
  await expect(page.getByText('This shell has ended.')).toBeVisible();
  await takePicture(page, 'terminal-ended');
  await page.getByRole('button', { name: 'Start another shell' }).click();
  await expect.poll(() => page.url()).not.toBe(first);
  await expectConnected(page);
  await runAction(page, 'Show running');
  const path = new URL(page.url()).pathname;
  const row = page.locator(`[data-terminal-row="${path}"]`);
  // The tip of the button that has the focus lies above it.
  await row.getByRole('button', { name: /^End/ }).press('Enter');
  await page.getByRole('button', { name: 'End it' }).click();
  await expect(view(page)).toHaveAttribute('data-terminal-line', 'ended');
  await expect(row).toHaveCount(0);
  // An address of a shell that was never there, and of a gateway that is not.
  await page.goto(`${server.origin}/t/local/t9_never`);
  await expect(view(page)).toHaveAttribute('data-terminal-line', 'ended');
  await page.goto(`${server.origin}/t/nowhere/t1_x`);
  await expect(page.getByRole('heading', { name: 'This gateway has no terminals' })).toBeVisible();
});

test('a program writes neither clipboard nor title, and answers are not typed again', async ({ page, server }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  await openTerminal(page, server.origin);
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  const title = await page.title();
  await run(page, String.raw`printf '\033]52;c;ZXZpbA==\007\033]2;evil title\007\033]0;evil\007done=%d\n' $((40 + 2))`);
  await expect(screenOf(page)).toContainText('done=42');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
  expect(await page.title()).toBe(title);
  // The terminal says what it is when it is asked, once; not again when its text is shown anew.
  await run(
    page,
    String.raw`clear; stty -echo; printf '\033[c'; read -r -s -d c answer; echo answer=$(printf %s "$answer" | wc -c)`,
  );
  await expect(screenOf(page)).toContainText(/answer=[4-9]/);
  await run(page, 'stty echo; clear; echo ready=$((1 + 1))');
  await expect(screenOf(page)).toContainText('ready=2');
  await page.reload();
  await expectConnected(page);
  await run(page, 'echo again=$((1 + 2))');
  await expect(screenOf(page)).toContainText('again=3');
  expect(await screenOf(page).textContent()).not.toContain('1;2c');
});

test('links open after a question alone, and only those of the web', async ({ page, server }) => {
  await openTerminal(page, server.origin);
  await run(
    page,
    String.raw`clear; printf '\033]8;;javascript:alert(1)\007script\040here\033]8;;\007\n\033]8;;http://127.0.0.1:9/real\007harmless\040words\033]8;;\007\n'`,
  );
  await expect(screenOf(page)).toContainText('harmless words');
  const press = async (words: string) => pointAt(page, words, (x, y) => page.mouse.click(x, y));
  const question = page.getByRole('dialog', { name: 'Open this address?' });
  await press('script here');
  await page.waitForTimeout(500);
  await expect(question).toBeHidden();
  await press('harmless words');
  await expect(question).toContainText('http://127.0.0.1:9/real');
  await takePicture(page, 'terminal-link');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  expect(page.context().pages()).toHaveLength(1);
  await run(page, `clear; echo ${server.origin}/login`);
  await expect(screenOf(page).locator('> div').first()).toHaveText(new RegExp(`^${server.origin}/login`));
  await press(`${server.origin}/login`);
  await expect(question).toContainText(`${server.origin}/login`);
  const opened = page.context().waitForEvent('page');
  await question.getByRole('button', { name: 'Open in a new tab' }).click();
  const tab = await opened;
  await tab.waitForURL(`${server.origin}/**`);
  expect(await tab.evaluate(() => window.opener === null)).toBe(true);
  await tab.close();
});

test('keys are the shell’s, with one way out; text is copied and pasted in brackets', async ({ page, server }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  await openTerminal(page, server.origin);
  const input = page.locator('.xterm-helper-textarea');
  await input.focus();
  // Ctrl+K is the palette's elsewhere; here it cuts the line, and Ctrl+Y brings it back.
  await page.keyboard.type('echo cut=$((40 + 2))');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+y');
  await page.keyboard.press('Enter');
  await expect(screenOf(page)).toContainText('cut=42');
  await expect(page.getByRole('combobox', { name: /command/i })).toBeHidden();

  // The line that is typed says it in another way: only what comes of it, after the clearing, is pointed at.
  await run(page, "clear; echo copy'-me'");
  await expect(screenOf(page)).toContainText('copy-me');
  await pointAt(page, 'copy-me', (x, y) => page.mouse.dblclick(x, y));
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('copy-me');

  // Two lines and an end of brackets: nothing runs before Enter, and what is pasted stays text.
  await page.evaluate(() => navigator.clipboard.writeText('echo one=$((1 + 1))\u001B[201~\necho two=$((1 + 2))'));
  await run(page, String.raw`clear; bind 'set enable-bracketed-paste on' 2>/dev/null; echo set=$((1 + 1))`);
  // The next prompt is there, and with it the brackets.
  await expect(screenOf(page)).toContainText(/set=2.*[$#%>]/s);
  await page.keyboard.press('Control+Shift+V');
  await expect(screenOf(page)).toContainText('echo two=');
  await page.waitForTimeout(500);
  expect(await screenOf(page).textContent()).not.toMatch(/one=2|two=3/);
  await page.keyboard.press('Control+c');

  await page.keyboard.press('Control+Shift+L');
  await expect(input).not.toBeFocused();
  await expect(page.getByRole('button', { name: /Open another terminal/ })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: /screen reader mode/ })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.locator('.xterm-accessibility')).toBeAttached();
  await page.keyboard.press('Space');
  await expect(page.locator('.xterm-accessibility')).toHaveCount(0);
});

test('a flood of 50 MB keeps the page usable, is bounded in pictures, and comes to its end', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  await openTerminal(page, server.origin);
  const renders = async () => Number(await page.locator('[data-terminal]').getAttribute('data-renders'));
  const before = await renders();
  const began = Date.now();
  await run(page, 'yes | head -c 50M; echo over=$((40 + 2))');
  await expect(page.locator('[data-terminal-detail]')).toContainText('the oldest lines are gone', { timeout: 60_000 });
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByRole('combobox', { name: /command/i })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(screenOf(page)).toContainText('over=42', { timeout: 180_000 });
  const seconds = (Date.now() - began) / 1000;
  const pictures = (await renders()) - before;
  // No more than a picture a frame, however much is written.
  expect(pictures / seconds).toBeLessThan(75);
  await run(page, 'echo alive=$((1 + 1))');
  await expect(screenOf(page)).toContainText('alive=2');
});

test('looks right and is usable by all: both themes, wide and phone', async ({ page, server }) => {
  await openTerminal(page, server.origin);
  await run(
    page,
    String.raw`clear; for c in 31 32 33 34 35 36 91 92 94; do printf "\033[%smcolour %s\033[0m " $c $c; done; echo; ls -la /`,
  );
  await expect(screenOf(page)).toContainText('etc');
  await runAction(page, 'Show running');
  await takePicture(page, 'terminal');
  expect(await findSerious(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(view(page)).toBeVisible();
  await takePicture(page, 'terminal-390');
  expect(await findSerious(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a server that is killed and started again finds the shell; a clean end leaves none behind', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const place = newPlace();
  mkdirSync(place.home, { recursive: true });
  const first = await Farfield.start(place);
  const context = await signIn(browser, first);
  const page = await context.newPage();
  await openTerminal(page, first.origin);
  await run(page, 'OWN=survived; sleep 98761 & echo begun=$((40 + 2))');
  await expect(screenOf(page)).toContainText('begun=42');
  await first.kill();
  await expect(view(page)).toHaveAttribute('data-terminal-line', 'offline');
  const second = await Farfield.start(place, { port: first.port });
  await expectConnected(page);
  await expect(screenOf(page)).toContainText('begun=42');
  await run(page, 'echo "it has $OWN"');
  await expect(screenOf(page)).toContainText('it has survived');
  expect(second.output).not.toContain('survived');
  await second.stop();
  await expect(async () => {
    const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(left).not.toContain('sleep 98761');
  }).toPass({ timeout: 20_000 });
  await context.close();
});
