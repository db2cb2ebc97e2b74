import type * as Y from 'yjs';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import type { NotebookCell } from '#lib/core/notebook/model.ts';
import { readCell, readNotebookMetadata } from '#lib/core/notebook/notebook-doc.ts';
import { readHead, type NotebookHead } from '#lib/core/notebook/read-head.ts';
import type { Workspace } from '#server/storage/workspace.ts';
import type { ResultsPort } from './results-port.ts';

/** Read from the file's beginning and from its end. Bytes. */
const startBytes = 256 * 1024;
const endBytes = 16 * 1024;

export type FileHead = { readonly head: NotebookHead; /** Bytes. */ readonly size: number };

/** The first cells of a notebook that is not open, from a few reads; null when the file does not begin as a notebook. */
export async function readFileHead(
  workspace: Workspace,
  path: string,
  count: number,
): Promise<FileHead | Fault | null> {
  const opened = await workspace.openFile(path);
  if (isFault(opened)) return opened;
  const { handle, stats } = opened;
  try {
    const start = Buffer.alloc(Math.min(startBytes, stats.size));
    const end = Buffer.alloc(Math.min(endBytes, stats.size - start.length));
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    if (end.length > 0) await handle.read(end, 0, end.length, stats.size - end.length);
    const head = readHead(start.subarray(0, bytesRead), count, end.length > 0 ? end : null);
    return head && { head, size: stats.size };
  } finally {
    await handle.close();
  }
}

/** The first cells of an open document with their results. */
export function headOfDocument(doc: Y.Doc, results: Pick<ResultsPort, 'results'>, count: number): NotebookHead {
  const ids = orderedCellIds(doc);
  const cells = ids.slice(0, count).flatMap((id): NotebookCell[] => {
    const cell = readCell(doc, id);
    const { outputs, executionCount } = results.results(id) ?? { outputs: [], executionCount: null };
    return cell === undefined ? [] : [{ ...cell, outputs, executionCount }];
  });
  return { cells, complete: ids.length <= count, metadata: readNotebookMetadata(doc) };
}
