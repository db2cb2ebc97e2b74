import { statSync } from 'node:fs';
import { joined, readNotebookFile } from '../notebook-fixture.ts';
import { pause } from './steps.ts';

const limitMs = 120_000;
const everyMs = 250;

/**
 * Text that a cell wrote to stdout, as the notebook's file has it after a save that was asked for at `askedAt` (ms since
 * 1970). Throws when no save comes. Files are replaced as a whole.
 */
export async function savedOutput(file: string, index: number, askedAt: number): Promise<string> {
  for (const until = askedAt + limitMs; statSync(file).mtimeMs <= askedAt; await pause(everyMs)) {
    if (Date.now() > until) throw new Error(`${file} was not saved`);
  }
  const outputs = readNotebookFile(file).cells[index]?.outputs ?? [];
  return outputs.map(({ name, text }) => (name === 'stdout' ? joined(text) : '')).join('');
}
