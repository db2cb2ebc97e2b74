import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { cell, expect, openNotebook, test } from './farfield.ts';

/** A PNG of noise: it does not compress, so that it is worth a link. */
function png(width: number, height: number, seed: number): string {
  let random = seed + 1;
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let at = 0; at < rows.length; at += 1) {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    rows[at] = at % (width * 3 + 1) === 0 ? 0 : random >> 16;
  }
  const chunk = (type: string, bytes: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), bytes]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(bytes.length);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]).toString('base64');
}

const result = (data: object, metadata = {}) => ({ output_type: 'execute_result', execution_count: 1, data, metadata });
function outputOf(index: number): object {
  switch (index % 3) {
    case 0:
      return result({ 'image/png': png(120, 60 + index, index), 'text/plain': `<Figure ${index}>` });
    case 1: {
      const rows = Array.from({ length: 8 }, (_, row) => `<tr><td>${row}</td><td>table ${index}</td></tr>`).join('');
      return result({ 'text/html': `<table>${rows}</table>`, 'text/plain': 'table' });
    }
    default:
      return { output_type: 'stream', name: 'stdout', text: `text ${index}\n${'a line of words\n'.repeat(40)}` };
  }
}

test('outputs come when they are seen, images by address', async ({ page, server, browser }) => {
  const cells = Array.from({ length: 300 }, (_, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    execution_count: 1,
    metadata: {},
    source: `show(${index})`,
    outputs: [outputOf(index)],
  }));
  writeFileSync(
    join(server.place.workspace, 'many.ipynb'),
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(payload.toString())));
  const asked = () =>
    new Set(frames.filter((text) => text.includes('"results.read"')).flatMap((text) => text.match(/cell-\d+/g) ?? []));
  const images: { url: string; headers: Record<string, string> }[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/v1/images/')) images.push({ url: response.url(), headers: response.headers() });
  });

  await openNotebook(page, server, 'many.ipynb');
  const first = cell(page, 0).locator('img');
  await expect(first).toHaveAttribute('src', /^\/api\/v1\/images\/[0-9a-f]{32}\?/);
  await expect(first).toHaveAttribute('alt', '<Figure 0>');
  await expect(first).toHaveAttribute('height', '60');
  await expect.poll(() => first.evaluate((image: HTMLImageElement) => image.naturalHeight)).toBe(60);
  await expect(cell(page, 1).locator('table')).toContainText('table 1');
  await expect(cell(page, 2)).toContainText('text 2');
  const atTheTop = asked();
  expect(atTheTop).toContain('cell-0');
  expect(atTheTop.size).toBeLessThan(60);
  expect(atTheTop).not.toContain('cell-250');

  const one = images[0];
  expect(one?.headers).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'private, max-age=31536000, immutable',
  });
  const stranger = await browser.newContext();
  expect((await stranger.request.get(one?.url ?? '')).status()).toBe(401);
  await stranger.close();
  const wrong = (one?.url ?? '').replace(/images\/[0-9a-f]{4}/, 'images/0000');
  expect((await page.request.get(wrong)).status()).toBe(404);
  expect((await page.request.get(wrong)).headers()['content-type']).toContain('application/json');

  await page.locator('[data-notebook-scroller]').evaluate((element) => {
    element.scrollTop = element.scrollHeight;
  });
  await expect(page.locator('[data-cell-id="cell-299"]')).toContainText('text 299');
  await page.locator('[data-notebook-scroller]').evaluate((element) => {
    element.scrollTop -= 600;
  });
  const last = page.locator('[data-cell-id="cell-297"] img');
  await expect(last).toBeVisible();
  await expect.poll(() => last.evaluate((image: HTMLImageElement) => image.naturalHeight)).toBe(357);
  expect(asked().size).toBeLessThan(150);
});
