import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { replaySession } from './reduce.ts';
import { emptyRunState } from './state.ts';
import { fillCells, isWithheld, placeholderOf, withholdOutputs } from './withhold.ts';

const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const bundle = (data: Record<string, string>, metadata = {}): Output => ({
  output_type: 'display_data',
  data,
  metadata,
});
const long = 'x'.repeat(600);

describe('withholdOutputs', () => {
  it('sends small outputs as they are, the same array', () => {
    const outputs = [stream('a\n'), stream('b')];
    expect(withholdOutputs(outputs)).toBe(outputs);
  });

  it('is the same when done again', () => {
    const once = withholdOutputs([stream(long), stream('b')]);
    expect(withholdOutputs(once)).toBe(once);
  });

  it('stands for ten thousand outputs with fifty placeholders', () => {
    const withheld = withholdOutputs(Array.from({ length: 10_000 }, () => stream('some text')));
    expect(withheld).toHaveLength(50);
    expect(withheld.at(-1)).toMatchObject({ output_type: 'withheld', count: 9_951 });
  });

  it.each<[string, Output, object]>([
    ['text', stream(`${long}\na\n`), { kind: 'text', lines: 6 }],
    ['a flood', stream('\n'.repeat(1_000_000)), { kind: 'text', lines: 10_000 }],
    ['an error', { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['a', 'b'] }, { kind: 'error', lines: 2 }],
    ['a table', bundle({ 'text/html': '<table><tr><tr></table>', 'text/plain': 'x' }), { kind: 'table', lines: 2 }],
    [
      'HTML that is nothing but the beginnings of tags',
      bundle({ 'text/html': '<'.repeat(20_000_000) }),
      { kind: 'other' },
    ],
    ['other HTML', bundle({ 'text/html': '<b>x</b>\n<i>y</i>' }), { kind: 'other', lines: 2 }],
    [
      'an image of a box',
      bundle({ 'image/png': 'x' }, { width: 640, height: 480 }),
      { kind: 'image', width: 640, height: 480 },
    ],
    ['an image of absurd size', bundle({ 'image/png': 'x' }, { width: 1e300 }), { kind: 'image' }],
    [
      'an SVG',
      bundle({ 'image/svg+xml': '<svg width="460.8pt" height="345.6pt" viewBox="0 0 460 345">' }),
      { kind: 'image', width: 614.4, height: 460.8 },
    ],
    [
      'a linked image',
      { ...bundle({}, { width: 50 }), linked: { 'image/png': { url: '/', width: 100, height: 80 } } } as Output,
      { kind: 'image', width: 50, height: 40 },
    ],
    ['nothing', bundle({}), { kind: 'other' }],
    ['an unknown type', { output_type: 'unknown', raw: { a: 1 } }, { kind: 'other' }],
  ])('%s', (_, output, placeholder) => {
    expect(placeholderOf(output)).toMatchObject({ output_type: 'withheld', count: 1, ...placeholder });
  });
});

/** A follower that holds placeholders, reads at any time and gives back at any time ends where the server is. */
describe('generated logs with placeholders', () => {
  const stamp = { at: 1, by: principalId('p') };
  const cells = ['a', 'b', 'c'].map(cellId);
  const run = fc.constantFrom('r1', 'r2', 'r3', 'r4').map(runId);
  const text = fc.constantFrom('x', 'y\n', `${long}\n`, '\rz');
  const someOutput = fc.oneof(
    text.map(stream),
    fc.tuple(text, fc.constantFrom('d1', 'd2', undefined)).map(([value, display]): Output => {
      const output = { output_type: 'display_data' as const, data: { 'text/plain': value }, metadata: {} };
      return display === undefined ? output : { ...output, display_id: display };
    }),
  );
  const event: fc.Arbitrary<SessionEvent> = fc.oneof(
    fc.tuple(run, fc.constantFrom(...cells)).map(([id, cell]): SessionEvent => ({
      type: 'RunRequested',
      ...stamp,
      runId: id,
      cellId: cell,
      sessionId: sessionId('s'),
    })),
    run.map((id): SessionEvent => ({ type: 'RunStarted', ...stamp, runId: id, msgId: id })),
    run.map((id): SessionEvent => ({ type: 'RunFinished', ...stamp, runId: id, outcome: 'ok' })),
    fc.tuple(run, text).map(([id, value]): SessionEvent => ({
      type: 'StreamArrived',
      ...stamp,
      runId: id,
      name: 'stdout',
      text: value,
    })),
    fc
      .tuple(run, someOutput)
      .map(([id, output]): SessionEvent => ({ type: 'OutputArrived', ...stamp, runId: id, output })),
    fc
      .tuple(run, fc.boolean())
      .map(([id, wait]): SessionEvent => ({ type: 'OutputsCleared', ...stamp, runId: id, wait })),
    fc.tuple(fc.constantFrom('d1', 'd2'), text).map(([displayId, value]): SessionEvent => ({
      type: 'DisplayUpdated',
      ...stamp,
      displayId,
      data: { 'text/plain': value },
      metadata: {},
    })),
    fc.constantFrom(...cells).map((id): SessionEvent => ({ type: 'CellsCleared', ...stamp, cellIds: [id] })),
    fc.tuple(fc.constantFrom(...cells), fc.array(someOutput, { maxLength: 3 })).map(([id, outputs]): SessionEvent => ({
      type: 'CellsLoaded',
      ...stamp,
      cells: [{ cellId: id, outputs, executionCount: 1 }],
    })),
  );
  const step = fc.oneof(
    { weight: 5, arbitrary: event },
    { weight: 1, arbitrary: fc.constantFrom(...cells).map((id) => ({ reads: id })) },
    { weight: 1, arbitrary: fc.constantFrom(...cells).map((id) => ({ givesBack: id })) },
  );

  it('end in the truth once read, and hold it wherever nothing is withheld', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.array(step, { maxLength: 50 }), (before, steps) => {
        const server = replaySession(emptyRunState, before);
        let truth = replaySession(emptyRunState, rebuildEvents(server, stamp.by, 1));
        let held = replaySession(
          emptyRunState,
          rebuildEvents(server, stamp.by, 1, (cell) => withholdOutputs(cell.outputs)),
        );
        const read = (id: (typeof cells)[number]) =>
          fillCells(held, [{ cellId: id, outputs: truth.cells.get(id)?.outputs ?? [] }]);
        for (const one of steps) {
          if ('reads' in one) held = read(one.reads);
          else if ('givesBack' in one) {
            const outputs = withholdOutputs(held.cells.get(one.givesBack)?.outputs ?? []);
            held = fillCells(held, [{ cellId: one.givesBack, outputs }]);
          } else {
            truth = replaySession(truth, [one]);
            held = replaySession(held, [one]);
          }
          for (const [id, cell] of truth.cells) {
            const mine = held.cells.get(id);
            if (mine !== undefined && !isWithheld(mine.outputs)) expect(mine.outputs).toEqual(cell.outputs);
          }
        }
        for (const id of cells) held = read(id);
        expect(held).toEqual(truth);
      }),
      { numRuns: 1_000 },
    );
  });
});
