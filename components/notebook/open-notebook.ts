import { connection } from '#lib/client/connection.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { pageDocuments, type PageDocuments } from '#lib/client/document/page-documents.ts';
import { NotebookResults } from '#lib/client/results/notebook-results.ts';

/** What people write and what kernels write of one notebook, followed from here. */
export type OpenedNotebook = {
  /** As it was asked for; the document knows where it is now. */
  readonly path: string;
  readonly document: NotebookDocument;
  readonly results: NotebookResults;
  /** The view leaves. The document goes when the server has all that was typed in it. */
  readonly stop: () => void;
};

/** Begun before its view was there, and for how long it is kept for one. */
let early: { readonly notebook: OpenedNotebook; readonly timer: ReturnType<typeof setTimeout> } | null = null;
const keptMs = 10_000;

/** Asks for a notebook whose view is about to come: the line and the server work while the page is being built. */
export function openEarly(path: string): void {
  if (early?.notebook.path === path) return;
  letGo();
  early = { notebook: begin(path, pageDocuments(), connection()), timer: setTimeout(letGo, keptMs) };
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
  return begin(path, documents ?? pageDocuments(), line ?? connection());
}

function begin(path: string, documents: PageDocuments, line: Connection): OpenedNotebook {
  const { document, release } = documents.open(path);
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
    stop: () => {
      unfollow();
      results.stop();
      release();
    },
  };
}
