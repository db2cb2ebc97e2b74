import { connection } from '#lib/client/connection.ts';
import { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { NotebookResults } from '#lib/client/results/notebook-results.ts';

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
  document.run();
  return {
    path,
    document,
    results,
    stop: () => {
      results.stop();
      document.stop();
    },
  };
}
