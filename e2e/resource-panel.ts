import type { Page } from '@playwright/test';
import { expect, type Farfield } from './farfield.ts';

export const kernel = (page: Page) => page.locator('[data-resource-kernel]');
export const cluster = (page: Page) => page.locator('[data-resource-cluster]');
export const curve = (page: Page, title: string) => page.locator(`[data-resource-chart="${title}"] canvas`);

/** Attaches or launches a cluster and waits until it is ready; its id. */
export async function makeCluster(
  page: Page,
  server: Farfield,
  how: 'attach' | 'launch',
  form: object,
): Promise<string> {
  const url = `${server.origin}/api/v1/clusters`;
  const made = await page.request.post(how === 'attach' ? `${url}/attach` : url, { data: { kind: 'dask', ...form } });
  expect(made.ok(), await made.text()).toBe(true);
  const { id } = (await made.json()) as { id: string };
  const stateOf = async () => ((await (await page.request.get(`${url}/${id}`)).json()) as { state: string }).state;
  await expect.poll(stateOf, { timeout: 120_000 }).toBe('ready');
  return id;
}

/** Starts a kernel for the notebook that knows the cluster. */
export async function startOn(page: Page, server: Farfield, path: string, id: string): Promise<void> {
  const data = { path, gatewayId: 'local', kernelName: 'farfield-python', clusterId: id };
  const started = await page.request.post(`${server.origin}/api/v1/sessions`, { data });
  expect(started.ok(), await started.text()).toBe(true);
}
