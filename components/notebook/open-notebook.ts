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

export function openNotebook(
  path: string,
  documents: PageDocuments = pageDocuments(),
  line: Connection = connection(),
): OpenedNotebook {
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
