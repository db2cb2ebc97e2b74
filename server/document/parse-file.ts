import { decodeNotebookBytes } from '#lib/core/notebook/decode-notebook.ts';
import type { BrokenNotebook, NotebookFile } from '#lib/core/notebook/layout.ts';
import { readNotebook, type ReadOptions } from '#lib/core/notebook/read-notebook.ts';
import { contentHash } from '#server/storage/content-hash.ts';

/** A file that is no readable notebook, as a browser gets it: shown as text, nothing written. */
export type OpenedText = {
  readonly kind: 'text';
  readonly path: string;
  readonly text: string | null;
  readonly hash: string;
  readonly problem: BrokenNotebook['problem'];
  readonly repair: BrokenNotebook['repair'];
};

export type ParsedFile = { readonly kind: 'notebook'; readonly file: NotebookFile; readonly bom: boolean };

/** Bytes of a file, read as a notebook or else as text with the place of the fault. */
export function parseFile(path: string, bytes: Uint8Array, options: ReadOptions): ParsedFile | OpenedText {
  const decoded = decodeNotebookBytes(bytes);
  if (decoded.kind === 'broken')
    return { kind: 'text', path, text: null, hash: contentHash(bytes), problem: decoded.problem, repair: null };
  const file = readNotebook(decoded.text, options);
  if (file.kind === 'notebook') return { kind: 'notebook', file, bom: decoded.bom };
  return {
    kind: 'text',
    path,
    text: decoded.text,
    hash: contentHash(bytes),
    problem: file.problem,
    repair: file.repair,
  };
}
