import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PageDocuments } from '#lib/client/document/page-documents.ts';
import { PlayedServer } from '#lib/client/document/played-server.ts';
import { openNotebook, type OpenedNotebook } from './open-notebook.ts';

let server: PlayedServer;
let documents: PageDocuments;
let notebook: OpenedNotebook;
beforeEach(async () => {
  // Results are painted by frames.
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  server = new PlayedServer();
  documents = new PageDocuments(server, new EventTarget());
  notebook = openNotebook('a.ipynb', documents, server);
  await expect.poll(() => notebook.results.ready()).toBe(true);
});
afterEach(() => {
  notebook.stop();
  vi.unstubAllGlobals();
});

const resumed = { cursor: { generation: 1, seq: 7 } };

it('follows the results from their cursor when the document was opened anew on the same line', async () => {
  notebook.document.reopen();
  await expect.poll(() => server.following).toEqual(resumed);
});

it('follows the results from their cursor when the server is back', async () => {
  server.become('offline');
  expect(server.following).toBeNull();
  server.become('connected');
  // As soon as the document is open: what was asked before that was refused, and is asked again a second later at most.
  await expect.poll(() => server.following, { timeout: 800 }).toEqual(resumed);
});

it('follows the results at once of a document that is still open', async () => {
  server.holds = true;
  notebook.document.insertCell({ id: 'n' as never, type: 'code', source: '', metadata: {} }, null);
  notebook.stop();
  server.following = null;
  const again = openNotebook('a.ipynb', documents, server);
  expect(again.document).toBe(notebook.document);
  expect(server.following).toEqual({ cursor: undefined });
  again.stop();
  server.acknowledge();
});
