import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellId } from '#lib/core/ids.ts';
import { fillDoc } from '#lib/core/notebook/notebook-doc.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { LastFile } from './last-file.ts';
import { parseFile } from './parse-file.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const a = cellId('a');
const text = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ id: 'a', cell_type: 'code', metadata: {}, source: [], outputs: [], execution_count: null }],
});

it('keeps no results alive that the session host has let go of', async () => {
  const results = new MemoryResults();
  const parsed = parseFile('n.ipynb', Buffer.from(text), {});
  if (parsed.kind !== 'notebook') throw new Error('the file is broken');
  const doc = new Y.Doc();
  fillDoc(doc, parsed.file);
  const file = new LastFile(results, parsed, '', false);
  const produce = (value: string) => {
    const made = {
      outputs: [{ output_type: 'display_data' as const, data: { 'text/plain': value }, metadata: {} }],
      executionCount: 1,
    };
    results.produce(a, made);
    return new WeakRef(made);
  };
  const save = () => {
    const joined = file.join(doc);
    if (joined.parsed === null) throw new Error('the file has to be read');
    file.adopt({ parsed: joined.parsed, written: joined.written }, 'h');
    return joined.changed;
  };
  const first = produce('first');
  expect([save(), save()]).toEqual([true, false]);
  await turn();
  collect();
  expect(first.deref()).toBeDefined();
  produce('second');
  await turn();
  collect();
  expect(first.deref()).toBeUndefined();
  expect([save(), save()]).toEqual([true, false]);
});
