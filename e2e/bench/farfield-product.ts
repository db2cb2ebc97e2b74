import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { Farfield, newPlace, signIn } from '../farfield.ts';
import { connectFollower, type Follower } from './follower.ts';
import { installFarfieldHooks } from './page-hooks.ts';
import type { Product } from './product.ts';
import { pause } from './steps.ts';

export type FarfieldProduct = Product & {
  /** A client without a page, signed in. */
  readonly follow: () => Promise<Follower>;
  /** Binds a notebook that is open on the server to a new kernel. */
  readonly startKernel: (path: string) => Promise<void>;
  /** A request to the HTTP API, signed in; throws what is no success. */
  readonly call: <Answer>(method: string, path: string, data?: object) => Promise<Answer>;
  /** The gateway under the server: the floor of runs is measured on it. */
  readonly gateway: () => { port: number; token: string };
};

/** This product, as `npm start` serves it, on a workspace of its own. */
export async function startFarfield(browser: Browser): Promise<FarfieldProduct> {
  const place = newPlace();
  const server = await Farfield.start(place);
  const first = await signIn(browser, server);
  const storageState = await first.storageState();
  await first.close();
  const cookie = storageState.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const gateway = () =>
    JSON.parse(readFileSync(join(place.home, 'gateway/local.json'), 'utf8')) as { port: number; token: string };
  await gatewayReady(gateway);
  const call = async <Answer>(method: string, path: string, data?: object): Promise<Answer> => {
    const answer = await fetch(new URL(path, server.origin), {
      method,
      headers: { Cookie: cookie, Origin: server.origin, 'Content-Type': 'application/json' },
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  const follow = () => connectFollower(server.origin, cookie);
  return {
    name: 'Farfield',
    workspace: place.workspace,
    pid: server.process.pid ?? 0,
    installHooks: installFarfieldHooks,
    newContext: (anyBrowser) => anyBrowser.newContext({ storageState, viewport: { width: 1440, height: 900 } }),
    home: () => `${server.origin}/`,
    homeReady: (page) => page.locator('[role="treeitem"][data-path]').first().waitFor(),
    addressOf: (path) => `${server.origin}/n/${encodeURIComponent(path)}`,
    ready: (page) => page.locator('main[data-doc-state="ready"]').waitFor({ timeout: 60_000 }),
    openFromHome: async (page, path) => {
      await page.locator(`[role="treeitem"][data-path="${path}"]`).click();
    },
    settle: async (page) => {
      await page.waitForTimeout(1000);
    },
    async *stored(_page, path, index) {
      const follower = await follow();
      await follower.open(path);
      yield* follower.printed(`cell-${index}`);
      follower.stop();
    },
    runAll: (page) => page.keyboard.press('Control+Shift+Enter'),
    openOnServer: async (paths) => {
      const followers = await Promise.all(
        paths.map(async (path) => {
          const follower = await follow();
          await follower.open(path);
          return follower;
        }),
      );
      return async () => followers.forEach((one) => one.stop());
    },
    keepsOpen: true,
    endKernels: async () => {},
    stop: () => server.stop(),
    follow,
    startKernel: async (path) => {
      await call('POST', '/api/v1/sessions', { path, gatewayId: 'local', kernelName: 'farfield-python' });
    },
    call,
    gateway,
  };
}

/** The server is ready before its gateway is: the floor is measured on that at once. */
async function gatewayReady(gateway: () => { port: number; token: string }): Promise<void> {
  for (const until = performance.now() + 60_000; performance.now() < until; await pause(100)) {
    const answers = async () => {
      const { port, token } = gateway();
      return fetch(`http://127.0.0.1:${port}/api/status`, { headers: { Authorization: `token ${token}` } });
    };
    const isReady = await answers().then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
  }
  throw new Error('the local gateway did not become ready');
}
