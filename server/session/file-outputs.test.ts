import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultError, isFault } from '#lib/core/fault.ts';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { readOutput } from '#lib/core/notebook/read-output.ts';
import { renderOutput } from '#lib/core/notebook/render-cell.ts';
import { countLines } from '#lib/core/render/stream-text.ts';
import type { JsonValue } from '#lib/core/json.ts';
import type { Run } from '#lib/core/session/state.ts';
import { hasStoredValues, isDisplay, takeValue } from '#lib/core/session/stored-values.ts';
import { blobEffects, BlobStore } from '#server/storage/blob-store.ts';
import { FileOutputs, keptNamesFile } from './file-outputs.ts';
import { measureOutput } from './file-measure.ts';
import { encodeValue } from './read-values.ts';

let folder: string;
let blobs: BlobStore;
const limit = 2_000;
const cell = cellId('a');
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-file-outputs-'));
  blobs = new BlobStore(path.join(folder, 'blobs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const open = () => new FileOutputs({ blobs, folder, limit });

const lines = (count: number, word = 'line') => Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('');
const stream = (text: string, name = 'stdout'): Output => ({ output_type: 'stream', name, text });
function stored(text: string, head: number, tail: number): Output {
  const middle = text.slice(head, text.length - tail);
  const hash = blobs.putNow(Buffer.from(middle));
  if (isFault(hash)) throw new Error(hash.message);
  const sizes = { characters: middle.length, bytes: Buffer.byteLength(middle), lines: countLines(middle) };
  const whole = { head: text.slice(0, head), ...sizes, chunks: [{ hash, ...sizes }] };
  return { output_type: 'stream', name: 'stdout', text: text.slice(-tail), lines: countLines(text), stored: whole };
}
/** The output with values of these types in the blob store. */
function storedValues(output: Output, mimes: readonly string[]): Output {
  return mimes.reduce((present, mime) => {
    if (!isDisplay(present)) throw new Error('not a bundle');
    const bytes = encodeValue(present.data[mime] ?? null);
    const hash = blobs.putNow(bytes);
    if (isFault(hash)) throw new Error(hash.message);
    const named = { cellId: cell, output: 0, mime, hash, bytes: bytes.length, characters: bytes.length };
    const at = { at: 1, by: principalId('p'), width: null, height: null };
    return takeValue(present, { type: 'ValueStored', ...at, ...named });
  }, output);
}
const hashesOf = (output: Output | undefined) =>
  output !== undefined && hasStoredValues(output) ? Object.values(output.stored).map(({ hash }) => hash) : [];
const blobPath = (hash: string) => path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2));
const shown = (text: string): Output => ({ output_type: 'display_data', data: { 'text/plain': text }, metadata: {} });
const of = (files: FileOutputs, outputs: readonly Output[], run: Run | null = null) => {
  const results: CellResults & { run: Run | null } = { outputs, executionCount: 1, run };
  return files.of(cell, results);
};
/** As a file gives them back. */
const reread = (outputs: readonly Output[]): Output[] =>
  outputs.map((output) => readOutput(JSON.parse(JSON.stringify(renderOutput(output, true))) as JsonValue));
const sizeOf = (outputs: readonly Output[]) => outputs.reduce((all, output) => all + measureOutput(output), 0);
const restore = (files: FileOutputs, outputs: readonly Output[]) =>
  files.restore([{ cellId: cell, outputs: reread(outputs), executionCount: 1 }])[0]?.outputs ?? [];
const markerIn = (outputs: readonly Output[]) => outputs.map(readMarker).find((marker) => marker !== null);
const names = () => readFileSync(path.join(folder, keptNamesFile), 'utf8').trim().split('\n');

describe('below the limit', () => {
  it('small outputs are the very same ones', () => {
    const outputs = [stream('hello\n'), shown('1')];
    expect(of(open(), outputs)).toBe(outputs);
  });

  it('a stored text is written whole', () => {
    const text = lines(50);
    expect(of(open(), [stored(text, 14, 20), shown('1')])).toEqual([stream(text), shown('1')]);
  });
});

describe('stored values', () => {
  const html = '<p>stored</p>\n'.repeat(20);
  const rows = { rows: Array.from({ length: 30 }, (_, n) => [n, n * n]) };
  const both: Output = {
    output_type: 'execute_result',
    data: { 'text/html': html, 'text/plain': 'words', 'application/json': rows },
    metadata: { isolated: true },
    execution_count: 4,
  };

  it('are written as if they had never been stored, each in its place', () => {
    const outputs = [stream('hello\n'), storedValues(both, ['text/html', 'application/json']), shown('1')];
    const written = of(open(), outputs);
    expect(JSON.stringify(written)).toBe(JSON.stringify([stream('hello\n'), both, shown('1')]));
    expect(reread(written)).toEqual([stream('hello\n'), both, shown('1')]);
  });

  it.each([
    ['gone', (file: string) => rmSync(file)],
    ['damaged', (file: string) => writeFileSync(file, 'x'.repeat(readFileSync(file).length))],
  ])('one that is %s is said in words, and nothing else is disturbed', (why, damage) => {
    const output = storedValues(both, ['text/html']);
    damage(blobPath(hashesOf(output)[0] ?? ''));
    const [marker, rest, last, ...none] = of(open(), [output, shown('1')]);
    expect(marker && readMarker(marker)).toMatchObject({ kind: 'value', mime: 'text/html', why });
    const { 'text/html': _, ...left } = both.data;
    expect([rest, last, none]).toEqual([{ ...both, data: left }, shown('1'), []]);
  });

  const failing = (...which: readonly ('readFileSync' | 'openSync')[]) => {
    const fail = () => {
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    };
    const effects = { ...blobEffects, ...Object.fromEntries(which.map((one) => [one, fail])) };
    return new FileOutputs({ blobs: new BlobStore(path.join(folder, 'blobs'), effects), folder, limit });
  };

  it('one that cannot be read for the moment keeps its name in the file, and comes back from it', () => {
    const output = storedValues(both, ['text/html']);
    const written = of(failing('readFileSync'), [output, shown('1')]);
    const marker = markerIn(written);
    const whole = marker?.kind === 'truncated' ? (marker.whole ?? '') : '';
    expect(readFileSync(blobPath(whole), 'utf8')).toContain(hashesOf(output)[0]);
    expect([names(), written.at(-1)]).toEqual([[whole], shown('1')]);
    const restored = restore(open(), written);
    expect(JSON.stringify(of(open(), restored))).toBe(JSON.stringify([both, shown('1')]));
  });

  it('when not even its name can be kept, nothing is written', () => {
    const output = storedValues(both, ['text/html']);
    expect(() => of(failing('readFileSync', 'openSync'), [output])).toThrow(FaultError);
  });

  it('above the limit are left out; the blob of what is missing names theirs, and a reader gets them back', () => {
    const large = shown('y'.repeat(5_000));
    const outputs = [shown('first'), storedValues(large, ['text/plain']), storedValues(both, ['text/html'])];
    const written = of(open(), outputs);
    expect(sizeOf(written)).toBeLessThan(limit + 400);
    for (const output of written) expect(output).not.toHaveProperty('stored');
    const marker = markerIn(written);
    const whole = marker?.kind === 'truncated' ? (marker.whole ?? '') : '';
    for (const hash of hashesOf(outputs[1])) expect(readFileSync(blobPath(whole), 'utf8')).toContain(hash);
    expect(JSON.stringify(restore(open(), written)[1])).toBe(JSON.stringify(outputs[1]));
    // So the file names them for the sweep, which looks into the blobs that the file names.
    expect(names()).toEqual([whole]);
  });
});

describe('above the limit', () => {
  const text = lines(2_000);
  const cases: [string, () => Output[]][] = [
    ['a stored text', () => [shown('before'), stored(text, 14, 20), shown('after')]],
    ['a text in memory', () => [stream(text)]],
    ['one long line', () => [stored('x'.repeat(50_000), 10, 10)]],
    ['a large value', () => [stream('hello\n'), shown('y'.repeat(5_000)), shown('end')]],
    ['many outputs', () => Array.from({ length: 300 }, (_, n) => stream(`${n}\n`, n % 2 ? 'stdout' : 'stderr'))],
    ['several long texts', () => [stored(text, 14, 20), stream(text, 'stderr'), stored(text, 14, 20)]],
    ['a stored value', () => [stream('hello\n'), storedValues(shown('y'.repeat(5_000)), ['text/plain']), shown('end')]],
    ['signs that need escapes', () => [stream('"\\\u0001é😀\n'.repeat(3_000))]],
  ];

  it.each(cases)('%s: what is written is bounded, ordinary nbformat, and comes back whole', (_name, make) => {
    const outputs = make();
    const files = open();
    const written = of(files, outputs);
    expect(sizeOf(written)).toBeLessThan(limit + 3 * 400);
    const marker = markerIn(written);
    expect(marker).toMatchObject({ kind: 'truncated', allBytes: expect.any(Number) as number });
    if (marker?.kind === 'truncated') expect(marker.allBytes).toBeGreaterThan(marker.keptBytes);
    for (const output of written) expect(output).not.toHaveProperty('stored');
    // Read by another process, with nothing in memory.
    const again = open();
    const restored = restore(again, written);
    expect(restored).toEqual(JSON.parse(JSON.stringify(outputs)));
    // And written by it, the file is the same.
    expect(of(again, restored)).toEqual(written);
  });

  it('the beginning and the end are those of the text, in whole lines', () => {
    const [head, , tail] = of(open(), [stored(text, 14, 20)]);
    if (head?.output_type !== 'stream' || tail?.output_type !== 'stream') throw new Error('not cut');
    expect(text.startsWith(head.text) && head.text.endsWith('\n')).toBe(true);
    expect(text.endsWith(tail.text) && tail.text.startsWith('line')).toBe(true);
    expect(Math.min(head.text.length, tail.text.length)).toBeGreaterThan(limit / 12);
  });

  it('what somebody changed in the file, or whose blob is gone, stays as the file has it', () => {
    const written = of(open(), [stored(text, 14, 20)]);
    const changed = written.with(0, stream('mine\n'));
    expect(restore(open(), changed)).toEqual(changed);
    expect(restore(open(), written.slice(1))).toEqual(written.slice(1));
    rmSync(path.join(folder, 'blobs'), { recursive: true });
    expect(restore(open(), written)).toEqual(written);
  });

  it('a cell that runs names no blob: its text is in the journal, and each save would make another', () => {
    const run = { id: runId('r'), cellId: cell, sessionId: sessionId('s'), by: principalId('p'), finishedAt: null };
    const outputs = [stored(text, 14, 20)];
    const before = readdirSync(folder, { recursive: true }).length;
    const written = of(open(), outputs, run as unknown as Run);
    expect(markerIn(written)).toMatchObject({ whole: null });
    expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
    const files = open();
    const runs = (finishedAt: number | null) => new Map([[cell, { run: { ...run, finishedAt } as unknown as Run }]]);
    of(files, outputs, run as unknown as Run);
    expect([files.ended(runs(null)), files.ended(runs(5)), files.ended(runs(5))]).toEqual([false, true, false]);
  });

  it('a text whose chunk is damaged is cut where it is, with a marker, whatever the limit', () => {
    const output = stored(lines(50), 14, 20);
    rmSync(path.join(folder, 'blobs'), { recursive: true });
    const written = of(open(), [output]);
    expect(written.map(({ output_type }) => output_type)).toEqual(['stream', 'display_data', 'stream']);
    expect(written[0]).toEqual(stream('line 0\nline 1\n'));
  });

  it('keeps the names of blobs that the file has, and forgets those that it had', () => {
    const files = open();
    const name = (outputs: readonly Output[]) => {
      const marker = markerIn(of(files, outputs));
      return marker?.kind === 'truncated' ? marker.whole : null;
    };
    const first = name([stream(text)]);
    expect(names()).toEqual([first]);
    const second = name([stream(lines(2_000, 'other'))]);
    expect(names()).toEqual([first, second]);
    files.saved();
    expect(names()).toEqual([second]);
    const later = open();
    later.saved();
    expect(names()).toEqual([second]);
  });
});

it('outputs that no string can hold together are cut, and their marker names no whole', () => {
  const fail = () => {
    throw new RangeError('Invalid string length');
  };
  const big = { ...shown('y'.repeat(3_000)), toJSON: fail };
  const made = of(open(), [shown('first'), big, shown('last')]);
  expect(markerIn(made)).toMatchObject({ kind: 'truncated', whole: null });
  expect([made[0], made.at(-1)]).toEqual([shown('first'), shown('last')]);
});
