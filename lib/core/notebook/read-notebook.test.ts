import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { decodeNotebookBytes, encodeNotebook } from './decode-notebook.ts';
import { maxJsonDepth } from './json-ranges.ts';
import { readNotebook, type NotebookFile, type ReadOptions } from './read-notebook.ts';

function read(text: string, options?: ReadOptions): NotebookFile {
  const file = readNotebook(text, options);
  if (file.kind === 'broken') throw new Error(file.problem.message);
  return file;
}

function broken(text: string) {
  const file = readNotebook(text);
  if (file.kind !== 'broken') throw new Error('it was read');
  return file;
}

const v4 = (cells: unknown[], minor = 5, metadata: unknown = {}): string =>
  `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: minor }, null, 1)}\n`;
const code = (id: string | null, source: unknown, more: object = {}) => ({
  cell_type: 'code',
  execution_count: null,
  ...(id === null ? {} : { id }),
  metadata: {},
  outputs: [],
  source,
  ...more,
});

describe('readNotebook', () => {
  it('joins lists and strings, and knows one line end', () => {
    const file = read(
      v4([
        code('a', ['x\r\n', 'y\r', 'z']),
        { cell_type: 'markdown', id: 'b', metadata: { tags: ['t'] }, source: '# hi' },
      ]),
    );
    expect(file.cells.map((cell) => [cell.id, cell.type, cell.source])).toEqual([
      ['a', 'code', 'x\ny\nz'],
      ['b', 'markdown', '# hi'],
    ]);
    expect(file).toMatchObject({ format: { major: 4, minor: 5, upgradedFrom: null }, notices: [], readonly: null });
  });

  it('reads every kind of output', () => {
    const outputs = [
      { output_type: 'stream', name: 'stderr', text: ['a\n', 'b'] },
      {
        output_type: 'display_data',
        data: { 'text/plain': ['1', '2'], 'application/json': ['1', '2'], 'application/x+json': { a: 1 } },
        metadata: {},
      },
      { output_type: 'execute_result', data: { 'text/plain': 'x' }, metadata: { m: 1 }, execution_count: 3 },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
      { output_type: 'hologram', depth: 3 },
      'nonsense',
    ];
    expect(read(v4([code('a', '', { outputs, execution_count: 3 })])).cells[0]).toEqual({
      id: 'a',
      type: 'code',
      source: '',
      metadata: {},
      executionCount: 3,
      outputs: [
        { output_type: 'stream', name: 'stderr', text: 'a\nb' },
        {
          output_type: 'display_data',
          data: { 'text/plain': '12', 'application/json': ['1', '2'], 'application/x+json': { a: 1 } },
          metadata: {},
        },
        { output_type: 'execute_result', data: { 'text/plain': 'x' }, metadata: { m: 1 }, execution_count: 3 },
        { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
        { output_type: 'unknown', raw: { output_type: 'hologram', depth: 3 } },
        { output_type: 'unknown', raw: {} },
      ],
    });
  });

  it('upgrades formats 2 and 3 in memory', () => {
    const cells = [
      { cell_type: 'heading', level: 2, source: ['a\n', 'b'] },
      {
        cell_type: 'code',
        collapsed: true,
        input: ['1 +\n', '1'],
        language: 'python',
        prompt_number: 7,
        outputs: [
          { output_type: 'pyout', prompt_number: 7, text: ['2'], png: 'AA', json: '{"a": 1}' },
          { output_type: 'stream', stream: 'stderr', text: 'w' },
          { output_type: 'pyerr', ename: 'E', evalue: 'v', traceback: ['t'] },
        ],
      },
      { cell_type: 'html', source: '<b>' },
      { cell_type: 'rst', source: 'r' },
    ];
    const sheets = {
      metadata: { name: 'n', signature: 's', k: 1 },
      nbformat: 3,
      nbformat_minor: 0,
      worksheets: [{ cells: cells.slice(0, 2) }, { cells: cells.slice(2) }],
    };
    const file = read(JSON.stringify(sheets));
    expect(file.metadata).toEqual({ k: 1 });
    expect(file.format).toEqual({ major: 4, minor: 5, upgradedFrom: '3.0' });
    expect(file.notices.join()).toContain('3.0');
    expect(file.cells.map(({ type, source }) => [type, source])).toEqual([
      ['markdown', '## a b'],
      ['code', '1 +\n1'],
      ['markdown', '<b>'],
      ['raw', 'r'],
    ]);
    expect(file.cells[1]).toMatchObject({
      executionCount: 7,
      metadata: { collapsed: true },
      outputs: [
        {
          output_type: 'execute_result',
          execution_count: 7,
          data: { 'text/plain': '2', 'image/png': 'AA', 'application/json': { a: 1 } },
          metadata: {},
        },
        { output_type: 'stream', name: 'stderr', text: 'w' },
        { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
      ],
    });
  });

  it('shows what a newer format brings and refuses to edit a newer major', () => {
    const newer = read(v4([{ cell_type: 'video', id: 'a', metadata: {}, source: 's' }, 17], 99));
    expect(newer.cells.map((cell) => [cell.type, cell.source])).toEqual([
      ['unknown', 's'],
      ['unknown', ''],
    ]);
    expect(newer.readonly).toBeNull();
    expect(newer.notices.join()).toMatch(/4\.99.*newer/);
    expect(read('{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}').readonly).toContain('format 5');
  });

  it('guesses a missing minor from the ids, and says so', () => {
    const without = (cells: unknown[]): NotebookFile => read(JSON.stringify({ cells, metadata: {}, nbformat: 4 }));
    expect(without([code('a', '')])).toMatchObject({ format: { minor: 5 }, notices: [expect.stringContaining('4.5')] });
    expect(without([code(null, '')]).format.minor).toBe(4);
  });

  it('gives cells without a valid id one of their own', () => {
    const file = read(v4([code('a', '1'), code('a', '2'), code('not valid', '3'), code(null, '4'), code(null, '4')]));
    const ids = file.cells.map((cell) => cell.id);
    expect(ids[0]).toBe('a');
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(read(file.text).cells.map((cell) => cell.id)).toEqual(ids);
    expect(file.notices).toHaveLength(3);
    expect(read(v4([code(null, '4')], 4)).notices).toEqual([]);
  });

  it('takes given ids in order, and keeps identity over a change from outside', () => {
    const given = ['x', 'y', 'z'].map(cellId);
    const before = read(v4([code(null, 'import a'), code(null, 'plot(a)'), code(null, '')], 4), { ids: given });
    expect(before.cells.map((cell) => cell.id)).toEqual(given);
    const after = read(v4([code(null, 'new'), code(null, 'import a'), code(null, 'plot(a, b)')], 4), {
      previous: before,
    });
    expect(after.cells.slice(1).map((cell) => cell.id)).toEqual(['x', 'y']);
    expect(given).not.toContain(after.cells[0]?.id);
    expect(read(v4([code('y', 'own id')]), { ids: [cellId('q')] }).cells[0]?.id).toBe('y');
  });

  it.each([
    [
      'NaN and infinities',
      '{"cells": [], "metadata": {"a": [NaN, -Infinity, 1]}, "nbformat": 4, "nbformat_minor": 5}',
      { a: [null, null, 1] },
    ],
    [
      'lone surrogates',
      '{"cells": [], "metadata": {"a": "\\ud800x"}, "nbformat": 4, "nbformat_minor": 5}',
      { a: '\uFFFDx' },
    ],
    [
      'repeated keys',
      '{"cells": [], "metadata": 1, "metadata": {"b": 2}, "nbformat": 4, "nbformat_minor": 5}',
      { b: 2 },
    ],
    [
      '__proto__',
      '{"cells": [], "metadata": {"x": {"constructor": 1}}, "nbformat": 4, "nbformat_minor": 5}',
      { x: { constructor: 1 } },
    ],
  ])('reads %s as Python does', (_what, text, metadata) => {
    expect(read(text).metadata).toEqual(metadata);
  });

  it('reads deep metadata, and refuses what is deeper than any reader bears', () => {
    const deep = (levels: number): string =>
      `{"cells": [], "metadata": {"a": ${'['.repeat(levels)}${']'.repeat(levels)}}, "nbformat": 4, "nbformat_minor": 5}`;
    expect(read(deep(2000)).metadata).toHaveProperty('a');
    for (const text of [deep(100_000), '['.repeat(100_000), '{"a":'.repeat(100_000)]) {
      expect(broken(text).problem.message).toContain(`${maxJsonDepth} levels`);
    }
  });
});

describe('a text that is no notebook', () => {
  const whole = v4([code('a', ['1\n', '2']), code('b', '3')]);
  const ids = (text: string | undefined): string[] => read(text ?? '').cells.map((cell) => cell.id);

  it.each([
    ['a comma too many', '{\n "cells": [],\n "metadata": {},\n}', 'comma', 3, 16],
    ['a missing comma', '{"cells": []\n"metadata": {}}', 'Expected "," or "}"', 2, 1],
    ['a line break in a string', '{"cells": ["a\nb"]}', 'line break', 1, 14],
    ['a bad escape', '{"a": "\\x"}', 'no escape', 1, 8],
    ['a bad number', '{"a": 01}', 'Expected "," or "}"', 1, 8],
    ['single quotes', "{'a': 1}", 'key in double quotes', 1, 2],
    ['JSON of another kind', '{"a": 1}', 'no "cells"', 1, 1],
    ['a list', '[1]', 'not a notebook', 1, 1],
    ['words', 'hello', 'Expected a value', 1, 1],
    ['a cut text', '{"a": [1, 2', 'ends', 1, 12],
    ['CRLF', '{\r\n\r\n  x}', 'key', 3, 3],
  ])('with %s is refused where the fault is', (_what, text, message, line, column) => {
    const { problem } = broken(text);
    expect(problem.message).toContain(message);
    expect([problem.line, problem.column]).toEqual([line, column]);
  });

  it.each<[string, string, string, string[]]>([
    ['empty', '  \n', 'empty notebook', []],
    ['trailing commas', whole.replace(/\n {2}\}\n \],/, '\n  },\n ],\n').replace('"3"', '"3",'), 'commas', ['a', 'b']],
    ['a byte order mark', `\uFEFF${whole}`, 'byte order mark', ['a', 'b']],
    ['a licence above', `// Copyright {x}\n# more\n${whole}`, 'before the notebook', ['a', 'b']],
    ['text behind', `${whole}}}`, 'after the end', ['a', 'b']],
    [
      'merge markers',
      whole
        .replace(
          '   "source": "3"\n',
          '<<<<<<< HEAD\n   "source": "ours"\n||||||| base\n   "source": "3"\n=======\n   "source": "theirs"\n>>>>>>> main\n',
        )
        .replace(/^ {3}"source": "3"$/m, (line) => line),
      'our side',
      ['a', 'b'],
    ],
  ])('with %s is offered mended', (_what, text, description, expected) => {
    const { repair } = broken(text);
    expect(repair?.description.toLowerCase()).toContain(description);
    expect(ids(repair?.text)).toEqual(expected);
  });

  it('is offered with the whole cells, wherever it was cut', () => {
    const second = whole.indexOf('"b"');
    for (let at = 1; at < whole.trimEnd().length; at++) {
      const { repair, problem } = broken(whole.slice(0, at));
      expect(problem.offset).toBeLessThanOrEqual(at);
      if (at > second) expect(ids(repair?.text)[0]).toBe('a');
    }
  });

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\\u12',
      'NaN',
      '-',
      '1e5',
      'null',
      '"cells"',
      '"nbformat":4',
      '\n',
      '<<<<<<< a\n',
      '=======\n',
      '>>>>>>> b\n',
      'é',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(whole.length), (pieces, at) => {
        const file = readNotebook(whole.slice(0, at) + pieces.join('') + whole.slice(at));
        if (file.kind === 'broken' && file.repair) expect(readNotebook(file.repair.text).kind).toBe('notebook');
        expect(readNotebook(pieces.join('')).kind).toBe('broken');
      }),
      { numRuns: 1500, verbose: 1 },
    );
  });
});

describe('the bytes of a notebook', () => {
  it('are decoded without loss', () => {
    for (const text of ['{"é": "🎉\u2028"}', '\uFEFFx']) {
      for (const bom of [true, false]) {
        const bytes = encodeNotebook(text, bom);
        const decoded = decodeNotebookBytes(bytes);
        if (decoded.kind === 'broken') throw new Error(decoded.problem.message);
        expect(encodeNotebook(decoded.text, decoded.bom)).toEqual(bytes);
      }
    }
  });

  it.each<[string, number[], RegExp, number]>([
    ['UTF-16 with a mark', [0xff, 0xfe, 0x7b, 0], /UTF-16/, 0],
    ['UTF-16 without one', [0x7b, 0, 0x7d, 0], /UTF-16/, 0],
    ['Latin-1', [0x22, 0x0a, 0xe9, 0x22], /byte E9 at offset 2/, 2],
    ['a cut character', [0x22, 0xe2, 0x82], /UTF-8/, 1],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80], /UTF-8/, 1],
  ])('that are %s are refused by name', (_what, bytes, message, offset) => {
    const decoded = decodeNotebookBytes(Uint8Array.from(bytes));
    if (decoded.kind !== 'broken') throw new Error('decoded');
    expect(decoded.problem.message).toMatch(message);
    expect(decoded.problem.offset).toBe(offset);
  });
});
