import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '#lib/core/access/decide.ts';
import { fault } from '#lib/core/fault.ts';
import { cellId, notebookId, principalId, workspaceId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { Services } from '#server/service-set.ts';
import { encodeValue } from '#server/session/read-values.ts';
import { SettingsStore } from '#server/settings/settings.ts';
import { entry, LedgerBench } from '#server/testing/ledger-bench.ts';
import { ApiRouter, type Handlers } from '../router.ts';
import { historyHandlers } from './history.ts';
import { settingsHandlers } from './settings.ts';

const owner: Principal = {
  kind: 'user',
  id: principalId('o'),
  name: 'owner',
  role: 'owner',
  workspaceId: workspaceId('w'),
};
let principal: Principal = owner;
let bench: LedgerBench;
let address = '';
const server = createServer((request, response) => void router.handle(request, response));
let router: ApiRouter;

/** A real PNG head, so that its size is read; large enough for an address of its own. */
const png = `iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ${'A'.repeat(8_000)}`;

beforeAll(async () => {
  bench = await LedgerBench.open();
  const settings = new SettingsStore(bench.db, bench.workspaceId);
  await settings.run();
  const rooms = {
    notebookIdOf: async (path: string) =>
      path === 'a.ipynb'
        ? notebookId('n1')
        : path === 'new.ipynb'
          ? null
          : fault('file.notFound', `There is no “${path}”.`),
  };
  const services = { history: bench.query, settings, rooms } as unknown as Services;
  const doors = { port: 0 };
  router = new ApiRouter({
    handlers: { ...historyHandlers(services, bench.blobs), ...settingsHandlers(services) } as Handlers,
    doors,
    workspaceId: workspaceId('w'),
    principalOf: async () => principal,
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  doors.port = (server.address() as { port: number }).port;
  address = `http://127.0.0.1:${doors.port}/api/v1`;
  for (const id of ['a', 'b', 'c']) bench.ledger.write(entry(id, { queuedAt: id.charCodeAt(0) }));
  bench.ledger.write(
    entry('picture', {
      cellId: cellId('p'),
      outcome: 'error',
      outputs: [{ output_type: 'display_data', data: { 'image/png': png }, metadata: {} }],
    }),
  );
  const long = { output_type: 'stream' as const, name: 'stdout', text: 'x'.repeat(3_000_000) };
  bench.ledger.write(entry('long', { cellId: cellId('l'), outputs: [long, { ...long, name: 'stderr' }] }));
});
afterAll(async () => {
  server.close();
  await bench.close();
});

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(address + path, { headers: { 'content-type': 'application/json' }, ...init });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
async function put(value: string) {
  const bytes = encodeValue(value);
  const hash = await bench.blobs.put(bytes);
  if (typeof hash !== 'string') throw new Error(hash.message);
  return { hash, bytes: bytes.length, characters: value.length, at: 0, width: 7, height: 5 };
}
const idsOf = (body: Record<string, unknown>) => (body['runs'] as { id: string }[]).map(({ id }) => id);

it('lists in pages, by cell and by outcome', async () => {
  const first = await ask('/history?path=a.ipynb&limit=2&cellId=c1');
  expect(idsOf(first.body)).toEqual(['c', 'b']);
  const next = encodeURIComponent(String(first.body['next']));
  expect(idsOf((await ask(`/history?path=a.ipynb&limit=2&cellId=c1&after=${next}`)).body)).toEqual(['a']);
  expect(idsOf((await ask('/history?path=a.ipynb&outcome=error')).body)).toEqual(['picture']);
  expect((await ask('/history?path=new.ipynb')).body).toEqual({ runs: [], next: null, authors: [] });
});

it.each([
  ['a limit that is none', '/history?path=a.ipynb&limit=0', 400, 'request.invalid'],
  ['a place that is none', '/history?path=a.ipynb&after=%00', 400, 'request.invalid'],
  ['an outcome that is none', '/history?path=a.ipynb&outcome=bad', 400, 'request.invalid'],
  ['a notebook that is not there', '/history?path=gone.ipynb', 404, 'file.notFound'],
  ['a run that is not there', '/history/none', 404, 'run.notFound'],
  ['an image that is not there', `/history/picture/images/${'0'.repeat(32)}`, 404, 'output.notFound'],
])('%s is a fault', async (_what, path, status, code) => {
  expect(await ask(path)).toMatchObject({ status, body: { fault: code } });
});

it('shows one run: images by an address that serves them, no more text than one answer may hold', async () => {
  const { body } = await ask('/history/picture');
  const [output] = body['outputs'] as { data: object; linked: Record<string, { url: string }> }[];
  expect(output?.data).toEqual({});
  const image = await fetch(address.replace('/api/v1', '') + (output?.linked['image/png']?.url ?? ''));
  expect(image.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await image.arrayBuffer()).toString('base64')).toBe(Buffer.from(png, 'base64').toString('base64'));
  const long = await ask('/history/long');
  expect(long.body).toMatchObject({ source: "print('long')", outputsHeld: 1 });
  expect(long.body['outputs']).toHaveLength(1);
});

it('has the whole of a long text, of which only the ends are shown', async () => {
  const middle = 'middle\n'.repeat(300_000);
  const hash = await bench.blobs.put(Buffer.from(middle));
  if (typeof hash !== 'string') throw new Error(hash.message);
  const measures = { characters: middle.length, bytes: middle.length, lines: 300_000 };
  const stored = { head: 'begin\n', ...measures, chunks: [{ hash, ...measures }] };
  bench.ledger.write(entry('stored', { outputs: [{ output_type: 'stream', name: 'stdout', text: 'end\n', stored }] }));
  const shown = await ask('/history/stored');
  expect(shown.body['outputs']).toMatchObject([
    { text: 'end\n', stored: { head: 'begin\n', lines: 300_000, chunks: [] } },
  ]);
  const whole = await fetch(`${address}/history/stored/outputs/0/text`);
  expect(await whole.text()).toBe(`begin\n${middle}end\n`);
  expect((await ask('/history/stored/outputs/1/text')).body).toMatchObject({ fault: 'output.notFound' });
  expect((await bench.ledger.liveBlobs()).has(hash)).toBe(true);
  const row = await bench.db.selectFrom('runs').select('bytes').where('id', '=', 'stored').executeTakeFirstOrThrow();
  expect(row.bytes).toBeGreaterThan(middle.length);
});

it('shows the stored values of a run: images by address, others in full, words where one is gone', async () => {
  const html = '<b>stored</b>'.repeat(1_000);
  const parts = { 'image/png': await put(png), 'text/html': await put(html), 'text/latex': await put('gone') };
  const of = (mime: keyof typeof parts): Output => {
    return { output_type: 'display_data', data: { 'text/plain': mime }, metadata: {}, stored: { [mime]: parts[mime] } };
  };
  const outputs = [of('image/png'), of('text/html'), of('text/latex')];
  bench.ledger.write(entry('values', { outputs }));
  await bench.ledger.flush();
  const live = await bench.ledger.liveBlobs();
  expect(Object.values(parts).map(({ hash }) => live.has(hash))).toEqual([true, true, true]);
  const { hash } = parts['text/latex'];
  rmSync(join(bench.folder, 'blobs', hash.slice(0, 2), hash.slice(2)));
  const { body } = await ask('/history/values');
  expect(body).toMatchObject({ source: "print('values')", outputsHeld: 0 });
  expect(body['outputs']).toMatchObject([
    { data: { 'text/plain': 'image/png' }, linked: { 'image/png': { width: 7, height: 5 } } },
    { data: { 'text/html': html, 'text/plain': 'text/html' } },
    {
      data: { 'text/plain': 'text/latex' },
      metadata: { farfield: { lost: [{ kind: 'value', why: 'gone', mime: 'text/latex' }] } },
    },
  ]);
  expect(JSON.stringify(body)).not.toContain('stored"');
  const [shown] = body['outputs'] as { linked: Record<string, { url: string }> }[];
  const image = await fetch(address.replace('/api/v1', '') + (shown?.linked['image/png']?.url ?? ''));
  expect(Buffer.from(await image.arrayBuffer())).toEqual(Buffer.from(png, 'base64'));
});

it('images of a run take no room from its tables', async () => {
  const table = '<table>'.repeat(200_000);
  const images = [await put('A'.repeat(2_000_000)), await put('B'.repeat(2_000_000))];
  const of = (mime: string, value: Awaited<ReturnType<typeof put>>): Output => {
    return { output_type: 'display_data', data: {}, metadata: {}, stored: { [mime]: value } };
  };
  const outputs = [...images.map((value) => of('image/png', value)), of('text/html', await put(table))];
  bench.ledger.write(entry('images', { outputs }));
  await bench.ledger.flush();
  const { body } = await ask('/history/images');
  expect(body['outputsHeld']).toBe(0);
  const shown = body['outputs'] as { data: Record<string, string>; linked?: object }[];
  expect(shown.map(({ linked }) => linked !== undefined)).toEqual([true, true, false]);
  expect(shown[2]?.data['text/html']).toBe(table);
});

it('settings: read, validated, changed', async () => {
  expect((await ask('/settings')).body).toMatchObject({ history: { days: 90, megabytes: 2_000 } });
  const put = (history: unknown) => ask('/settings', { method: 'PUT', body: JSON.stringify({ history }) });
  for (const bad of [{ days: 0, megabytes: 1 }, { days: 1.5, megabytes: 1 }, { days: 1 }, { days: '1', megabytes: 1 }])
    expect(await put(bad)).toMatchObject({ status: 400, body: { fault: 'request.invalid' } });
  expect((await put({ days: null, megabytes: 5 })).body).toMatchObject({ history: { days: null, megabytes: 5 } });
  expect((await ask('/settings', { method: 'PUT', body: '{}' })).body).toMatchObject({
    history: { days: null, megabytes: 5 },
  });
});

it('erases one notebook’s history', async () => {
  principal = { kind: 'anonymous' };
  expect((await ask('/history?path=a.ipynb', { method: 'DELETE' })).status).toBe(401);
  principal = { ...owner, workspaceId: workspaceId('other') };
  expect((await ask('/history?path=a.ipynb', { method: 'DELETE' })).status).toBe(403);
  expect((await ask('/history/a')).status).toBe(403);
  principal = owner;
  expect((await ask('/history?path=a.ipynb', { method: 'DELETE' })).body).toEqual({ runs: 8 });
  expect(idsOf((await ask('/history?path=a.ipynb')).body)).toEqual([]);
});
