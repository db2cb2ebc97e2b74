import { statSync } from 'node:fs';
import { joined, readNotebookFile } from '../notebook-fixture.ts';
import { pause } from './steps.ts';

const limitMs = 120_000;
const everyMs = 250;

/**
 * Text that a cell wrote to stdout, as the notebook's file has it after a save that was asked for at `askedAt` (ms since
 * 1970). Throws when no save comes. A file that is being written in its place is looked at again.
 */
export async function savedOutput(file: string, index: number, askedAt: number): Promise<string> {
  for (const until = askedAt + limitMs; ; await pause(everyMs)) {
    const cells = statSync(file).mtimeMs > askedAt ? readWhole(file) : null;
    const outputs = cells?.[index]?.outputs ?? [];
    if (cells !== null) return outputs.map(({ name, text }) => (name === 'stdout' ? joined(text) : '')).join('');
    if (Date.now() > until) throw new Error(`${file} was not saved`);
  }
}

/** Null while a part of it is there. */
function readWhole(file: string): ReturnType<typeof readNotebookFile>['cells'] | null {
  try {
    return readNotebookFile(file).cells;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
