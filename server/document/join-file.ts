import type * as Y from 'yjs';
import { encodeNotebook } from '#lib/core/notebook/decode-notebook.ts';
import type { Notebook } from '#lib/core/notebook/model.ts';
import { readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { writeNotebook } from '#lib/core/notebook/write-notebook.ts';
import { contentHash } from '#server/storage/content-hash.ts';
import type { ParsedFile } from './parse-file.ts';
import type { ResultsPort } from './results-port.ts';

/** The file that document and results make together, in the layout of the file as it was last read. */
export function joinFile(
  doc: Y.Doc,
  results: ResultsPort,
  parsed: ParsedFile,
): { readonly next: Notebook; readonly bytes: Uint8Array; readonly hash: string } {
  const content = readDoc(doc);
  const next: Notebook = {
    metadata: content.metadata,
    cells: content.cells.map((cell) => {
      const { outputs, executionCount } = results.results(cell.id) ?? { outputs: [], executionCount: null };
      return { ...cell, outputs, executionCount };
    }),
  };
  const bytes = encodeNotebook(writeNotebook(parsed.file, next), parsed.bom);
  return { next, bytes, hash: contentHash(bytes) };
}
