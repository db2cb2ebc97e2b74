import type { Browser, BrowserContext, Page } from '@playwright/test';
import { installProbe, watchFirstCell } from './probe.ts';
import type { ProductName } from './sheet.ts';

/** A notebook product under the same measuring hands. Every member acts as a person would, where a person could. */
export type Product = {
  readonly name: ProductName;
  /** Folder that is served; the same notebooks lie in each. */
  readonly workspace: string;
  /** Process of the server itself; kernels and other children are not it. */
  readonly pid: number;
  readonly installHooks: () => void;
  /** A signed-in browser whose cache is empty. */
  readonly newContext: (browser: Browser) => Promise<BrowserContext>;
  readonly home: () => string;
  /** Waits until the file list is there. */
  readonly homeReady: (page: Page) => Promise<void>;
  readonly addressOf: (path: string) => string;
  /** Waits until the notebook screen is complete, with a kernel where the product starts one. */
  readonly ready: (page: Page) => Promise<void>;
  /** Opens a notebook of the file list: the last input event is the one that opens it. */
  readonly openFromHome: (page: Page, path: string) => Promise<void>;
  /** Waits until all cells can be reached. */
  readonly settle: (page: Page, cells: number) => Promise<void>;
  /** What the product has kept of the text that a cell printed, after its run, in pieces. */
  readonly stored: (page: Page, path: string, index: number) => AsyncIterable<Uint8Array>;
  readonly runAll: (page: Page) => Promise<void>;
  /** Opens notebooks on the server without a browser, as its page would; null where a server has no such thing. */
  readonly openOnServer: (paths: readonly string[]) => Promise<() => Promise<void>>;
  /** Opening a notebook leaves something open on the server. */
  readonly keepsOpen: boolean;
  /** Ends the kernels that runs have started, where the next measurement does not need them. */
  readonly endKernels: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A page with the probe and the product's hooks; with `marker` it notes when the first cell's text is painted. */
export async function newPage(context: BrowserContext, installHooks: () => void, marker?: string): Promise<Page> {
  const page = await context.newPage();
  const watch = marker === undefined ? '' : `(${String(watchFirstCell)})(${JSON.stringify(marker)});`;
  await page.addInitScript({ content: `(${String(installProbe)})();(${String(installHooks)})();${watch}` });
  return page;
}
