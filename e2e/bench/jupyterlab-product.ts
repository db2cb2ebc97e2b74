import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { venvsFolder } from '#server/setup/flags.mjs';
import WebSocket from 'ws';
import { freePort } from '../farfield.ts';
import { installJupyterlabHooks } from './page-hooks.ts';
import type { Product } from './product.ts';
import { savedOutput } from './saved-output.ts';

/** JupyterLab with its default settings, in folders of its own, on loopback with a token. */
export async function startJupyterlab(browser: Browser): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'jupyterlab-bench-'));
  const workspace = mkdtempSync(join(folder, 'workspace-'));
  const port = await freePort();
  const token = randomBytes(24).toString('hex');
  const venv = join(venvsFolder(process.env), 'jupyterlab');
  const flags = [
    '--no-browser',
    '--allow-root',
    '--ip=127.0.0.1',
    `--port=${port}`,
    `--ServerApp.root_dir=${workspace}`,
  ];
  const child = spawn(join(venv, 'bin', 'python'), ['-m', 'jupyterlab', ...flags], {
    cwd: workspace,
    stdio: 'ignore',
    env: {
      ...process.env,
      PATH: `${join(venv, 'bin')}:${process.env['PATH'] ?? ''}`,
      JUPYTER_TOKEN: token,
      HOME: folder,
      JUPYTER_CONFIG_DIR: join(folder, 'config'),
      JUPYTER_DATA_DIR: join(folder, 'share'),
      JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
      IPYTHONDIR: join(folder, 'ipython'),
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  const headers = { Authorization: `token ${token}` };
  const api = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`${origin}/api/${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`JupyterLab: ${path} answered ${answer.status}`);
    return answer.status === 204 ? null : answer.json();
  };
  for (let waited = 0; ; waited += 100) {
    if (waited > 60_000 || child.exitCode !== null) throw new Error('JupyterLab did not start');
    const answers = await api('status').then(
      () => true,
      () => false,
    );
    if (answers) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const first = await browser.newContext();
  await (await first.newPage()).goto(`${origin}/api/status?token=${token}`);
  const storageState = await first.storageState();
  await first.close();
  // A workspace of its own for each page: none restores what another had open.
  let pages = 0;
  const lab = () => `${origin}/lab/workspaces/bench-${++pages}`;
  const endKernels = async () => {
    const sessions = (await api('sessions')) as { id: string }[];
    await Promise.all(sessions.map(({ id }) => api(`sessions/${id}`, { method: 'DELETE' })));
  };
  return {
    name: 'JupyterLab',
    workspace,
    pid: child.pid ?? 0,
    installHooks: installJupyterlabHooks,
    newContext: (anyBrowser) => anyBrowser.newContext({ storageState, viewport: { width: 1440, height: 900 } }),
    home: lab,
    homeReady: (page) => page.locator('.jp-DirListing-item').first().waitFor({ timeout: 60_000 }),
    addressOf: (path) => `${lab()}/tree/${encodeURIComponent(path)}`,
    ready,
    openFromHome: async (page, path) => {
      await page.locator(`.jp-DirListing-item[title*="${path}"]`).dblclick();
    },
    settle: async (page, cells) => {
      await page
        .locator(`.jp-Cell[data-windowed-list-index="${cells - 1}"]`)
        .waitFor({ state: 'attached', timeout: 180_000 });
      await page.waitForTimeout(2000);
    },
    async *stored(page, path, index) {
      const askedAt = Date.now();
      await page.keyboard.press('Control+s');
      yield Buffer.from(await savedOutput(join(workspace, path), index, askedAt));
    },
    runAll: async (page) => {
      await page.locator('.lm-MenuBar-item', { hasText: 'Run' }).click();
      await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
    },
    openOnServer: async (paths) => {
      const sockets = await Promise.all(
        paths.map(async (path) => {
          await api(`contents/${path}?content=1`);
          const session = (await api('sessions', {
            method: 'POST',
            body: JSON.stringify({ path, name: path, type: 'notebook', kernel: { name: 'python3' } }),
          })) as { kernel: { id: string } };
          const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/kernels/${session.kernel.id}/channels`, {
            headers,
          });
          await once(socket, 'open');
          return socket;
        }),
      );
      return async () => {
        for (const socket of sockets) socket.close();
        await endKernels();
      };
    },
    keepsOpen: false,
    endKernels,
    stop: async () => {
      await endKernels();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      clearTimeout(timer);
    },
  };
}

async function ready(page: Page): Promise<void> {
  await page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').first().waitFor({ timeout: 60_000 });
  await page
    .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status="idle"]')
    .waitFor({ timeout: 60_000 });
}
