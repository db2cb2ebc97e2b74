import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { joined } from '../notebook-fixture.ts';

export type KillCounts = {
  readonly kills: number;
  /** Kills after which the file was not a whole notebook, as it was before or as it was being saved. */
  readonly torn: number;
  readonly acknowledged: number;
  /** Acknowledged edits that the next process did not find, and edits that it found twice. */
  readonly lost: number;
  readonly doubled: number;
  /** Saves that were finished, all kills together. */
  readonly saves: number;
};

const root = new URL('../../', import.meta.url).pathname;
const cells = 100;
const outputBytes = 100_000;

/** A process that edits and saves a notebook of 10 MB, killed with -9 at random moments, over and over on one folder. */
export async function killWhileSaving(kills: number, random: () => number): Promise<KillCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'farfield-kills-'));
  const file = join(folder, 'work', 'a.ipynb');
  mkdirSync(join(folder, 'work'));
  writeFileSync(file, largeNotebook());
  const acknowledged = new Set<number>();
  const count = { torn: 0, lost: 0, doubled: 0, saves: 0 };
  try {
    // The last process is not killed while it edits: it is asked what it found.
    for (let kill = 0; kill <= kills; kill += 1) {
      const child = spawn(join(root, 'node_modules/.bin/node'), ['server/testing/document-child.ts', folder], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'close');
      const lives = kill === kills ? 0 : Math.floor(random() * 600);
      let isMeant = false;
      for await (const line of createInterface({ input: child.stdout })) {
        const [word, rest = ''] = line.split(' ');
        if (word === 'found') {
          const found = rest
            .split(',')
            .filter((one) => one !== '')
            .map(Number);
          const distinct = new Set(found);
          count.doubled += found.length - distinct.size;
          count.lost += [...acknowledged].filter((edit) => !distinct.has(edit)).length;
          setTimeout(() => {
            isMeant = true;
            child.kill('SIGKILL');
          }, lives);
        }
        if (word === 'ack') acknowledged.add(Number(rest));
        if (word === 'saved') count.saves += 1;
      }
      await ended;
      if (!isMeant) throw new Error('the process ended by itself');
      if (!isWhole(file)) count.torn += 1;
      for (const name of readdirSync(join(folder, 'work'))) if (name !== 'a.ipynb') rmSync(join(folder, 'work', name));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kills, acknowledged: acknowledged.size, ...count };
}

function largeNotebook(): string {
  const listed = Array.from({ length: cells }, (_, index) => ({
    cell_type: 'code',
    execution_count: index + 1,
    id: `cell-${index}`,
    metadata: {},
    outputs: [{ name: 'stdout', output_type: 'stream', text: [`${String(index).padEnd(outputBytes - 1, '.')}\n`] }],
    source: [`x = ${index}`],
  }));
  return `${JSON.stringify({ cells: listed, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

function isWhole(file: string): boolean {
  type Cell = { id: string; outputs: { text: string | string[] }[] };
  try {
    const notebook = JSON.parse(readFileSync(file, 'utf8')) as { cells: Cell[] };
    return (
      notebook.cells.length === cells &&
      notebook.cells.every(
        ({ id, outputs }, index) => id === `cell-${index}` && joined(outputs[0]?.text).length === outputBytes,
      )
    );
  } catch {
    return false;
  }
}

/** Numbers from 0 to 1 that a seed decides. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
