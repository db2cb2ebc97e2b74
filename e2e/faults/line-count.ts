import { readMarker } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { joined, readNotebookFile } from '../notebook-fixture.ts';

/** What became of lines `line 0` … `line N-1` that a cell printed, each in a message of its own. */
export type LineCount = {
  readonly expected: number;
  /** Different lines that are there, whole. */
  readonly received: number;
  /** Lines that are there more than once, and lines behind one with a higher number. */
  readonly doubled: number;
  readonly misplaced: number;
  /** Pieces that are no line that was printed. */
  readonly torn: number;
  /** Messages that markers say are missing. */
  readonly marked: number;
  /** Markers that cannot say how much is missing. */
  readonly unknown: number;
};

/** Each line as one write: `print` writes the end of its line apart, and a flush by time may fall between the two. */
export const printLines = (lines: number, pauseSeconds: number): string =>
  [
    'import sys, time',
    `for i in range(${lines}):`,
    '    sys.stdout.write(f"line {i}\\n")',
    '    sys.stdout.flush()',
    `    time.sleep(${pauseSeconds})`,
  ].join('\n');

export function countLines(expected: number, outputs: readonly Output[]): LineCount {
  const text = outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');
  const seen = new Set<number>();
  const count = { doubled: 0, misplaced: 0, torn: 0, marked: 0, unknown: 0 };
  let last = -1;
  for (const piece of text.split('\n').filter((one) => one !== '')) {
    const number = Number(/^line (\d+)$/.exec(piece)?.[1] ?? Number.NaN);
    if (!(number < expected)) count.torn += 1;
    else if (seen.has(number)) count.doubled += 1;
    else {
      seen.add(number);
      if (number < last) count.misplaced += 1;
      last = Math.max(last, number);
    }
  }
  for (const output of outputs) {
    const marker = readMarker(output);
    if (marker?.kind !== 'gap') continue;
    if (marker.messages === null) count.unknown += 1;
    else count.marked += marker.messages;
  }
  return { expected, received: seen.size, ...count };
}

/** The same of a cell as it stands in a file. */
export function countLinesInFile(expected: number, file: string, cell = 0): LineCount {
  const outputs = readNotebookFile(file).cells[cell]?.outputs ?? [];
  // Lists of lines are one text in memory; all else has the form that the file has.
  return countLines(
    expected,
    outputs.map((output) => ({ ...output, text: joined(output.text) })) as unknown as readonly Output[],
  );
}

export function sumOf(counts: readonly LineCount[]): LineCount {
  return counts.reduce((sum, one) => ({
    expected: sum.expected + one.expected,
    received: sum.received + one.received,
    doubled: sum.doubled + one.doubled,
    misplaced: sum.misplaced + one.misplaced,
    torn: sum.torn + one.torn,
    marked: sum.marked + one.marked,
    unknown: sum.unknown + one.unknown,
  }));
}

/** Waits until the file has, or marks, every line; answers what it has at last. */
export async function whenAccounted(expected: number, files: readonly string[], cell = 0): Promise<LineCount> {
  for (let waited = 0; ; waited += 1) {
    const count = sumOf(files.map((file) => countLinesInFile(expected, file, cell)));
    if (count.received + count.marked >= count.expected || waited === 120) return count;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Messages of a kernel about a new connection's greeting: busy, the answer, idle. */
export const perConnection = 3;

/**
 * Null when every line is there, once and in order, or marked; else what is wrong. Markers count messages of the kernel:
 * those about its state that were lost with lines, such as its answers to a new connection's greeting (at most `others`),
 * are among them.
 */
export function findUnaccounted(count: LineCount, others = 0): string | null {
  const { expected, received, marked, unknown } = count;
  const missing = expected - received;
  const wrong: string[] = (['doubled', 'misplaced', 'torn'] as const).filter((name) => count[name] > 0);
  if (marked < missing) wrong.push(`${missing - marked} missing lines are not marked`);
  if (marked > missing + others) wrong.push(`${marked} messages are marked for ${missing} missing lines`);
  if (unknown > 0) wrong.push('a gap has no extent');
  return wrong.length === 0 ? null : `${wrong.join(', ')}: ${JSON.stringify(count)}`;
}

/** Every line once, in order, and nothing said to be missing. */
export const allLines = (expected: number): LineCount => ({
  expected,
  received: expected,
  doubled: 0,
  misplaced: 0,
  torn: 0,
  marked: 0,
  unknown: 0,
});
