import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startJupyter } from '#server/testing/jupyter.ts';
import { expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';

const corpus = process.env['FARFIELD_CORPUS'] ?? new URL('../../shared/corpus/notebooks', import.meta.url).pathname;

/** Real notebooks of pure Python, NumPy, pandas or matplotlib that run offline from top to bottom. */
const notebooks: readonly string[] = JSON.parse(
  readFileSync(new URL('./corpus-runs.json', import.meta.url), 'utf8'),
) as string[];

test.describe('corpus notebooks run top to bottom in the browser', () => {
  test.skip(!existsSync(corpus), 'skipped: corpus absent');

  test(`${notebooks.length} of them on the local gateway, and on a second Jupyter Server`, async ({ page, server }) => {
    test.setTimeout(900_000);
    expect(notebooks.length).toBeGreaterThanOrEqual(10);
    const token = 'corpus-0123456789';
    const far = await startJupyter({ token });
    try {
      await page.goto(server.origin);
      const post = async (path: string, data: object) => {
        const answer = await page.request.post(`${server.origin}${path}`, { data, headers: { origin: server.origin } });
        expect(answer.ok(), await answer.text()).toBe(true);
        return (await answer.json()) as { id: string };
      };
      const gateway = await post('/api/v1/gateways', { url: far.url, token, label: 'Second' });
      const places = (
        (await (await page.request.get(`${server.origin}/api/v1/kernels`)).json()) as {
          places: { gateway: { id: string }; kernelspecs: { name: string; isDefault: boolean }[] }[];
        }
      ).places;
      expect(places.map((one) => one.gateway.id)).toEqual(expect.arrayContaining(['local', gateway.id]));
      for (const place of ['local', gateway.id]) {
        const specs = places.find((one) => one.gateway.id === place)?.kernelspecs ?? [];
        const kernelName = (specs.find((one) => one.isDefault) ?? specs[0])?.name;
        for (const [index, name] of notebooks.entries()) {
          const path = `${place === 'local' ? 'near' : 'far'}/${index}.ipynb`;
          const target = join(server.place.workspace, path);
          mkdirSync(dirname(target), { recursive: true });
          writeFileSync(target, readFileSync(join(corpus, name)));
          const session = await post('/api/v1/sessions', { path, gatewayId: place, kernelName });
          await openNotebook(page, server, path);
          await runAction(page, 'Run all cells');
          await expect(page.locator('[data-run-state="ok"]').first(), name).toBeAttached({ timeout: 60_000 });
          await waitForRuns(page);
          const { runs } = (await (
            await page.request.get(`${server.origin}/api/v1/runs?path=${encodeURIComponent(path)}`)
          ).json()) as { runs: { state: string }[] };
          expect(runs.length, name).toBeGreaterThan(0);
          expect(
            runs.filter(({ state }) => state !== 'ok'),
            name,
          ).toEqual([]);
          const ended = await page.request.delete(`${server.origin}/api/v1/sessions/${session.id}`, {
            headers: { origin: server.origin },
          });
          expect(ended.ok()).toBe(true);
        }
      }
    } finally {
      await far.stop();
    }
  });
});
