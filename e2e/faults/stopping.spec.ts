import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, Farfield, newPlace, signIn, test } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';

type Gateway = { readonly pid: number };

const gatewayOf = (server: Farfield) =>
  JSON.parse(readFileSync(join(server.place.home, 'gateway/local.json'), 'utf8')) as Gateway;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A server on which a cell sleeps. */
async function withRunningCell(browser: import('@playwright/test').Browser): Promise<Farfield> {
  const place = newPlace();
  writeNotebookFile(place.workspace, 'sleep.ipynb', ['import time\ntime.sleep(600)']);
  const server = await Farfield.start(place);
  const context = await signIn(browser, server);
  const post = async (path: string, data: object) => {
    const answer = await context.request.post(`${server.origin}/api/v1${path}`, {
      data,
      headers: { origin: server.origin },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
  };
  await post('/sessions', { path: 'sleep.ipynb', gatewayId: 'local', kernelName: 'farfield-python' });
  await post('/runs', { path: 'sleep.ipynb' });
  await expect
    .poll(async () => await (await context.request.get(`${server.origin}/api/v1/runs?path=sleep.ipynb`)).text(), {
      timeout: 60_000,
    })
    .toContain('"running"');
  await context.close();
  return server;
}

test('Ctrl-C asks a second time while a cell is running; then server, gateway and kernel end', async ({ browser }) => {
  const server = await withRunningCell(browser);
  const { pid } = gatewayOf(server);
  server.process.kill('SIGINT');
  await expect.poll(() => server.output).toContain('Ctrl-C again');
  expect(server.process.exitCode).toBeNull();
  const ended = once(server.process, 'exit');
  server.process.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

for (const signal of ['SIGKILL', 'SIGHUP'] as const) {
  test(`after ${signal} the gateway and its kernels live on, and the next start finds them`, async ({ browser }) => {
    const server = await withRunningCell(browser);
    const { pid } = gatewayOf(server);
    const ended = once(server.process, 'exit');
    server.process.kill(signal);
    await ended;
    expect(isAlive(pid)).toBe(true);
    const next = await Farfield.start(server.place);
    try {
      const context = await signIn(browser, next);
      await expect
        .poll(async () => await (await context.request.get(`${next.origin}/api/v1/runs?path=sleep.ipynb`)).text(), {
          timeout: 30_000,
        })
        .toContain('"running"');
      expect(gatewayOf(next).pid).toBe(pid);
      await context.close();
    } finally {
      await next.stop();
    }
    expect(isAlive(pid)).toBe(false);
  });
}
