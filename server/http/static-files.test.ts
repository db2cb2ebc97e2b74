import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StaticFiles } from './static-files.ts';

const script = 'let a = 1;'.repeat(400);
const outside = mkdtempSync(join(tmpdir(), 'farfield-static-'));
const folder = join(outside, 'static');
mkdirSync(join(folder, 'chunks'), { recursive: true });
mkdirSync(join(folder, 'media'), { recursive: true });
writeFileSync(join(outside, 'secret.txt'), 'secret');
writeFileSync(join(folder, 'chunks/main.js'), script);
writeFileSync(join(folder, 'chunks/main.js.br'), brotliCompressSync(script));
writeFileSync(join(folder, 'chunks/main.js.gz'), gzipSync(script));
writeFileSync(join(folder, 'media/sans.woff2'), 'font');

const files = new StaticFiles(folder, '/_next/static/');
const server = createServer((request, response) => {
  void files.handle(request, response).then((found) => found || response.writeHead(404).end());
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; bytes: Buffer };

/** As sent: `fetch` would decode the body and mend the path. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    ask({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const main = '/_next/static/chunks/main.js';

describe('the static files of the build', () => {
  it.each([
    ['nothing', undefined, undefined],
    ['br', 'gzip, deflate, br', 'br'],
    ['gzip alone', 'gzip', 'gzip'],
    ['br refused', 'br;q=0, gzip', 'gzip'],
    ['gzip preferred', 'br;q=0.5, gzip;q=0.9', 'gzip'],
    ['anything', '*', 'br'],
    ['an unknown one', 'zstd', undefined],
  ])('are sent as the request accepts: %s', async (_, accepted, encoding) => {
    const answer = await get(main, accepted === undefined ? {} : { 'accept-encoding': accepted });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['vary']).toBe('Accept-Encoding');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    const sent = { br: brotliCompressSync(script), gzip: gzipSync(script) };
    expect(answer.bytes).toEqual(encoding === undefined ? Buffer.from(script) : sent[encoding as 'br' | 'gzip']);
  });

  it('have another tag in each encoding, and are not sent twice', async () => {
    const tags = [];
    for (const encoding of ['identity', 'gzip', 'br']) {
      const etag = String((await get(main, { 'accept-encoding': encoding })).headers['etag']);
      tags.push(etag);
      const again = await get(main, { 'accept-encoding': encoding, 'if-none-match': `"x", W/${etag}` });
      expect(again.status).toBe(304);
      expect(again.bytes.length).toBe(0);
      expect(again.headers['etag']).toBe(etag);
    }
    expect(new Set(tags).size).toBe(3);
    expect((await get(main, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answer HEAD with the headers alone, and no other method', async () => {
    const head = await get(main, { 'accept-encoding': 'br' }, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.bytes.length).toBe(0);
    expect(head.headers['content-length']).toBe(String(brotliCompressSync(script).length));
    expect((await get(main, {}, 'POST')).status).toBe(405);
  });

  it('send fonts as they are', async () => {
    const answer = await get('/_next/static/media/sans.woff2?v=1', { 'accept-encoding': 'br' });
    expect(answer.headers['content-type']).toBe('font/woff2');
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['vary']).toBeUndefined();
  });

  it.each([
    '/_next/static/../secret.txt',
    '/_next/static/%2e%2e/secret.txt',
    '/_next/static/..%2fsecret.txt',
    '/_next/static/chunks/../../secret.txt',
    '/_next/static/..%5csecret.txt',
    '/_next/static/chunks/main.js.br',
    '/_next/static/chunks',
    '/_next/static/',
    '/_next/static/%E0%A4%A',
    '/_next/static/chunks/main.js%00',
    `/_next/static//${outside}/secret.txt`,
  ])('are a list: %s is not on it', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.bytes.toString()).toBe('');
  });
});
