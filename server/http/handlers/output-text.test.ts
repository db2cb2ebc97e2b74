import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '#lib/core/access/decide.ts';
import { isFault } from '#lib/core/fault.ts';
import { notebookId, principalId, workspaceId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { Services } from '#server/service-set.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { ApiRouter, type Handlers } from '../router.ts';
import { outputTextHandlers } from './output-text.ts';

const owner: Principal = {
  kind: 'user',
  id: principalId('o'),
  name: 'owner',
  role: 'owner',
  workspaceId: workspaceId('w'),
};
let principal: Principal = owner;
let address = '';
let folder: string;
let router: ApiRouter;
const server = createServer((request, response) => void router.handle(request, response));

/** 40 chunks of a megabyte: more than any socket takes at once. */
const line = `${'y'.repeat(1023)}\n`;
const chunk = line.repeat(1024);
const chunks = 40;
const whole = chunks * chunk.length + 2 * line.length;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'farfield-text-route-'));
  const blobs = new BlobStore(folder);
  const hash = blobs.putNow(Buffer.from(chunk));
  if (isFault(hash)) throw new Error(hash.message);
  const part = { hash, characters: chunk.length, bytes: chunk.length, lines: 1024 };
  const sizes = { characters: chunks * chunk.length, bytes: chunks * chunk.length, lines: chunks * 1024 };
  const stored = { head: line, ...sizes, chunks: Array.from({ length: chunks }, () => part) };
  const outputs: Output[] = [
    { output_type: 'display_data', data: {}, metadata: {} },
    { output_type: 'stream', name: 'stdout', text: line, stored },
  ];
  const host = { results: (cell: string) => (cell === 'a' ? { outputs, executionCount: 1 } : undefined) };
  const services = { hosts: new Map([[notebookId('n'), host]]) } as unknown as Services;
  const doors = { port: 0 };
  router = new ApiRouter({
    handlers: outputTextHandlers(services, blobs) as Handlers,
    doors,
    workspaceId: workspaceId('w'),
    principalOf: async () => principal,
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  doors.port = (server.address() as { port: number }).port;
  address = `http://127.0.0.1:${doors.port}/api/v1/outputs/text`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = 'notebookId=n&cellId=a&output=1';
const ask = async (query: string): Promise<unknown> => (await fetch(`${address}${query}`)).json();

it('reads lines and characters, with the measures of the whole', async () => {
  const measures = { lines: chunks * 1024 + 2, characters: whole, bytes: whole };
  expect(await ask(`?${place}&from=1024&count=2`)).toMatchObject({
    ...measures,
    parts: [
      { at: 1024 * 1024, text: line.trimEnd(), characters: 1023 },
      { at: 1025 * 1024, text: line.trimEnd(), characters: 1023 },
    ],
  });
  expect(await ask(`?${place}&unit=characters&from=1020&count=5`)).toMatchObject({ parts: [{ text: 'yyy\ny' }] });
});

it('finds words', async () => {
  const found = await ask(`/search?${place}&words=YYYYY&limit=3`);
  expect(found).toMatchObject({ complete: false, hits: [{ line: 0, at: 0 }, { at: 5 }, { at: 10 }] });
});

it.each([
  ['no such output', '?notebookId=n&cellId=a&output=7&from=0&count=1', 404, 'output.notFound'],
  ['an output that is no text', '?notebookId=n&cellId=a&output=0&from=0&count=1', 404, 'output.notFound'],
  ['no such cell', '/search?notebookId=n&cellId=b&output=0&words=x', 404, 'output.notFound'],
  ['a notebook that is not open', '/download?notebookId=m&cellId=a&output=1', 404, 'output.notFound'],
  ['too much at once', `?${place}&from=0&count=100000`, 400, 'request.invalid'],
  ['no words', `/search?${place}&words=`, 400, 'request.invalid'],
  ['a place before the beginning', `?${place}&from=-1&count=1`, 400, 'request.invalid'],
])('refuses %s', async (_what, query, status, code) => {
  const response = await fetch(`${address}${query}`);
  expect([response.status, ((await response.json()) as { fault: string }).fault]).toEqual([status, code]);
});

it('is for who may read the notebook', async () => {
  principal = { kind: 'anonymous' };
  for (const query of [`?${place}&from=0&count=1`, `/search?${place}&words=y`, `/download?${place}`]) {
    expect((await fetch(`${address}${query}`)).status, query).toBe(401);
  }
  principal = owner;
});

it('sends the whole as a file, and ranges of it', async () => {
  const response = await fetch(`${address}/download?${place}`);
  expect(response.headers.get('content-disposition')).toContain('attachment');
  expect(response.headers.get('content-length')).toBe(String(whole));
  expect((await response.arrayBuffer()).byteLength).toBe(whole);
  const part = await fetch(`${address}/download?${place}`, { headers: { range: `bytes=${whole - 4}-` } });
  expect([part.status, await part.text()]).toEqual([206, 'yyy\n']);
});

it('reads no faster than the file is taken, and stops when nobody takes it', async () => {
  let reads = 0;
  const blobs = new BlobStore(folder);
  const read = blobs.read.bind(blobs);
  blobs.read = async (...given) => {
    reads += 1;
    return read(...given);
  };
  const sizes = { characters: chunks * chunk.length, bytes: chunks * chunk.length, lines: 0 };
  const hash = String(blobs.putNow(Buffer.from(chunk)));
  const part = { hash, characters: chunk.length, bytes: chunk.length, lines: 0 };
  const stored = { head: '', ...sizes, chunks: Array.from({ length: chunks }, () => part) };
  const outputs: Output[] = [{ output_type: 'stream', name: 'stdout', text: '', stored }];
  const hosts = new Map([[notebookId('n'), { results: () => ({ outputs, executionCount: 1 }) }]]);
  const before = router;
  router = new ApiRouter({
    handlers: outputTextHandlers({ hosts } as unknown as Services, blobs) as Handlers,
    doors: { port: Number(new URL(address).port) },
    workspaceId: workspaceId('w'),
    principalOf: async () => principal,
  });
  const request = get(`${address}/download?notebookId=n&cellId=a&output=0`, (response) => void response.pause());
  request.on('error', () => undefined);
  // It stands still once the buffers of both ends are full.
  let seen = -1;
  await expect
    .poll(
      () => {
        const stands = reads > 0 && reads === seen;
        seen = reads;
        return stands;
      },
      { interval: 300, timeout: 15_000 },
    )
    .toBe(true);
  expect(reads).toBeLessThan(chunks - 10);
  request.destroy();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(reads).toBeLessThan(chunks - 10);
  router = before;
});
