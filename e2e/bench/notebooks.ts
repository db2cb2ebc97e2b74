import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { joined, notebookText, readNotebookFile } from '../notebook-fixture.ts';
import { generateNotebook } from './generate-notebook.ts';

export const sizes = [10, 1000, 5000] as const;
export type Size = (typeof sizes)[number];

/** The notebook that runs `1+1` in its first cell, among 100. */
export const hundredCells = Array.from({ length: 100 }, (_, index) =>
  index === 0 ? '1+1' : `x${index} = ${index}\nx${index}`,
);
export const trivialCells = Array.from({ length: 200 }, (_, index) => `1+${index}`);

const generated = new Map<Size, string>();

/** The generated notebook of a size: the same bytes for every product. */
export function generatedText(size: Size): string {
  let text = generated.get(size);
  if (text === undefined) {
    text = generateNotebook({ cells: size });
    generated.set(size, text);
  }
  return text;
}

export function writeGenerated(workspace: string, path: string, size: Size): void {
  writeFileSync(join(workspace, path), generatedText(size));
}

export function writeCells(workspace: string, path: string, cells: Parameters<typeof notebookText>[0]): void {
  writeFileSync(join(workspace, path), notebookText(cells));
}

/** A word that is on the screen when the cell is. */
export function markerOf(workspace: string, path: string, index: number): string {
  const cell = readNotebookFile(join(workspace, path)).cells[index];
  const word = /[A-Za-z][A-Za-z_0-9]+/.exec(joined(cell?.source))?.[0];
  if (word === undefined) throw new Error(`cell ${index} of ${path} has no word`);
  return word;
}

/** The code cell nearest to `index`. */
export function codeCellNear(workspace: string, path: string, index: number): number {
  const { cells } = JSON.parse(readFileSync(join(workspace, path), 'utf8')) as { cells: { cell_type: string }[] };
  for (let away = 0; away < cells.length; away++) {
    for (const one of [index + away, index - away]) if (cells[one]?.cell_type === 'code') return one;
  }
  throw new Error(`${path} has no code cell`);
}
