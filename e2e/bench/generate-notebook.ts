import { crc32, deflateSync } from 'node:zlib';

/**
 * Notebooks of any size for measuring: the same bytes for the same options. 35 % Markdown, 65 % code; of the code cells
 * 35 % have no output, 20 % a short stream, 17 % an HTML table, 10 % a PNG, 8 % text, 5 % a traceback and 5 % a stream of
 * 100 to 300 lines. About 4.7 KB per cell: 5,000 cells are 23.5 MB.
 */
export type NotebookSize = {
  readonly cells: number;
  /** Another one gives other words and another order; by default the number of cells. */
  readonly seed?: number;
  /** At least so many bytes: code cells get further stream output until the file has them. */
  readonly bytes?: number;
};

export type Chance = () => number;

/** The text of the notebook, in nbformat's own style. */
export function generateNotebook({ cells, seed = cells, bytes = 0 }: NotebookSize): string {
  const chance = mulberry(seed);
  const made = Array.from({ length: cells }, (_, index) =>
    chance() < 0.35 ? markdownCell(chance, index) : codeCell(chance, index),
  );
  const text = render(made);
  const missing = bytes - Buffer.byteLength(text);
  if (missing <= 0) return text;
  const code = made.filter((cell) => cell.cell_type === 'code');
  if (code.length === 0) throw new Error('no code cell could carry the bytes asked for');
  const lines = Math.ceil(missing / code.length / (JSON.stringify(streamLine(chance, 0)).length + 6));
  for (const cell of code) cell.outputs?.push(stream(chance, lines));
  return render(made);
}

type Cell = {
  readonly cell_type: 'code' | 'markdown';
  readonly execution_count?: number | null;
  readonly id: string;
  readonly metadata: object;
  readonly outputs?: object[];
  readonly source: string[];
};

function render(cells: readonly Cell[]): string {
  const metadata = {
    kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
    language_info: { file_extension: '.py', mimetype: 'text/x-python', name: 'python', version: '3.11.2' },
  };
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

function markdownCell(chance: Chance, index: number): Cell {
  const paragraphs = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => `${sentence(chance, 30)}\n`);
  const heading = chance() < 0.3 ? [`${'#'.repeat(1 + Math.floor(chance() * 3))} ${sentence(chance, 4)}\n`, '\n'] : [];
  const list = chance() < 0.3 ? ['\n', ...Array.from({ length: 4 }, () => `- ${sentence(chance, 6)}\n`)] : [];
  const source = trimmed([...heading, ...paragraphs, ...list]);
  return { cell_type: 'markdown', id: idOf(index), metadata: {}, source };
}

function codeCell(chance: Chance, index: number): Cell {
  const lines = Array.from({ length: 3 + Math.floor(chance() * 12) }, (_, line) => codeLine(chance, line));
  return {
    cell_type: 'code',
    execution_count: index + 1,
    id: idOf(index),
    metadata: {},
    outputs: outputsOf(chance, index + 1),
    source: trimmed(lines),
  };
}

function outputsOf(chance: Chance, count: number): object[] {
  const kind = chance();
  if (kind < 0.35) return [];
  if (kind < 0.55) return [stream(chance, 1 + Math.floor(chance() * 8))];
  if (kind < 0.72) return [table(chance, count)];
  if (kind < 0.82) return [picture(chance)];
  if (kind < 0.9) return [result({ 'text/plain': [sentence(chance, 8)] }, count)];
  if (kind < 0.95) return [traceback(chance)];
  return [stream(chance, 100 + Math.floor(chance() * 200))];
}

function result(data: object, count: number): object {
  return { data, execution_count: count, metadata: {}, output_type: 'execute_result' };
}

function stream(chance: Chance, lines: number): object {
  return {
    name: 'stdout',
    output_type: 'stream',
    text: Array.from({ length: lines }, (_, line) => streamLine(chance, line)),
  };
}

function streamLine(chance: Chance, line: number): string {
  return `step ${String(line).padStart(6)}  loss ${chance().toFixed(6)}  ${sentence(chance, 3)}\n`;
}

function table(chance: Chance, count: number): object {
  const rows = Array.from(
    { length: 8 + Math.floor(chance() * 20) },
    (_, row) =>
      `<tr><th>${row}</th>${Array.from({ length: 8 }, () => `<td>${chance().toFixed(5)}</td>`).join('')}</tr>\n`,
  );
  return result({ 'text/html': ['<table>\n', ...rows, '</table>'], 'text/plain': [sentence(chance, 20)] }, count);
}

function traceback(chance: Chance): object {
  const frames = Array.from(
    { length: 6 },
    (_, depth) =>
      `\u001b[0;32mmodule_${depth}.py\u001b[0m in \u001b[0;36mcall_${depth}\u001b[0;34m(self)\u001b[0m\n${sentence(chance, 40)}`,
  );
  const evalue = sentence(chance, 5);
  return { ename: 'ValueError', evalue, output_type: 'error', traceback: [...frames, `ValueError: ${evalue}`] };
}

function picture(chance: Chance): object {
  return figure(noisePng(chance, 110 + Math.floor(chance() * 50), 90));
}

/** What a plot leaves in a cell: a picture, given as base64. */
export function figure(png: string): object {
  const data = { 'image/png': `${png}\n`, 'text/plain': ['<Figure size 640x480 with 1 Axes>'] };
  return { data, metadata: {}, output_type: 'display_data' };
}

/**
 * A PNG of noise in base64, stored and not compressed: its size, four bytes per pixel, does not depend on the zlib at
 * hand. `chance` gives numbers from 0 to 1.
 */
export function noisePng(chance: Chance, width: number, height: number): string {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let at = 0; at < rows.length; at++) rows[at] = at % (width * 3 + 1) === 0 ? 0 : Math.floor(chance() * 256);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const bytes = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return bytes.toString('base64');
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const words = 'model rows frame batch train score plot mean series index group merge window label weight value'.split(
  ' ',
);

function sentence(chance: Chance, length: number): string {
  return Array.from({ length }, () => words[Math.floor(chance() * words.length)]).join(' ');
}

function codeLine(chance: Chance, line: number): string {
  const [a, b] = [sentence(chance, 1), sentence(chance, 1)];
  if (line % 5 === 4) return `for ${a} in range(${Math.floor(chance() * 100)}): print("${b}", ${a})\n`;
  return `${a}_${line} = ${b}.apply(lambda x: x * ${chance().toFixed(3)})  # ${sentence(chance, 3)}\n`;
}

/** Lines as nbformat writes them: the last one without its end. */
function trimmed(lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === lines.length - 1 ? line.trimEnd() : line));
}

function idOf(index: number): string {
  return `cell-${index.toString(36).padStart(6, '0')}`;
}

/** The same numbers from 0 to 1 for the same seed. */
export function mulberry(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
