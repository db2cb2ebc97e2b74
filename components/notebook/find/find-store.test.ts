import { beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { cell, PlayedServer } from '#lib/client/document/played-server.ts';
import { cellId } from '#lib/core/ids.ts';
import { fillDoc } from '#lib/core/notebook/notebook-doc.ts';
import { FindStore } from './find-store.ts';
import { type Found, type SearchRequest, TextSearch } from './text-search.ts';

const a = cellId('a');

/** Answers expressions when it is told to; other queries at once. */
class PlayedSearch extends TextSearch {
  answer: ((found: Found | string) => void) | null = null;

  override run(request: SearchRequest): Promise<Found | string> {
    return request.foreign ? new Promise((resolve) => (this.answer = resolve)) : super.run(request);
  }
}

let document: NotebookDocument;
let search: PlayedSearch;
let find: FindStore;
beforeEach(async () => {
  const server = new PlayedServer();
  server.doc = new Y.Doc();
  fillDoc(server.doc, { metadata: {}, cells: [cell('a', 'aaab'), cell('b', 'other')] });
  document = new NotebookDocument(server, 'a.ipynb');
  document.run();
  await expect.poll(() => document.getSnapshot().docState).toBe('ready');
  search = new PlayedSearch();
  find = new FindStore(document, { from: () => null, show: () => undefined }, search);
  find.open({ text: 'a' });
  await expect.poll(() => find.getSnapshot().count).toBe(3);
});

test('of an expression only the texts that it found are looked for in prose', async () => {
  expect(find.prosePattern(a)?.source).toBe('a');
  find.setQuery({ text: '(a+)+b', regex: true });
  await expect.poll(() => search.answer).not.toBeNull();
  search.answer?.([[a, [{ start: 1, end: 4 }]]]);
  await expect.poll(() => find.getSnapshot().searching).toBe(false);
  expect(find.prosePattern(a)).toEqual(/aab/gu);
});

test('an expression that was given up leaves no matches of the query before', async () => {
  find.setQuery({ text: '(a+)+c', regex: true });
  await expect.poll(() => search.answer).not.toBeNull();
  search.answer?.('It took too long.');
  await expect.poll(() => find.getSnapshot().trouble).toBe('It took too long.');
  expect(find.getSnapshot()).toMatchObject({ count: 0, position: 0, searching: false });
  expect(find.matchesOf(a)).toEqual([]);
});

test('a query is looked for while somebody else types', async () => {
  find.setQuery({ text: 'other' });
  document.text(cellId('b'))?.insert(5, ' one');
  await expect.poll(() => find.getSnapshot()).toMatchObject({ count: 1, searching: false });
});

test('what is replaced are the matches of the query that stands there, not of the one before', async () => {
  find.setReplacement('x');
  find.setQuery({ text: '[ab]', regex: true });
  const replaced = find.replaceAll();
  await expect.poll(() => search.answer).not.toBeNull();
  search.answer?.([[a, [0, 1, 2, 3].map((start) => ({ start, end: start + 1 }))]]);
  expect(await replaced).toBe(4);
  expect(document.cells.source(a)).toBe('xxxx');
});

test('a word that is typed in pieces is replaced whole, at the first press', async () => {
  find.setQuery({ text: 'o' });
  await expect.poll(() => find.getSnapshot().position).toBe(1);
  find.setQuery({ text: 'other' });
  await expect.poll(() => find.getSnapshot().searching).toBe(false);
  find.setReplacement('more');
  await find.replaceOne();
  expect(document.cells.source(cellId('b'))).toBe('more');
  expect(find.getSnapshot().count).toBe(0);
});
