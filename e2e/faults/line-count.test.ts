import { expect, it } from 'vitest';
import { markerOutput } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { allLines, countLines, findUnaccounted } from './line-count.ts';

const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const gap = (messages: number | null): Output => markerOutput({ kind: 'gap', messages, cause: 'connection' });

it.each<[string, Output[], object]>([
  ['all of them, in pieces', [stream('line 0\nli'), stream('ne 1\nline 2\n')], {}],
  ['a doubled one', [stream('line 0\nline 1\nline 1\nline 2\n')], { doubled: 1 }],
  ['one behind a later one', [stream('line 1\nline 0\nline 2\n')], { misplaced: 1 }],
  ['a torn one', [stream('line 0\nline 1\nne 2\n')], { received: 2, torn: 1 }],
  ['a gap with its extent', [stream('line 0\n'), gap(2)], { received: 1, marked: 2 }],
  ['a gap without', [stream('line 0\n'), gap(null), stream('line 2\n')], { received: 2, unknown: 1 }],
  ['a line that was never printed', [stream('line 0\nline 1\nline 3\n')], { received: 2, torn: 1 }],
])('counts %s', (_, outputs, difference) => {
  expect(countLines(3, outputs)).toEqual({ ...allLines(3), ...difference });
});

it.each<[object, number, RegExp | null]>([
  [{}, 0, null],
  [{ received: 1, marked: 2 }, 0, null],
  [{ received: 1, marked: 1 }, 9, /1 missing lines are not marked/],
  [{ received: 1, marked: 4 }, 2, null],
  [{ received: 1, marked: 5 }, 2, /5 messages are marked for 2/],
  [{ doubled: 1 }, 0, /doubled/],
  [{ misplaced: 1, torn: 1 }, 0, /misplaced, torn/],
  [{ unknown: 1 }, 0, /no extent/],
])('says what is unaccounted for in %j with %i others', (difference, others, said) => {
  const trouble = findUnaccounted({ ...allLines(3), ...difference }, others);
  if (said === null) expect(trouble).toBeNull();
  else expect(trouble).toMatch(said);
});
