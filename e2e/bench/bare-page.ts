import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from '@playwright/test';

/** A page that has nothing but an editable element: what the browser itself costs. */
export async function serveBarePage(): Promise<{ address: string; stop: () => void }> {
  const html =
    '<!doctype html><title>bare</title><div contenteditable style="font: 14px monospace">first_cell = 0</div>';
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Gaps between frames of an idle page, ms: what is shown cannot be shown sooner. */
export async function frameTimes(browser: Browser): Promise<number[]> {
  const bare = await serveBarePage();
  const page = await browser.newPage();
  await page.goto(bare.address);
  const frames = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        let previous = performance.now();
        const frame = () => {
          const now = performance.now();
          gaps.push(now - previous);
          previous = now;
          if (gaps.length < 120) requestAnimationFrame(frame);
          else resolve(gaps);
        };
        requestAnimationFrame(frame);
      }),
  );
  await page.close();
  bare.stop();
  return frames;
}
