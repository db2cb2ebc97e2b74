import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type FixtureCell = { type?: 'code' | 'markdown' | 'raw'; source: string; id?: string };

/** Canonical nbformat 4.5 text of a notebook without outputs. */
export function notebookText(cells: readonly (string | FixtureCell)[]): string {
  const listed = cells.map((one, index) => {
    const { type = 'code', source, id = `cell-${index}` } = typeof one === 'string' ? { source: one } : one;
    const lines = source.split(/(?<=\n)/);
    return type === 'code'
      ? { cell_type: type, execution_count: null, id, metadata: {}, outputs: [], source: lines }
      : { cell_type: type, id, metadata: {}, source: lines };
  });
  const metadata = {
    kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
    language_info: { name: 'python' },
  };
  return `${JSON.stringify({ cells: listed, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

export function writeNotebookFile(workspace: string, path: string, cells: readonly (string | FixtureCell)[]): string {
  const file = join(workspace, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, notebookText(cells));
  return file;
}

type FileCell = {
  id?: string;
  cell_type: string;
  source: string | string[];
  outputs?: { name?: string; text?: string | string[] }[];
  execution_count?: number | null;
};

export function readNotebookFile(file: string): { cells: FileCell[] } {
  return JSON.parse(readFileSync(file, 'utf8')) as { cells: FileCell[] };
}

export function joined(text: string | string[] | undefined): string {
  return typeof text === 'string' ? text : (text ?? []).join('');
}

/** All stream text of a cell as it stands in the file. */
export function streamText(cell: FileCell | undefined): string {
  return (cell?.outputs ?? []).map((output) => joined(output.text)).join('');
}
