import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJupyter } from '#server/testing/jupyter.ts';
import { cell, expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

/** Journey 2: the team's gateway by URL and token, its kernels beside the local ones, the open notebook moved there. */
test('a second Jupyter Server is added, picked and run on; its token stays on the server', async ({ page, server }) => {
  const token = 'far-away-0123456789abcdef';
  const far = await startJupyter({ token });
  const bodies: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/'))
      void response.text().then(
        (text) => bodies.push(text),
        () => {},
      );
  });
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => bodies.push(payload.toString())));
  try {
    writeNotebookFile(server.place.workspace, 'move.ipynb', ['import os\nprint("pid", os.getppid())', 'x = 41\nx + 1']);
    await openNotebook(page, server, 'move.ipynb');
    await runAction(page, 'Run all cells');
    await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'ok', { timeout: 60_000 });
    const near = await cell(page, 0).locator('[data-stream="stdout"]').textContent();

    await runAction(page, 'Add a gateway');
    const form = page.getByRole('dialog', { name: 'Add a gateway' });
    await form.getByLabel(/url/i).fill(far.url);
    await form.getByLabel(/token/i).fill('wrong');
    await form.getByRole('button', { name: /^add/i }).click();
    await expect(form.getByRole('alert')).toContainText(/token/i);
    await form.getByLabel(/token/i).fill(token);
    await form.getByLabel(/name/i).fill('Research');
    await form.getByRole('button', { name: /^add/i }).click();

    await expect(form).toBeHidden();
    await runAction(page, 'Choose where this notebook runs');
    const picker = page.getByRole('dialog', { name: /where/i });
    await expect(picker.getByText('this machine').first()).toBeVisible();
    await expect(picker.getByText('Research').first()).toBeVisible();
    await picker
      .getByRole('option', { name: /Research/ })
      .first()
      .click();
    await expect(picker).toBeHidden({ timeout: 30_000 });
    await runAction(page, 'Run all cells');
    await expect(cell(page, 0).locator('[data-stream="stdout"]')).not.toHaveText(near ?? '', { timeout: 60_000 });
    await waitForRuns(page);
    await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveText(`pid ${far.pid}`);
    await expect(cell(page, 1).locator('[data-cell-outputs]')).toContainText('42');

    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) expect(body).not.toContain(token);
    expect(server.output).not.toContain(token);
    for (const file of filesBelow(server.place.home)) expect(readFileSync(file).includes(token), file).toBe(false);
    for (const file of filesBelow(server.place.workspace)) expect(readFileSync(file).includes(token), file).toBe(false);
  } finally {
    await far.stop();
  }
});

test('gateways that are none are named with cause and next step, and nothing is stored', async ({ page, server }) => {
  const { createServer } = await import('node:http');
  const { createServer: createTcp } = await import('node:net');
  const web = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hello</h1>'),
  );
  const silent = createTcp(() => {});
  for (const one of [web, silent]) await new Promise<void>((done) => one.listen(0, '127.0.0.1', done));
  const portOf = (one: typeof web | typeof silent) => (one.address() as { port: number }).port;
  const check = async (url: string) => {
    const answer = await page.request.post(`${server.origin}/api/v1/gateways`, {
      data: { url, token: 'x' },
      headers: { origin: server.origin },
    });
    return (await answer.json()) as { fault?: string; message?: string; hint?: string };
  };
  const stored = async () => (await page.request.get(`${server.origin}/api/v1/gateways`)).json();
  await page.goto(server.origin);
  const before: unknown = await stored();
  for (const [url, code] of [
    [`http://127.0.0.1:${portOf(web)}/`, 'gateway.notJupyter'],
    [`http://127.0.0.1:${portOf(silent)}/`, 'gateway.timeout'],
    ['http://127.0.0.1:1/', 'gateway.unreachable'],
    [`http://127.0.0.1:${server.port}/`, 'outbound.refused'],
    ['http://169.254.169.254/', 'outbound.refused'],
    ['http://10.0.0.1:8888/', 'outbound.refused'],
    ['not a url at all', 'request.invalid'],
    ['https://user:pass@host/', 'request.invalid'],
  ] as const) {
    const answer = await check(url);
    expect(answer.fault, url).toBe(code);
    expect(answer.message?.length, url).toBeGreaterThan(10);
  }
  expect(await stored()).toEqual(before);
  web.close();
  silent.close();
});

test('a certificate that nobody vouches for is refused, and said', async ({ page, server }) => {
  test.skip(spawnSync('openssl', ['version']).status !== 0, 'not run: needs openssl');
  const folder = mkdtempSync(join(tmpdir(), 'farfield-cert-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = `req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=elsewhere`;
  expect(spawnSync('openssl', request.split(' ')).status).toBe(0);
  const { createServer } = await import('node:https');
  const selfSigned = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end('{"version": "2.21"}'),
  );
  await new Promise<void>((done) => selfSigned.listen(0, '127.0.0.1', done));
  const url = `https://127.0.0.1:${(selfSigned.address() as { port: number }).port}/`;
  await page.goto(server.origin);
  const answer = await page.request.post(`${server.origin}/api/v1/gateways`, {
    data: { url, token: 'x' },
    headers: { origin: server.origin },
  });
  expect(((await answer.json()) as { fault: string }).fault).toBe('gateway.certificate');
  selfSigned.close();
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
