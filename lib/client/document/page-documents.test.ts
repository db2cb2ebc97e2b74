import { beforeEach, describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { PageDocuments, type DocumentLease } from './page-documents.ts';
import { PlayedServer } from './played-server.ts';

const a = cellId('a');
let server: PlayedServer;
let page: EventTarget;
let documents: PageDocuments;
beforeEach(() => {
  server = new PlayedServer();
  page = new EventTarget();
  documents = new PageDocuments(server, page);
});

async function open(path = 'a.ipynb'): Promise<DocumentLease> {
  const lease = documents.open(path);
  await expect.poll(() => lease.document.getSnapshot().docState).toBe('ready');
  return lease;
}
const leave = () => page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
const closes = () => server.requests.filter((name) => name === 'document.close').length;

describe('a document that nobody shows', () => {
  it('is closed when the server has all of it', async () => {
    const { document, release } = await open();
    document.text(a)?.insert(1, '!');
    release();
    await expect.poll(closes).toBe(1);
    expect(server.sources()[0]).toBe('a!');
    expect((await open()).document).not.toBe(document);
  });

  it('stays with its unsent edits while the line is lost, and is found again', async () => {
    const first = await open();
    server.become('offline');
    first.document.text(a)?.insert(1, '!');
    first.release();
    const second = documents.open('a.ipynb');
    expect(second.document).toBe(first.document);
    expect(second.document.content(a)?.source).toBe('a!');
    second.release();
    server.become('connected');
    await expect.poll(closes).toBe(1);
    expect(server.sources()[0]).toBe('a!');
    expect(documents.unsent()).toBe(false);
  });

  it('says whether all of it is safe, and when it is', async () => {
    const told: string[] = [];
    documents.onLeft((path, unsaved) => told.push(`${path} ${unsaved}`));
    const { document, release } = await open();
    server.become('offline');
    document.text(a)?.insert(1, '!');
    release();
    expect(told).toEqual(['a.ipynb true']);
    server.become('connected');
    await expect.poll(() => told).toEqual(['a.ipynb true', 'a.ipynb false']);
  });

  it('is no peer to others meanwhile, and one again when it is shown', async () => {
    const first = await open();
    first.document.awareness.setLocalStateField('user', { name: 'Ada' });
    server.become('offline');
    first.document.text(a)?.insert(1, '!');
    first.release();
    expect(first.document.awareness.getLocalState()).toBeNull();
    documents.open('a.ipynb');
    expect(first.document.awareness.getLocalState()).toEqual({});
  });

  it('gives its edits to the same notebook opened by another name', async () => {
    const first = await open();
    server.become('offline');
    first.document.text(a)?.insert(1, '!');
    first.release();
    server.state = { ...server.state, path: 'b.ipynb' };
    const second = documents.open('b.ipynb');
    expect(second.document).not.toBe(first.document);
    server.become('connected');
    await expect.poll(() => server.sources()[0]).toBe('a!');
    expect(second.document.content(a)?.source).toBe('a!');
    await second.document.flushed();
    expect(documents.unsent()).toBe(false);
    expect(closes()).toBe(0);
  });

  it('is given up when too many wait, the oldest first', async () => {
    const first = await open();
    server.become('offline');
    first.document.text(a)?.insert(1, '!');
    first.release();
    expect(documents.unsent()).toBe(true);
    const others = Array.from({ length: 64 }, (_, index) => documents.open(`${index}.ipynb`));
    expect(documents.unsent()).toBe(true);
    for (const { release } of others) release();
    expect(documents.unsent()).toBe(false);
  });
});

it('goes on with the same document when somebody else renames it under one who types', async () => {
  const before = await open();
  server.holds = true;
  before.document.text(a)?.insert(1, 'hel');
  before.document.flush();
  before.document.text(a)?.insert(4, 'lo');
  server.state = { ...server.state, path: 'b.ipynb' };
  server.send('document.state', { state: server.state });
  // The view of the old path leaves before that of the new one comes.
  before.release();
  const after = documents.open('b.ipynb');
  expect(after.document).toBe(before.document);
  after.document.text(a)?.insert(6, '!');
  server.acknowledge();
  expect(await after.document.flushed()).toBe(true);
  expect(server.sources()[0]).toBe('ahello!');
  expect(closes()).toBe(0);
});

it('goes on with the same document, and all that can be undone in it, when it is renamed here', async () => {
  const before = await open();
  before.document.deleteCells([a]);
  // The answer to the rename overtakes what the line says of it.
  documents.moved('a.ipynb', 'd/b.ipynb');
  before.release();
  const after = documents.open('d/b.ipynb');
  expect(after.document).toBe(before.document);
  expect(after.document.getSnapshot().path).toBe('d/b.ipynb');
  expect(after.document.undo()).toBe(a);
  server.state = { ...server.state, path: 'd/b.ipynb' };
  server.become('offline');
  server.become('connected');
  await expect.poll(() => after.document.getSnapshot().docState).toBe('ready');
  expect(after.document.getSnapshot().path).toBe('d/b.ipynb');
});

describe('a page that goes', () => {
  it('is asked to stay while an edit is not acknowledged', async () => {
    const { document, release } = await open();
    expect(leave()).toBe(true);
    server.become('offline');
    document.text(a)?.insert(1, '!');
    expect(leave()).toBe(false);
    release();
    expect(leave()).toBe(false);
    server.become('connected');
    await expect.poll(() => leave()).toBe(true);
  });

  it.each(['pagehide', 'visibilitychange', 'beforeunload'])('has sent what was just typed after %s', async (name) => {
    const { document } = await open();
    document.text(a)?.insert(1, '!');
    page.dispatchEvent(new Event(name));
    expect(server.sources()[0]).toBe('a!');
  });
});
