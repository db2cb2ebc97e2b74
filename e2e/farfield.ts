import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { Farfield, freePort, newPlace } from './farfield-server.ts';

/** Opens a notebook and waits until it can be edited. */
export async function openNotebook(page: Page, server: Farfield, path: string, timeout = 30_000): Promise<void> {
  await page.goto(`${server.origin}/n/${path.split('/').map(encodeURIComponent).join('/')}`);
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready', { timeout });
}

/** Runs an action of the palette by its title, as a person would. */
export async function runAction(page: Page, title: string): Promise<void> {
  const box = page.getByRole('combobox', { name: /command/i });
  await page.keyboard.press('Control+Shift+P');
  await box.fill(title);
  await page.keyboard.press('Enter');
  await expect(box).toBeHidden();
}

export function cell(page: Page, index: number) {
  return page.locator(`[data-cell-id][data-cell-index="${index}"]`);
}

/** Scrolls down until an element of a cell is in the page and at the top of the view: only what is near the view is there. */
export async function scrollToPart(page: Page, selector: string): Promise<void> {
  const scroller = page.locator('[data-notebook-scroller]');
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  const part = page.locator(selector).first();
  await expect(async () => {
    await scroller.evaluate((element) => void (element.scrollTop += element.clientHeight * 0.8));
    // What comes into view has its outputs a moment later.
    await expect(part).toBeAttached({ timeout: 500 });
  }).toPass({ timeout: 60_000, intervals: [0] });
  await part.evaluate((element) => element.scrollIntoView({ block: 'start' }));
}

export async function waitForRuns(page: Page, timeout = 120_000): Promise<void> {
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-open-runs', '0', { timeout });
  await expect(page.locator('[data-run-state="queued"], [data-run-state="running"]')).toHaveCount(0);
}

/** The server of one worker: another one, on an empty workspace, for each file of tests. */
class Servers {
  #file = '';
  #server: Farfield | null = null;

  async of(file: string): Promise<Farfield> {
    if (this.#server !== null && this.#file === file) return this.#server;
    await this.stop();
    this.#file = file;
    this.#server = await Farfield.start(newPlace());
    return this.#server;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = null;
  }
}

type Fixtures = { server: Farfield; signedIn: BrowserContext; page: Page };

/**
 * `server`: one process per file of tests, on a workspace that is empty at first. `page`: signed in, and failing the test
 * on any page error.
 */
export const test = base.extend<Fixtures, { servers: Servers }>({
  servers: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright wants the destructuring.
    async ({}, use) => {
      const servers = new Servers();
      await use(servers);
      await servers.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  server: async ({ servers }, use, { file }) => {
    await use(await servers.of(file));
  },
  signedIn: async ({ browser, server }, use) => {
    const context = await signIn(browser, server);
    await use(context);
    await context.close();
  },
  page: async ({ signedIn }, use) => {
    const page = await signedIn.newPage();
    const errors = watchErrors(page);
    await use(page);
    expect(errors).toEqual([]);
  },
});

/** Page errors and console errors (a policy violation is one); network failures of a killed server are not. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      !/ERR_CONNECTION|WebSocket connection|Failed to load resource/.test(message.text())
    )
      errors.push(message.text());
  });
  return errors;
}

export async function signIn(
  browser: import('@playwright/test').Browser,
  server: Farfield,
  options: import('@playwright/test').BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const { askForLink } = await import('./sign-in-link.ts');
  const page = await context.newPage();
  await page.goto(await askForLink(server.place.home));
  await page.waitForURL(`${server.origin}/`);
  await page.close();
  return context;
}

export { expect, Farfield, freePort, newPlace };
