import { describe, expect, it } from 'vitest';
import {
  graceMs,
  MessageNumbers,
  readMessageNumber,
  type HeardMessage,
  type MessageParent,
} from './message-numbers.ts';

const session = '5a4e8c55-f4a25f2b0d9c';
const prefix = `${session}_77`;
const us: MessageParent = { of: 'us' };

/** The gateway's own question number `k`: the first one of a line goes to the shell, the second one to control. */
const nudge = (k: number, line = ''): MessageParent => ({ of: 'others', id: `client_9_${k} ${line}`, executes: false });
const frontEnd = (id: string, executes = true): MessageParent => ({ of: 'others', id, executes });

type Brief = Partial<Omit<HeardMessage, 'number'>> & { readonly prefix?: string };
function kernel() {
  const numbers = new MessageNumbers();
  let at = 0;
  const hear = (n: number, brief: Brief = {}) => {
    const { prefix: of = prefix, ...rest } = brief;
    return numbers.hear({ number: { prefix: of, n }, iopub: true, parent: us, status: null, at, ...rest });
  };
  const hearAll = (from: number, to: number) => {
    for (let n = from; n <= to; n += 1) hear(n);
  };
  const settled = () => {
    at += graceMs;
    return numbers.settle(at).map(({ missing, cause }) => [cause, missing]);
  };
  return { numbers, hear, hearAll, settled };
}

describe('the number in a message id', () => {
  it.each([
    [`${session}_77_12`, session, { prefix, n: 12 }],
    ['a_b_3_4', 'a_b', { prefix: 'a_b_3', n: 4 }],
    ['9c2e5b8a-1b1c-4d7e-9f70-1c2d3e4f5a6b', '9c2e5b8a', null],
    [`${session}_77_12`, 'another', null],
    [`${session}_77_`, session, null],
    [`${session}_77_99999999999999999999`, session, null],
    ['', '', null],
    ['_1_2', '', null],
  ])('%s', (id, of, number) => {
    expect(readMessageNumber(id, of)).toEqual(number);
  });
});

describe('an unbroken line', () => {
  it('tells nothing while all numbers come, whatever the order of the channels', () => {
    const { hear, hearAll, settled } = kernel();
    hearAll(10, 20);
    hear(22, { iopub: false });
    hear(21);
    expect(hear(23).gap).toBeNull();
    expect(settled()).toEqual([]);
  });

  it('a reply that comes after the idle fills what the idle passed over', () => {
    const { hear, settled } = kernel();
    hear(1, { status: 'busy' });
    expect(hear(3, { status: 'idle' }).gap).toMatchObject({ missing: 1, cause: 'unknown', settled: false });
    expect(hear(2, { iopub: false })).toMatchObject({ again: false, gap: { missing: 0 } });
    expect(settled()).toEqual([['unknown', 0]]);
  });

  it('counts what never comes, once, after the grace', () => {
    const { numbers, hear, settled } = kernel();
    hear(1);
    hear(8);
    expect(numbers.settle(graceMs - 1)).toEqual([]);
    expect(settled()).toEqual([['unknown', 6]]);
    expect(settled()).toEqual([]);
  });

  it('a number that comes after it was counted is taken off', () => {
    const { hear, settled } = kernel();
    hear(1);
    hear(4);
    expect(settled()).toEqual([['unknown', 2]]);
    expect(hear(3).gap).toMatchObject({ missing: 1, settled: true });
  });
});

describe('what others ask', () => {
  it('explains the reply that went to them', () => {
    const { hear, settled } = kernel();
    hear(1);
    hear(2, { parent: nudge(0), status: 'busy' });
    hear(4, { parent: nudge(0), status: 'idle' });
    expect(settled()).toEqual([['unknown', 0]]);
  });

  it('explains what the gateway took of its own question', () => {
    const { numbers, hear, settled } = kernel();
    hear(1);
    numbers.interrupted();
    // 2, 3: busy and reply of question 1.
    hear(4, { parent: nudge(1), status: 'idle' });
    expect(settled()).toEqual([['connection', 0]]);
  });

  it('explains no more than it can have taken: the question before it may be one that the kernel has not come to', () => {
    const { numbers, hear, hearAll, settled } = kernel();
    hear(1);
    numbers.interrupted();
    hear(20, { parent: nudge(1), status: 'idle' });
    hearAll(21, 30);
    expect(settled()).toEqual([['connection', 16]]);
    hear(31, { parent: nudge(0), status: 'busy' });
    hear(33, { parent: nudge(0), status: 'idle' });
    expect(settled()).toEqual([['unknown', 0]]);
  });

  it.each([
    // As Jupyter Server does it: it takes the first word for itself, the two replies go to it.
    [
      'none of it before',
      [],
      [
        [4, 1, 'idle'],
        [5, 0, 'busy'],
        [7, 0, 'idle'],
      ],
    ],
    [
      'text before it',
      [2],
      [
        [5, 1, 'busy'],
        [7, 0, 'idle'],
        [8, 1, 'idle'],
      ],
    ],
    [
      'the other one first',
      [2, 3],
      [
        [6, 1, 'busy'],
        [8, 1, 'idle'],
        [9, 0, 'idle'],
      ],
    ],
  ] as const)('the two questions of a line, %s: what was lost before is counted whole', (_, text, statuses) => {
    const { numbers, hear, settled } = kernel();
    hear(1);
    numbers.interrupted();
    for (const n of text) hear(10 + n);
    for (const [n, question, status] of statuses) hear(10 + n, { parent: nudge(question), status });
    const missing = settled().map(([, count]) => count);
    // What was lost ends before the first word that is heard or that the gateway took.
    expect(missing).toEqual([10, ...missing.slice(1).map(() => 0)]);
  });

  it('explains nothing outside of its own time', () => {
    const { hear, settled } = kernel();
    hear(1);
    hear(4);
    hear(5, { parent: frontEnd('x', false), status: 'busy' });
    hear(7, { parent: frontEnd('x', false), status: 'idle' });
    expect(settled()).toEqual([
      ['unknown', 2],
      ['unknown', 0],
    ]);
  });

  it('a run of another front end may have asked it for input', () => {
    const { hear, settled } = kernel();
    hear(1, { parent: frontEnd('x'), status: 'busy' });
    hear(9, { parent: frontEnd('x'), status: 'idle' });
    expect(settled()).toEqual([['unknown', 0]]);
  });

  it('a question of an earlier line, the end of which comes on the next one, is one question', () => {
    const { numbers, hear, settled } = kernel();
    hear(1, { parent: nudge(0, 'then'), status: 'busy' });
    numbers.interrupted();
    hear(3, { parent: nudge(0, 'then'), status: 'idle' });
    hear(6, { parent: nudge(0, 'now'), status: 'idle' });
    hear(9);
    expect(settled()).toEqual([
      ['connection', 0],
      ['unknown', 0],
      ['unknown', 2],
    ]);
  });

  it('explains nothing of another process', () => {
    const { hear, settled } = kernel();
    hear(1, { prefix: `${session}_78` });
    hear(1);
    hear(5, { prefix: `${session}_78` });
    hear(2, { parent: nudge(0), status: 'busy' });
    hear(4, { parent: nudge(0), status: 'idle' });
    expect(settled()).toEqual([
      ['unknown', 3],
      ['unknown', 0],
    ]);
  });
});

describe('a line that was broken', () => {
  it('says so of the first number that is passed over, and knows what comes twice', () => {
    const { numbers, hear, hearAll, settled } = kernel();
    hearAll(1, 10);
    numbers.interrupted();
    expect(hear(10)).toEqual({ again: true, gap: null });
    expect(hear(12).gap).toMatchObject({ missing: 1, cause: 'connection' });
    expect(hear(13).gap).toBeNull();
    expect(settled()).toEqual([['connection', 1]]);
  });

  it('what a later line brings late is no repetition', () => {
    const { numbers, hear } = kernel();
    hear(1);
    hear(3);
    numbers.interrupted();
    expect(hear(2).again).toBe(false);
    expect(hear(2).again).toBe(true);
  });

  it('replies that were heard ahead are not missing and not new', () => {
    const { numbers, hear } = kernel();
    hear(1);
    hear(4, { iopub: false });
    numbers.interrupted();
    expect(hear(4, { iopub: false }).again).toBe(true);
    expect(hear(5).gap).toMatchObject({ missing: 2, cause: 'connection' });
  });
});

describe('after a restart of this server', () => {
  it('leaves what was lost before to each session, and goes on from there', () => {
    const { numbers, hear, settled } = kernel();
    numbers.restore({ prefix, to: 10, beyond: [] });
    expect(hear(15).gap).toBeNull();
    hear(16);
    // The busy and the reply of this one, 17 and 18, were not for us.
    hear(19, { parent: nudge(0), status: 'idle' });
    expect(hear(24).gap).toMatchObject({ missing: 4, cause: 'unknown' });
    expect(settled()).toEqual([
      ['unknown', 0],
      ['unknown', 4],
    ]);
  });

  it('knows what comes twice from the journal that has most, and what comes late on a later line', () => {
    const { numbers, hear } = kernel();
    numbers.restore({ prefix, to: 100, beyond: [103] });
    numbers.restore({ prefix, to: 98, beyond: [] });
    numbers.interrupted();
    expect([hear(100).again, hear(103, { iopub: false }).again]).toEqual([true, true]);
    expect(hear(105)).toEqual({ again: false, gap: null });
    numbers.restore({ prefix, to: 104, beyond: [] });
    numbers.interrupted();
    expect(hear(101)).toEqual({ again: false, gap: null });
    expect(hear(101).again).toBe(true);
  });

  it('nothing is missing when the gateway kept all', () => {
    const { numbers, hear, settled } = kernel();
    numbers.restore({ prefix, to: 100, beyond: [] });
    expect(hear(101).gap).toBeNull();
    expect(settled()).toEqual([]);
  });

  it('another process, and one that was forked, count from where they are first heard', () => {
    const { numbers, hear, settled } = kernel();
    numbers.restore({ prefix, to: 100, beyond: [] });
    hear(400, { prefix: `${session}_78` });
    expect(hear(402, { prefix: `${session}_78` }).gap).toMatchObject({ missing: 1, cause: 'unknown' });
    expect(hear(5, { prefix: 'another_80' }).gap).toBeNull();
    // The old kernel is gone, with what it owed.
    expect(settled()).toEqual([]);
  });
});

it('a million messages with every second one missing keep to a bound', () => {
  const { numbers, hear, settled } = kernel();
  for (let n = 0; n < 2_000_000; n += 2) hear(n, { parent: frontEnd(`p${n}`, false), status: 'busy' });
  const gaps = settled();
  expect(gaps.length).toBeLessThan(100);
  expect(gaps.reduce((sum, [, missing]) => sum + Number(missing), 0)).toBeGreaterThan(999_000);
  expect(numbers.unsettled).toBe(false);
  expect(hear(1_999_997).gap?.settled).toBe(true);
  expect(hear(1).gap).toBeNull();
});
