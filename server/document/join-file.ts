import type * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { CellResults, Notebook, NotebookCell } from '#lib/core/notebook/model.ts';
import { readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { rewriteNotebook } from '#lib/core/notebook/write-notebook.ts';
import type { ParsedFile } from './parse-file.ts';
import type { ResultsPort } from './results-port.ts';

/**
 * The results that a file has, as the objects that the session host gave out for them: known without being read. What the
 * host has let go of is not kept for it.
 */
export type WrittenResults = ReadonlyMap<CellId, WeakRef<CellResults>>;

export type JoinedFile = {
  readonly text: string;
  /** False when this is the very text of `parsed`. */
  readonly changed: boolean;
  /** The file as reading `text` would give it; null when it has to be read. */
  readonly parsed: ParsedFile | null;
  readonly ids: readonly CellId[];
  readonly written: WrittenResults;
};

/** The file that document and results make together, in the layout of the file as it was last read. */
export function joinFile(doc: Y.Doc, results: ResultsPort, parsed: ParsedFile, written: WrittenResults): JoinedFile {
  const content = readDoc(doc);
  const present = new Map<CellId, CellResults>();
  const cells = content.cells.map((cell): NotebookCell => {
    const found = results.results(cell.id) ?? noResults;
    present.set(cell.id, found);
    return {
      ...cell,
      executionCount: found.executionCount,
      get outputs() {
        return results.fileOutputs(cell.id, found);
      },
    };
  });
  const next: Notebook = { metadata: content.metadata, cells };
  const { text, file } = rewriteNotebook(
    parsed.file,
    next,
    (id) => present.has(id) && written.get(id)?.deref() === present.get(id),
  );
  return {
    text,
    changed: text !== parsed.file.text,
    parsed: file && { ...parsed, file },
    ids: cells.map(({ id }) => id),
    written: new Map([...present].map(([id, its]) => [id, new WeakRef(its)])),
  };
}

const noResults: CellResults = { outputs: [], executionCount: null };
