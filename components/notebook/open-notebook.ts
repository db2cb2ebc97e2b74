import { connection } from '#lib/client/connection.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { pageDocuments, type PageDocuments } from '#lib/client/document/page-documents.ts';
import { isFault } from '#lib/core/fault.ts';
import type { RenderedHead, RenderedTail } from '#lib/core/render/rendered-head.ts';
import { NotebookResults } from '#lib/client/results/notebook-results.ts';

/** What people write and what kernels write of one notebook, followed from here. */
export type OpenedNotebook = {
  /** As it was asked for; the document knows where it is now. */
  readonly path: string;
  readonly document: NotebookDocument;
  readonly results: NotebookResults;
  /** The first cells, to be shown until the document is there; null when there is nothing to show, or no need to. */
  readonly head: () => Promise<RenderedHead | null>;
  /** The last cells of a large notebook, for who goes there before the document is there; null when there is no need to. */
  readonly tail: () => Promise<RenderedTail | null>;
  /** The view leaves. The document goes when the server has all that was typed in it. */
  readonly stop: () => void;
};

/** Begun before its view was there, and for how long it is kept for one. */
let early: { readonly notebook: OpenedNotebook; readonly timer: ReturnType<typeof setTimeout> } | null = null;
const keptMs = 10_000;

/**
 * Asks for a notebook whose view is about to come: the line and the server work while the page is being built. Its first
 * cells are in the page already.
 */
export function openEarly(path: string): void {
  if (early?.notebook.path === path) return;
  letGo();
  early = { notebook: begin(path, pageDocuments(), connection(), false), timer: setTimeout(letGo, keptMs) };
}

function letGo(): void {
  if (early === null) return;
  clearTimeout(early.timer);
  early.notebook.stop();
  early = null;
}

export function openNotebook(path: string, documents?: PageDocuments, line?: Connection): OpenedNotebook {
  if (documents === undefined && early?.notebook.path === path) {
    const { notebook, timer } = early;
    clearTimeout(timer);
    early = null;
    return notebook;
  }
  return begin(path, documents ?? pageDocuments(), line ?? connection(), true);
}

function begin(path: string, documents: PageDocuments, line: Connection, asksHead: boolean): OpenedNotebook {
  // Before the document is asked for: the server answers it from the beginning of the file.
  const first = asksHead ? line.request('document.head', { path }) : null;
  const { document, release } = documents.open(path);
  // After it: the server has read the file then, and answers before it has made the document.
  const last =
    asksHead && document.getSnapshot().docState === 'loading' ? line.request('document.tail', { path }) : null;
  const results = new NotebookResults(line);
  const follow = (): void => {
    const { notebookId } = document.getSnapshot();
    if (notebookId !== null) results.follow(notebookId);
  };
  // The server forgets who follows the log whenever a document is opened anew, on a new line and on the same one.
  const unfollow = document.onOpened(follow);
  follow();
  return {
    path,
    document,
    results,
    head: async () => {
      const answer = await first;
      return answer === null || isFault(answer) ? null : answer.head;
    },
    tail: async () => {
      const answer = await last;
      return answer === null || isFault(answer) ? null : answer.tail;
    },
    stop: () => {
      unfollow();
      results.stop();
      release();
    },
  };
}
