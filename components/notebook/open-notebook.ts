import { connection } from '#lib/client/connection.ts';
import { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { NotebookId } from '#lib/core/ids.ts';

/** What people write and what kernels write of one notebook, followed from here. */
export type OpenedNotebook = {
  /** As it was asked for; the document knows where it is now. */
  readonly path: string;
  readonly document: NotebookDocument;
  readonly results: NotebookResults;
  readonly stop: () => void;
};

export function openNotebook(path: string): OpenedNotebook {
  const document = new NotebookDocument(connection(), path);
  const results = new NotebookResults(connection());
  let followed: NotebookId | null = null;
  // The log can be followed once the document is open, and again when it was opened under another id.
  const unfollow = document.subscribe(() => {
    const { notebookId } = document.getSnapshot();
    if (notebookId === null || notebookId === followed) return;
    followed = notebookId;
    results.follow(notebookId);
  });
  document.run();
  return {
    path,
    document,
    results,
    stop: () => {
      unfollow();
      results.stop();
      document.stop();
    },
  };
}
