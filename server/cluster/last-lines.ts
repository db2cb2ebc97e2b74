import { createInterface } from 'node:readline';
import type { OpenedLog } from '#server/kinds/provider/port.ts';

/** The end of a log is looked for in so many bytes of it; words in all of it. */
const mostTailBytes = 8 * 1024 * 1024;
const mostCharacters = 4_000;

type Wanted = {
  readonly lines: number;
  /** Words that a line must have, in any case; '' for all. */ readonly search: string;
};

/** The last lines of a log, oldest first. Long lines are cut. Memory holds those lines alone, whatever the size of the log. */
export async function lastLines(
  log: OpenedLog,
  { lines: most, search }: Wanted,
): Promise<{ lines: string[]; complete: boolean }> {
  const from = search === '' ? Math.max(0, log.size - mostTailBytes) : 0;
  if (log.size === 0) return { lines: [], complete: true };
  const words = search.toLowerCase();
  const kept: string[] = [];
  let complete = from === 0;
  // Where it begins in the middle of a line, what is left of that line is none.
  let isWhole = from === 0;
  for await (const line of createInterface({ input: log.read(from, log.size - 1), crlfDelay: Infinity })) {
    if (isWhole && line.toLowerCase().includes(words)) {
      kept.push(line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line);
      complete &&= kept.length <= most;
      // Not at each line: moving the whole list is what costs.
      if (kept.length >= 2 * most) kept.splice(0, kept.length - most);
    }
    isWhole = true;
  }
  return { lines: kept.slice(-most), complete };
}
