import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { sendFile } from './send-file.ts';

const bytes = randomBytes(300_000);
let folder: string;
let server: Server;
let url: string;
let closed = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farfield-send-'));
  await writeFile(join(folder, 'full'), bytes);
  await writeFile(join(folder, 'empty'), '');
  server = createServer((request, response) => {
    void (async () => {
      const name = (request.url ?? '/').slice(1);
      const handle = await open(join(folder, name));
      const { size } = await handle.stat();
      const refused = await sendFile(request, response, {
        name,
        size,
        version: 'v1',
        read: ({ from, to }) => handle.createReadStream({ start: from, end: to }).on('close', () => (closed += 1)),
        close: async () => {
          await handle.close();
          closed += 1;
        },
      });
      if (isFault(refused)) response.end(JSON.stringify(refused));
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (name: string, headers: Record<string, string> = {}) => fetch(`${url}/${name}`, { headers });
const body = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

describe('sendFile', () => {
  it('sends the whole with its length, as a download that never acts as a page', async () => {
    const answer = await get('full');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect(bytes.equals(await body(answer))).toBe(true);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=299990-', 299_990, 300_000],
    ['bytes=-5', 299_995, 300_000],
    ['bytes=100000-199999', 100_000, 200_000],
  ])('sends %s', async (range, from, to) => {
    const answer = await get('full', { range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${bytes.length}`);
    expect(bytes.subarray(from, to).equals(await body(answer))).toBe(true);
  });

  it('sends the whole when the file is another one than the range was for', async () => {
    expect((await get('full', { range: 'bytes=0-9', 'if-range': '"v0"' })).status).toBe(200);
    expect((await get('full', { range: 'bytes=0-9', 'if-range': '"v1"' })).status).toBe(206);
  });

  it('refuses a range behind the end and says how long the file is', async () => {
    const answer = await get('full', { range: 'bytes=300000-' });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */300000');
  });

  it('sends an empty file', async () => {
    const answer = await get('empty');
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '0']);
  });

  it('closes the file every time, also when the reader goes away', async () => {
    const before = closed;
    const abort = new AbortController();
    await fetch(`${url}/full`, { signal: abort.signal });
    abort.abort();
    await get('full', { range: 'bytes=300000-' });
    await body(await get('empty'));
    await expect.poll(() => closed - before).toBe(3);
  });
});
