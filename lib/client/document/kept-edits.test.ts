import { beforeEach, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { PageDocuments, type DocumentLease } from './page-documents.ts';
import { cell, PlayedServer } from './played-server.ts';

/** The tab's own storage, with room for `room` characters. */
class TabStorage {
  readonly items = new Map<string, string>();
  room = Infinity;

  getItem(name: string): string | null {
    return this.items.get(name) ?? null;
  }

  setItem(name: string, text: string): void {
    if (text.length > this.room) throw new Error('QuotaExceededError');
    this.items.set(name, text);
  }

  removeItem(name: string): void {
    this.items.delete(name);
  }
}

const a = cellId('a');
let server: PlayedServer;
let storage: TabStorage;
let page: EventTarget;
let documents: PageDocuments;
beforeEach(() => {
  server = new PlayedServer();
  storage = new TabStorage();
  load();
});

/** Another page in the same tab. */
function load(): void {
  page = new EventTarget();
  documents = new PageDocuments(server, page, storage as unknown as Storage);
}

async function open(): Promise<DocumentLease> {
  const lease = documents.open('a.ipynb');
  await expect.poll(() => lease.document.getSnapshot().docState).toBe('ready');
  return lease;
}

/** Types while the line is lost, and leaves. */
async function typeAndLeave(text: string): Promise<void> {
  const { document } = await open();
  server.become('offline');
  document.text(a)?.insert(document.text(a)?.length ?? 0, text);
  page.dispatchEvent(new Event('pagehide'));
  document.discard();
  load();
}

it('has the next page send what was not sent, once', async () => {
  await typeAndLeave(' away');
  server.become('connected');
  await expect.poll(() => server.sources()[0]).toBe('a away');
  await expect.poll(() => storage.items.size).toBe(0);
  load();
  const { document } = await open();
  expect(document.content(a)?.source).toBe('a away');
  expect(server.sources()[0]).toBe('a away');
});

it('keeps it over several pages, and under what others wrote meanwhile', async () => {
  await typeAndLeave(' one');
  page.dispatchEvent(new Event('pagehide'));
  load();
  server.become('connected');
  const { document } = await open();
  document.text(a)?.insert(0, 'here ');
  expect(await document.flushed()).toBe(true);
  expect(server.sources()).toEqual(['here a one', 'b', 'c']);
});

it('is one edit when the server had it already and only its word was lost', async () => {
  const { document } = await open();
  server.holds = true;
  document.text(a)?.insert(1, '!');
  page.dispatchEvent(new Event('pagehide'));
  expect(server.sources()[0]).toBe('a!');
  document.discard();
  server.holds = false;
  load();
  await open();
  await expect.poll(() => storage.items.size).toBe(0);
  expect(server.sources()[0]).toBe('a!');
});

it('brings it into another history as edits of cells', async () => {
  await typeAndLeave(' away');
  server.beginEpoch('e2', [cell('a'), cell('b'), cell('c'), cell('d')]);
  server.become('connected');
  await expect.poll(() => server.sources()).toEqual(['a away', 'b', 'c', 'd']);
});

it('asks nobody to stay at a reload of its own, unless the tab has no room', async () => {
  const { document } = await open();
  server.become('offline');
  document.text(a)?.insert(1, '!');
  const leave = () => page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(leave()).toBe(false);
  const told: boolean[] = [];
  documents.reload(() => told.push(leave()));
  storage.room = 10;
  documents.reload(() => told.push(leave()));
  expect(told).toEqual([true, false]);
});

it('goes on without what it cannot read', async () => {
  await typeAndLeave(' away');
  for (const name of storage.items.keys()) storage.items.set(name, '[{"of": "another version"}]');
  load();
  server.become('connected');
  expect((await open()).document.content(a)?.source).toBe('a');
});

it('counts as unsent, and is told of once, while its notebook is not to be had; and is discarded by word alone', async () => {
  await typeAndLeave(' away');
  const told: [string, string][] = [];
  let discard = (): void => undefined;
  documents.onStuck((stuck) => {
    told.push([stuck.path, stuck.text]);
    discard = stuck.discard;
  });
  server.state = { ...server.state, path: 'elsewhere.ipynb' };
  expect(documents.unsent()).toBe(true);
  server.become('connected');
  await expect.poll(() => told).toEqual([['a.ipynb', 'a away']]);
  server.become('offline');
  server.become('connected');
  expect(documents.unsent()).toBe(true);
  expect(told).toHaveLength(1);
  discard();
  expect(documents.unsent()).toBe(false);
  expect(storage.items.size).toBe(0);
});

it('is taken up after all when its notebook is opened by its new name', async () => {
  await typeAndLeave(' away');
  const told: string[] = [];
  server.state = { ...server.state, path: 'b.ipynb' };
  server.become('connected');
  documents.onStuck(({ path }) => told.push(path));
  await expect.poll(() => told).toEqual(['a.ipynb']);
  documents.open('b.ipynb');
  await expect.poll(() => server.sources()[0]).toBe('a away');
  await expect.poll(() => documents.unsent()).toBe(false);
});
