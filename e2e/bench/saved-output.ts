import { readFileSync } from 'node:fs';
import { readNotebookFile, streamText } from '../notebook-fixture.ts';
import { pause } from './steps.ts';

const everyMs = 500;

/**
 * Text that a run wrote to stdout, as the notebook's file has it once a run of the cell is saved.
 * Throws when that does not come within `limitMs`.
 */
export async function savedOutput(file: string, index: number, limitMs = 120_000): Promise<string> {
  let seen = '';
  for (const until = performance.now() + limitMs; performance.now() < until; await pause(everyMs)) {
    const text = readFileSync(file, 'utf8');
    // Two looks that agree: a file that is being written is not read.
    if (text !== seen) {
      seen = text;
      continue;
    }
    const cell = readNotebookFile(file).cells[index];
    if (typeof cell?.execution_count !== 'number') continue;
    return streamText({ ...cell, outputs: (cell.outputs ?? []).filter(({ name }) => name === 'stdout') });
  }
  throw new Error(`${file}: cell ${index} was not saved`);
}
