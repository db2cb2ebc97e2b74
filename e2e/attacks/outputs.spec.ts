import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, openNotebook, test } from '../farfield.ts';

/** Opening a hostile notebook: nothing runs, nothing leaves, the page stays ours. */
test('outputs and Markdown of a hostile notebook neither run nor call home', async ({ page, server }) => {
  const calls: string[] = [];
  const canary = createServer((request, response) => {
    calls.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done));
  const home = `http://127.0.0.1:${(canary.address() as { port: number }).port}`;
  const html = [
    `<script>window.attacked = 1; fetch('${home}/script')</script>`,
    `<img src="${home}/image"><img src=x onerror="window.attacked = 2">`,
    `<svg onload="window.attacked = 3"><use href="data:image/svg+xml,<svg onload=alert(1)>"/></svg>`,
    `<iframe srcdoc="<script>parent.attacked = 4</script>"></iframe><object data="${home}/object"></object>`,
    `<a href="javascript:window.attacked = 5">x</a><form action="${home}/form"><input name="location"></form>`,
    `<style>@import url('${home}/css'); * { background: url('${home}/css2') }</style>`,
    `<link rel="stylesheet" href="${home}/link"><meta http-equiv="refresh" content="0;url=${home}/meta">`,
    `<div style="position:fixed;inset:0;background:url('${home}/style')">overlay</div>`,
    `<math><mtext><table><mglyph><style><img src=x onerror="window.attacked = 6"></style></mglyph></table></mtext></math>`,
  ];
  const markdown = [
    ...html,
    '[a](javascript:window.attacked=7) [b](vbscript:x) ![c](javascript:window.attacked=8)',
    `![remote](${home}/markdown) $\\href{javascript:window.attacked=9}{x}$`,
    '<a href="jav&#x09;ascript:window.attacked=10">tab</a>',
  ];
  const output = (data: object) => ({ output_type: 'display_data', data, metadata: {} });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.attacked=11"><script>window.attacked=12</script><image href="${home}/svg"/></svg>`;
  const cells = [
    ...markdown.map((source, index) => ({ cell_type: 'markdown', id: `m${index}`, metadata: {}, source })),
    {
      cell_type: 'code',
      id: 'code',
      execution_count: 1,
      metadata: { ['__proto__']: { attacked: 1 } },
      source: 'x',
      outputs: [
        ...html.map((text) => output({ 'text/html': text })),
        output({ 'image/svg+xml': svg }),
        output({ 'application/javascript': 'window.attacked = 13' }),
        output({ 'text/latex': '$\\href{javascript:window.attacked=14}{x}$' }),
        output({ 'text/markdown': markdown.join('\n\n') }),
        {
          output_type: 'stream',
          name: 'stdout',
          text: `\u001b]8;;javascript:window.attacked=15\u0007x\u001b]8;;\u0007 <script>window.attacked=16</script>`,
        },
        {
          output_type: 'error',
          ename: '<img src=x onerror="window.attacked=17">',
          evalue: '',
          traceback: ['<script>window.attacked=18</script>'],
        },
      ],
    },
  ];
  const metadata = { language_info: { name: '"><script>window.attacked=19</script>' } };
  writeFileSync(
    join(server.place.workspace, 'hostile.ipynb'),
    JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }),
  );

  await openNotebook(page, server, 'hostile.ipynb');
  await expect(page.locator('[data-cell-id="code"] [data-cell-outputs]')).toContainText('frame');
  for (const one of await page.locator('[data-cell-id]').all()) await one.scrollIntoViewIfNeeded();
  await page.waitForTimeout(1_000);
  expect(await page.evaluate(() => (window as unknown as { attacked?: number }).attacked)).toBeUndefined();
  expect(await page.evaluate(() => ({}) as { attacked?: number }).then((plain) => plain.attacked)).toBeUndefined();
  expect(calls).toEqual([]);
  const inside = page.locator('main[data-notebook]');
  await expect(inside.locator('script, iframe, object, embed, form, link, meta, style')).toHaveCount(0);
  expect(await inside.locator('a[href^="javascript" i], a[href^="vbscript" i]').count()).toBe(0);
  // No overlay: what lies in the middle of the header is the header.
  const top = await page.evaluate(
    () => document.elementFromPoint(innerWidth / 2, 10)?.closest('[data-cell-id]') ?? null,
  );
  expect(top).toBeNull();
  canary.close();
});
