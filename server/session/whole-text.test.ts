import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import type { StreamOutput } from '#lib/core/notebook/output.ts';
import { countLines } from '#lib/core/render/stream-text.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { WholeText } from './whole-text.ts';

let folder: string;
let blobs: BlobStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-whole-'));
  blobs = new BlobStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An output whose text is these pieces: the first is its head, the last its end, the others are blobs. */
function storedOutput(...pieces: string[]): StreamOutput {
  const [head = '', text = ''] = [pieces.at(0), pieces.at(-1)];
  const chunks = pieces.slice(1, -1).map((piece) => {
    const hash = blobs.putNow(Buffer.from(piece));
    if (isFault(hash)) throw new Error(hash.message);
    return { hash, characters: piece.length, bytes: Buffer.byteLength(piece), lines: countLines(piece) };
  });
  const sum = (key: 'characters' | 'bytes' | 'lines') => chunks.reduce((all, chunk) => all + chunk[key], 0);
  const stored = { head, chunks, characters: sum('characters'), bytes: sum('bytes'), lines: sum('lines') };
  return { output_type: 'stream', name: 'stdout', text, lines: 0, stored };
}
const { signal } = new AbortController();
const piecesOf = {
  'of whole lines': ['a0\nb1\n', 'c2\nd3\n', 'é4\n😀5\n', 'g6\nlast'],
  'cut in lines': ['a0', '\nb', '1\nc2', '\n\nd3\n', 'e4\n'],
  'not stored': ['', 'x\ny'],
};

describe.each(Object.entries(piecesOf))('a text %s', (_name, pieces) => {
  const whole = pieces.join('');
  const lines = whole.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1);

  it('has the same measures, lines, characters and bytes as in one piece', async () => {
    const text = new WholeText(storedOutput(...pieces), blobs);
    expect([text.characters, text.bytes, text.lines]).toEqual([whole.length, Buffer.byteLength(whole), lines.length]);
    for (let from = 0; from <= lines.length; from += 1) {
      for (const count of [1, 2, 100]) {
        const read = await text.readLines(from, count);
        if (isFault(read)) throw new Error(read.message);
        expect(read.map((line) => line.text)).toEqual(lines.slice(from, from + count));
        for (const line of read) expect(whole.slice(line.at).startsWith(line.text)).toBe(true);
      }
    }
    for (let from = 0; from < whole.length; from += 1) {
      expect(await text.readCharacters(from, 5)).toBe(whole.slice(from, from + 5));
    }
    const bytes = Buffer.from(whole);
    for (const [from, to] of [
      [0, bytes.length - 1],
      [3, 9],
      [bytes.length - 1, bytes.length - 1],
    ] as const) {
      expect(Buffer.concat(await text.readBytes(from, to).toArray())).toEqual(bytes.subarray(from, to + 1));
    }
  });
});

describe('search', () => {
  const find = async (output: StreamOutput, words: string, limit = 100) => {
    const found = await new WholeText(output, blobs).search(words, { limit, signal });
    if (isFault(found)) throw new Error(found.message);
    return found;
  };

  it('finds words in any case and across the places where the text is cut, each once', async () => {
    const found = await find(storedOutput('one Needle\n', 'two nee', 'dle\nthr', 'ee\nNEEDLE', '.needle'), 'needle');
    expect(found.complete).toBe(true);
    expect(found.hits.map(({ line, at }) => [line, at])).toEqual([
      [0, 4],
      [1, 15],
      [3, 28],
      [3, 35],
    ]);
    expect(found.hits.map(({ preview, from }) => preview.slice(from, from + 6).toLowerCase())).toEqual(
      Array.from({ length: 4 }, () => 'needle'),
    );
  });

  it('takes signs as they are, and stops at its limit', async () => {
    const output = storedOutput('', 'a.c abc a.c\n'.repeat(1_000), 'end');
    expect((await find(output, 'a.c', 3)).hits.map(({ at }) => at)).toEqual([0, 8, 12]);
    expect((await find(output, 'a.c', 3)).complete).toBe(false);
    expect((await find(output, 'nowhere')).hits).toEqual([]);
  });

  it('stops when nobody waits any more', async () => {
    const abort = new AbortController();
    abort.abort();
    const found = await new WholeText(storedOutput('x', 'x', 'x'), blobs).search('x', {
      limit: 9,
      signal: abort.signal,
    });
    expect(found).toEqual({ hits: [], complete: false });
  });
});

it('a line of megabytes is read by its beginning, and by ranges', async () => {
  const output = storedOutput('first\n', ...Array.from({ length: 10 }, () => 'y'.repeat(100_000)), 'yy\nnext\n');
  const text = new WholeText(output, blobs);
  expect(await text.readLines(1, 2)).toEqual([
    { at: 6, text: 'y'.repeat(4_000), characters: 1_000_002 },
    { at: 1_000_009, text: 'next', characters: 4 },
  ]);
  expect(await text.readCharacters(1_000_004, 6)).toBe('yyyy\nn');
});

it('says which blob is gone', async () => {
  const output = storedOutput('a\n', 'b\n', 'c\nd\n');
  const hash = output.stored?.chunks[0]?.hash ?? '';
  unlinkSync(path.join(folder, hash.slice(0, 2), hash.slice(2)));
  const text = new WholeText(output, blobs);
  expect(await text.readLines(1, 1)).toMatchObject({ fault: 'blob.notFound' });
  expect(await text.search('c', { limit: 1, signal })).toMatchObject({ fault: 'blob.notFound' });
  expect(await text.readLines(3, 1)).toMatchObject([{ text: 'd' }]);
  await expect(text.readBytes(0, 5).toArray()).rejects.toMatchObject({ fault: { fault: 'blob.notFound' } });
});
