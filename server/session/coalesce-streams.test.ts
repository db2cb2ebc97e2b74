import { describe, expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { countLines } from '#lib/core/render/stream-text.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { reduceSession, replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { textLength } from '#lib/core/session/stream-output.ts';
import { coalesceStreams } from './coalesce-streams.ts';
import { mergeEvents } from './merge-events.ts';

const base = { at: 1, by: principalId('p') };
const run = { ...base, runId: runId('r') };
const begun: SessionEvent[] = [
  { ...run, type: 'RunRequested', cellId: cellId('a'), sessionId: sessionId('s') },
  { ...run, type: 'RunStarted', msgId: 'm' },
];
const line = 'a line of text that is written many times\n';
const wrote = (times: number, name = 'stdout'): SessionEvent => ({
  ...run,
  type: 'StreamArrived',
  name,
  text: line.repeat(times),
});
const shown: SessionEvent = {
  ...run,
  type: 'OutputArrived',
  output: { output_type: 'display_data', data: {}, metadata: {} },
};
const cleared: SessionEvent = { ...run, type: 'OutputsCleared', wait: true };
const finished: SessionEvent = { ...run, type: 'RunFinished', outcome: 'ok' };
const storedAt = (from: number, lines: number): SessionEvent => ({
  ...run,
  type: 'StreamStored',
  output: 0,
  hash: 'h',
  from,
  characters: lines * line.length,
  bytes: lines * line.length,
  lines,
});
const many = 20_000;
const outputsOf = (state: NotebookRunState): readonly Output[] => state.cells.get(cellId('a'))?.outputs ?? [];
/** What is the same however the text was told: what came, how long it is, where it ends. */
const told = (state: NotebookRunState) =>
  outputsOf(state).map((output) => {
    if (output.output_type !== 'stream') return output;
    const { stored, text, name, lines } = output;
    const all = countLines((stored?.head ?? '') + text) + (stored?.lines ?? 0);
    return { name, lines, length: textLength(output), all, end: text.slice(-500) };
  });

const batches: [string, SessionEvent[], string[]][] = [
  ['a flood', [wrote(many), wrote(many)], ['StreamAdvanced']],
  ['a flood and the end of the run', [wrote(many), finished], ['StreamAdvanced', 'RunFinished']],
  ['little', [wrote(10)], ['StreamArrived']],
  [
    'a flood that is stored',
    [wrote(many), storedAt(line.length * 10, many - 100), wrote(many)],
    ['StreamStored', 'StreamAdvanced'],
  ],
  ['a flood behind an output', [wrote(5), shown, wrote(many)], ['StreamArrived', 'OutputArrived', 'StreamAdvanced']],
  ['a flood before an output', [wrote(many), shown], ['StreamArrived', 'OutputArrived']],
  ['a flood after a clear', [wrote(5), cleared, wrote(many)], ['StreamArrived', 'OutputsCleared', 'StreamAdvanced']],
  ['two streams', [wrote(many), wrote(many, 'stderr')], ['StreamArrived', 'StreamAdvanced']],
  [
    'a cell that is cleared later',
    [wrote(many), { ...base, type: 'CellsCleared', cellIds: [cellId('a')] }],
    ['StreamArrived', 'CellsCleared'],
  ],
];

describe.each(batches)('%s', (_name, batch, types) => {
  it('ends where the log does, from nothing and from what was there', () => {
    for (const before of [[], [wrote(3)], [wrote(many)]]) {
      const start = replaySession(emptyRunState, [...begun, ...before]);
      const end = replaySession(start, batch);
      const coalesced = coalesceStreams(mergeEvents(batch), end);
      if (before.length === 0) expect(coalesced.map(({ type }) => type)).toEqual(types);
      const browser = replaySession(start, coalesced);
      expect(told(browser)).toEqual(told(end));
      // And what follows is understood by both.
      for (const next of [wrote(2), storedAt(0, 1), wrote(2)]) {
        expect(told(reduceSession(browser, next).state)).toEqual(told(reduceSession(end, next).state));
      }
    }
  });
});

it('what is told of a flood is small, however much it was', () => {
  const batch = [wrote(200_000)];
  const end = replaySession(emptyRunState, [...begun, ...batch]);
  expect(JSON.stringify(coalesceStreams(batch, end)).length).toBeLessThan(100_000);
});

it('where other outputs are missing it waits until they are read', () => {
  const held: Output = { output_type: 'withheld', kind: 'other', lines: 1, count: 3 };
  const start = replaySession(emptyRunState, begun);
  const cells = new Map(start.cells);
  cells.set(cellId('a'), { ...cells.get(cellId('a')), outputs: [held] } as never);
  const browser: NotebookRunState = { ...start, cells };
  const stream = { output_type: 'stream', name: 'stdout', text: 'x' } as const;
  expect(reduceSession(browser, { ...run, type: 'StreamAdvanced', output: 4, stream }).state).toBe(browser);
});
