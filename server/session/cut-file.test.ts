import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import { fillDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { renderOutput } from '#lib/core/notebook/render-cell.ts';
import { joinFile } from '#server/document/join-file.ts';
import { parseFile } from '#server/document/parse-file.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { FileOutputs } from './file-outputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'farfield-cut-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Results that the file has in part. */
class CutResults extends MemoryResults {
  readonly files = new FileOutputs({ blobs: new BlobStore(join(folder, 'blobs')), folder, limit: 2_000 });
  override fileOutputs(id: CellId, results: CellResults): CellResults['outputs'] {
    return this.files.of(id, results);
  }
}

it('a file that was cut, opened by a server that has the rest: not a byte of it changes until something does', () => {
  const outputs: Output[] = [
    { output_type: 'stream', name: 'stdout', text: Array.from({ length: 5_000 }, (_, n) => `line ${n}\n`).join('') },
    { output_type: 'execute_result', data: { 'text/plain': '42' }, metadata: {}, execution_count: 1 },
  ];
  const cut = new CutResults().files.of('a' as CellId, { outputs, executionCount: 1 });
  const cell = (id: string, its: readonly Output[]) => ({
    // Another order of keys, another indent than ours: it has to stay.
    outputs: its.map((output) => renderOutput(output, true)),
    id,
    cell_type: 'code',
    metadata: {},
    source: ['print()'],
    execution_count: 1,
  });
  const cells = [cell('a', cut), cell('b', [])];
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }, null, 3);
  const parsed = parseFile('n.ipynb', Buffer.from(text), {});
  if (parsed.kind !== 'notebook') throw new Error('the file is broken');

  const results = new CutResults();
  results.load(
    results.files.restore(
      parsed.file.cells.map((one) => ({
        cellId: one.id,
        outputs: [...one.outputs],
        executionCount: one.executionCount,
      })),
    ),
  );
  expect(results.results('a' as CellId)?.outputs).toEqual(outputs);
  const doc = new Y.Doc();
  fillDoc(doc, parsed.file);
  // Nothing is known of what the file has: every cell is compared.
  expect(joinFile(doc, results, parsed, new Map())).toMatchObject({ changed: false, text });
  setSource(doc, 'b' as CellId, 'print(1)');
  const joined = joinFile(doc, results, parsed, new Map());
  expect(joined.changed).toBe(true);
  expect(joined.text.slice(0, joined.text.indexOf('"id": "b"'))).toBe(text.slice(0, text.indexOf('"id": "b"')));
});
