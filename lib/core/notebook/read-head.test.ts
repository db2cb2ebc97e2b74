import { describe, expect, it } from 'vitest';
import { readHead } from './read-head.ts';
import { readNotebook } from './read-notebook.ts';

const code = (source: string, id?: string) => ({
  cell_type: 'code',
  execution_count: 3,
  ...(id === undefined ? {} : { id }),
  metadata: { tags: ['x'] },
  outputs: [{ name: 'stdout', output_type: 'stream', text: [`${source}\n`, 'é🎉\n'] }],
  source: [source],
});
const cells = [code('a', 'one'), { cell_type: 'markdown', metadata: {}, source: '# é🎉' }, code('b', 'one'), code('a')];
const metadata = { language_info: { name: 'python', metadata: { nbformat: 1 } } };
const file = (object: object, indent?: number) => new TextEncoder().encode(JSON.stringify(object, null, indent));
const notebook = { cells, metadata, nbformat: 4, nbformat_minor: 5 };

describe('the head of a notebook', () => {
  it.each([0, 1, undefined])('has what the whole reading has, whatever the style (%s)', (indent) => {
    const bytes = file(notebook, indent);
    const whole = readNotebook(new TextDecoder().decode(bytes));
    if (whole.kind === 'broken') throw new Error(whole.problem.message);
    expect(readHead(bytes, 10)).toEqual({ cells: whole.cells, complete: true, metadata });
    expect(readHead(bytes, 2)).toEqual({ cells: whole.cells.slice(0, 2), complete: false, metadata: null });
  });

  it('has the whole cells of a text that ends anywhere, also within a character', () => {
    const bytes = file(notebook, 1);
    const whole = readHead(bytes, 10)?.cells ?? [];
    let most = 0;
    for (let length = 0; length < bytes.length; length++) {
      const head = readHead(bytes.subarray(0, length), 10);
      const found = head?.cells ?? [];
      expect(found).toEqual(whole.slice(0, found.length));
      expect(found.length).toBeGreaterThanOrEqual(most);
      most = found.length;
    }
    expect(most).toBe(4);
  });

  it.each([
    ['the end of the file', file(notebook, 1).slice(-200), metadata],
    ['a whole small file', file({ nbformat: 4, metadata: { a: 1 }, cells: [] }), { a: 1 }],
    ['no end that has it', file({ metadata: { a: 1 }, cells: [{ metadata: {} }], nbformat: 4 }).slice(30), null],
  ])('takes metadata from %s', (_what, end, expected) => {
    const start = file({ cells: [code('a', 'one')] }).subarray(0, 200);
    for (const from of [0, 5]) expect(readHead(start, 10, end.subarray(from))?.metadata).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[1, 2]'],
    ['another object', '{"a": 1}'],
    ['an old format', '{"worksheets": [{"cells": []}], "nbformat": 3}'],
    ['no UTF-8', '\u0000{"cells": []}'],
  ])('is null for %s', (_what, text) => {
    expect(readHead(new TextEncoder().encode(text), 10)).toBeNull();
  });
});
