import { describe, expect, it } from 'vitest';
import { sessionId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { emptyRunState, type NotebookRunState, type SessionState } from '#lib/core/session/state.ts';
import type { KernelQuestion } from '#server/kinds/gateway/port.ts';
import { KernelHelp } from './kernel-help.ts';
import type { SessionLink } from './session-link.ts';

const id = sessionId('s');
const bound: NotebookRunState = {
  ...emptyRunState,
  sessions: new Map([[id, { binding: { id } } as unknown as SessionState]]),
};

/** A kernel that answers always the same. */
function helped(answer: JsonObject) {
  const asked: KernelQuestion[] = [];
  const link = {
    ask: async (question: KernelQuestion) => {
      asked.push(question);
      return answer;
    },
  } as unknown as SessionLink;
  return {
    help: new KernelHelp(
      () => bound,
      () => link,
    ),
    asked,
  };
}

describe('completions', () => {
  it('speak of places in UTF-16 to people and in code points to the kernel', async () => {
    const { help, asked } = helped({ matches: ['of_mine'], cursor_start: 5, cursor_end: 10 });
    expect(await help.complete({ code: '"😀"; of_mi', cursor: 11 })).toEqual({
      matches: [{ text: 'of_mine' }],
      start: 6,
      end: 11,
    });
    expect(asked).toEqual([{ type: 'complete', code: '"😀"; of_mi', cursor: 10 }]);
  });

  it('never send half of a character', async () => {
    const { help, asked } = helped({ matches: [] });
    await help.complete({ code: 'a\ud83d.b', cursor: 3 });
    expect(asked).toEqual([{ type: 'complete', code: 'a\ufffd.b', cursor: 3 }]);
  });

  it.each<[what: string, told: JsonObject, reply: object]>([
    ['nothing', {}, { matches: [], start: 2, end: 2 }],
    ['places that are none', { matches: ['ab'], cursor_start: -1, cursor_end: 'x' }, { start: 2, end: 2 }],
    ['an end before the start', { matches: ['ab'], cursor_start: 2, cursor_end: 0 }, { start: 2, end: 2 }],
    ['places behind the code', { matches: ['ab'], cursor_start: 9, cursor_end: 12 }, { start: 2, end: 2 }],
    [
      'matches that are none, or twice there',
      { matches: ['ab', 3, '', 'ab', 'ac'] },
      { matches: [{ text: 'ab' }, { text: 'ac' }] },
    ],
    [
      'types',
      {
        matches: ['ab', 'ac'],
        metadata: {
          _jupyter_types_experimental: [null, { text: 'ac', type: 'function' }, { text: 'ab', type: '<unknown>' }],
        },
      },
      { matches: [{ text: 'ab' }, { text: 'ac', type: 'function' }] },
    ],
  ])('are read from %s', async (_what, told, reply) => {
    expect(await helped(told).help.complete({ code: 'ab', cursor: 2 })).toMatchObject(reply);
  });

  it('are no more than a list can hold', async () => {
    const matches = Array.from({ length: 20_000 }, (_, at) => `m${at}`);
    expect(await helped({ matches }).help.complete({ code: '', cursor: 0 })).toMatchObject({
      matches: expect.objectContaining({ length: 5_000 }),
    });
  });
});

it('inspection is empty for what the kernel does not know', async () => {
  const data = { 'text/plain': 'text', 'image/png': 'AAAA' };
  expect(await helped({ found: false, data }).help.inspect({ code: 'x', cursor: 1 }, 0)).toEqual({ data: {} });
  expect(await helped({ found: true, data }).help.inspect({ code: 'x', cursor: 1 }, 1)).toEqual({
    data: { 'text/plain': 'text' },
  });
});

it('history is a list of inputs, oldest first, the newest where not all fit', async () => {
  const long = 'x'.repeat(1_500_000);
  const history = [[1, 1, long], [1, 2, long], [1, 3, '  '], [2, 1, ['a', 'out']], 'no entry', [2, 2, 'b']];
  expect(await helped({ history }).help.history(9)).toEqual({ inputs: [long, 'a', 'b'] });
});

it('without a kernel says so', async () => {
  const help = new KernelHelp(
    () => emptyRunState,
    () => undefined,
  );
  expect(await help.history(1)).toMatchObject({ fault: 'session.none' });
  const lost = new KernelHelp(
    () => bound,
    () => undefined,
  );
  expect(await lost.history(1)).toMatchObject({ fault: 'kernel.noAnswer' });
});
