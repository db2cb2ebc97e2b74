import type { Readable } from 'node:stream';
import type { OpenedLog } from '#server/kinds/provider/port.ts';

/** The end of a log is looked for in so many bytes of it; words in all of it. */
const mostTailBytes = 8 * 1024 * 1024;
const mostCharacters = 4_000;

type Wanted = {
  readonly lines: number;
  /** Words that a line must have, in any case; '' for all. */ readonly search: string;
};

/** Lines without their ends; of one that is too long its beginning, and a mark. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  let line = '';
  const put = (text: string): void => {
    if (line.length <= mostCharacters) line += text.slice(0, mostCharacters + 1 - line.length);
  };
  const take = (): string => {
    const whole = line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line.replace(/\r$/, '');
    line = '';
    return whole;
  };
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    const [first = '', ...others] = chunk.split('\n');
    put(first);
    for (const other of others) {
      yield take();
      put(other);
    }
  }
  if (line !== '') yield take();
}

/** The last lines of a log, oldest first. Long lines are cut. Memory holds those lines alone, whatever the size of the log. */
export async function lastLines(
  log: Pick<OpenedLog, 'size' | 'read'>,
  { lines: most, search }: Wanted,
): Promise<{ lines: string[]; complete: boolean }> {
  const from = search === '' ? Math.max(0, log.size - mostTailBytes) : 0;
  if (log.size === 0) return { lines: [], complete: true };
  const words = search.toLowerCase();
  const kept: string[] = [];
  let complete = from === 0;
  // Where it begins in the middle of a line, what is left of that line is none.
  let isWhole = from === 0;
  for await (const line of linesOf(log.read(from, log.size - 1))) {
    if (isWhole && line.toLowerCase().includes(words)) {
      kept.push(line);
      complete &&= kept.length <= most;
      // Not at each line: moving the whole list is what costs.
      if (kept.length >= 2 * most) kept.splice(0, kept.length - most);
    }
    isWhole = true;
  }
  return { lines: kept.slice(-most), complete };
}
