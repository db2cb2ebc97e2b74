import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeNotebookBytes, encodeNotebook } from './decode-notebook.ts';
import { readNotebook, type NotebookFile } from './read-notebook.ts';
import type { NotebookCell } from './model.ts';
import { writeNotebook } from './write-notebook.ts';

const folder = resolve(process.env['FARFIELD_CORPUS'] ?? '../shared/corpus/notebooks');
const present = existsSync(folder);
const paths = present ? globSync('**/*.ipynb', { cwd: folder }).sort() : [];

type Opened = {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
  readonly bom: boolean;
  readonly file: NotebookFile;
};

function open(path: string): Opened | null {
  const bytes = readFileSync(resolve(folder, path));
  const decoded = decodeNotebookBytes(bytes);
  if (decoded.kind === 'broken') return null;
  const file = readNotebook(decoded.text);
  return file.kind === 'broken' ? null : { path, bytes, text: decoded.text, bom: decoded.bom, file };
}

/** Python reads NaN where JSON.parse does not. */
function parseLoosely(text: string): { cells: unknown[] } | null {
  try {
    return JSON.parse(text) as { cells: unknown[] };
  } catch {
    return null;
  }
}

/** Fails unless `written` differs from the opened text inside the cell at `index` alone. */
function expectOnlyCellChanged(opened: Opened, index: number, written: string): void {
  const range = opened.file.layout.cells[index]?.range ?? { start: 0, end: 0 };
  const tail = opened.text.length - range.end;
  expect(written.slice(0, range.start), opened.path).toBe(opened.text.slice(0, range.start));
  expect(written.slice(written.length - tail), opened.path).toBe(opened.text.slice(range.end));
  const before = parseLoosely(opened.text);
  const after = parseLoosely(written);
  if (!before || !after) return;
  before.cells.splice(index, 1);
  after.cells.splice(index, 1);
  expect(after, opened.path).toEqual(before);
}

function replaceCell(file: NotebookFile, index: number, change: (cell: NotebookCell) => NotebookCell): NotebookFile {
  return { ...file, cells: file.cells.map((cell, at) => (at === index ? change(cell) : cell)) };
}

describe.skipIf(!present)('the notebooks of the corpus', () => {
  it('open and write back byte-identical', () => {
    const refused: string[] = [];
    const formats = new Map<string, number>();
    let cells = 0;
    for (const path of paths) {
      const opened = open(path);
      if (!opened) {
        refused.push(path);
        const text = readFileSync(resolve(folder, path), 'utf8');
        const parsed = parseLoosely(text) as { nbformat?: number; cells?: unknown; worksheets?: unknown } | null;
        expect(Array.isArray(parsed?.cells) || Array.isArray(parsed?.worksheets), path).toBe(false);
        continue;
      }
      const { file, bytes, bom } = opened;
      const copy = { metadata: structuredClone(file.metadata), cells: structuredClone(file.cells) };
      for (const next of [file, copy]) {
        expect(Buffer.from(encodeNotebook(writeNotebook(file, next), bom)).equals(bytes), path).toBe(true);
      }
      cells += file.cells.length;
      const name = file.format.upgradedFrom ?? `${file.format.major}.${file.format.minor}`;
      formats.set(name, (formats.get(name) ?? 0) + 1);
    }
    console.log(
      `corpus: ${paths.length - refused.length} of ${paths.length} files, ${cells} cells, identical;`,
      Object.fromEntries(formats),
    );
    console.log('corpus, not notebooks:', refused);
    expect(paths.length - refused.length).toBeGreaterThan(0);
  });

  it.each<[string, (cell: NotebookCell) => NotebookCell]>([
    ['its source', (cell) => ({ ...cell, source: `${cell.source}\n# added\u2028 – é` })],
    ['its metadata', (cell) => ({ ...cell, metadata: { ...cell.metadata, farfield: { a: [1, {}] } } })],
    [
      'its type',
      (cell) => ({ ...cell, type: cell.type === 'markdown' ? 'code' : 'markdown', outputs: [], executionCount: null }),
    ],
    [
      'its results',
      (cell) => ({
        ...cell,
        executionCount: 4711,
        outputs: [
          { output_type: 'stream', name: 'stdout', text: 'a\nb\n', lines: 2 },
          ...cell.outputs,
          { output_type: 'display_data', data: { 'text/plain': 'x', 'application/json': { a: [1] } }, metadata: {} },
        ],
      }),
    ],
  ])('change inside one cell alone when %s changes', (what, change) => {
    let edited = 0;
    for (const path of paths) {
      const opened = open(path);
      if (!opened || opened.file.layout.cellsArray === null) continue;
      const { file } = opened;
      const fits = (cell: NotebookCell): boolean =>
        what === 'its results' ? cell.type === 'code' : cell.type !== 'unknown';
      const indexes = file.cells.flatMap((cell, index) => (fits(cell) ? [index] : []));
      for (const index of new Set([indexes.at(0), indexes.at(indexes.length >> 1), indexes.at(-1)])) {
        if (index === undefined) continue;
        const next = replaceCell(file, index, change);
        const written = writeNotebook(file, next);
        expect(written, path).not.toBe(opened.text);
        expectOnlyCellChanged(opened, index, written);
        const again = readNotebook(written, { ids: file.cells.map((cell) => cell.id) });
        if (again.kind === 'broken') throw new Error(`${path}: ${again.problem.message}`);
        const { attachments: _left, ...cell } = { ...next.cells[index] } as NotebookCell;
        const outputs = cell.outputs.map((output) =>
          output.output_type === 'stream' && 'lines' in output
            ? { output_type: 'stream', name: 'stdout', text: output.text }
            : output,
        );
        const { attachments: _right, ...found } = { ...again.cells[index] } as NotebookCell;
        if (file.format.minor >= 5 || what) expect({ ...found, id: cell.id }, path).toEqual({ ...cell, outputs });
        edited++;
      }
    }
    console.log(`corpus: ${edited} cells edited (${what}), nothing outside them changed`);
    expect(edited).toBeGreaterThan(0);
  });
});

describe.runIf(!present)('the notebooks of the corpus', () => {
  it.skip('skipped: corpus absent', () => {});
});
