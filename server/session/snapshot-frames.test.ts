import { expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState } from '#lib/core/session/state.ts';
import { headerBytes } from './read-journal.ts';
import { snapshotFrames } from './snapshot-frames.ts';

const base = { at: 1, by: principalId('p') };
const cells = ['a', 'b', 'c'].map((name) => ({
  cellId: cellId(name),
  executionCount: 1,
  outputs: [{ output_type: 'stream' as const, name: 'stdout', text: name.repeat(1_000) }],
}));
const asked = (n: number): SessionEvent => {
  return { type: 'RunRequested', ...base, runId: runId(`r${n}`), cellId: cellId(`q${n}`), sessionId: sessionId('s') };
};
const snapshot: SessionEvent[] = [
  ...Array.from({ length: 20 }, (_, n) => asked(n)),
  { type: 'CellsLoaded', ...base, cells },
  { type: 'OutputsCleared', ...base, runId: runId('r1'), wait: true },
];

it('says the same state in frames of bounded size, between two heads', () => {
  const frames = [...snapshotFrames(7, snapshot, 1_500)].map((bytes) => ({
    bytes: bytes.length,
    content: JSON.parse(bytes.subarray(headerBytes).toString()) as unknown,
  }));
  expect(frames[0]?.content).toEqual({ generation: 7, snapshot: 'begins' });
  expect(frames.at(-1)?.content).toEqual({ generation: 7, snapshot: 'ends' });
  const parts = frames.slice(1, -1).map(({ content }) => content as SessionEvent[]);
  expect(parts.length).toBeGreaterThan(4);
  for (const { bytes } of frames) expect(bytes).toBeLessThan(3_000);
  expect(replaySession(emptyRunState, parts.flat())).toEqual(replaySession(emptyRunState, snapshot));
});

it('what is larger than a frame has one of its own', () => {
  const frames = [...snapshotFrames(7, snapshot, 100)];
  expect(frames.length).toBe(2 + 20 + 3 + 1);
});
