import { describe, expect, it } from 'vitest';
import type { TerminalState } from '#lib/protocol/terminal-state.ts';
import { detailWords, lineOf } from './terminal-words.ts';

const state: TerminalState = {
  line: 'connected',
  reason: null,
  size: { cols: 80, rows: 24 },
  leads: true,
  watching: 1,
  cut: false,
};

it.each([
  [state, true, 'connected'],
  [state, false, 'offline'],
  [{ ...state, line: 'reconnecting' as const }, true, 'reconnecting'],
  [{ ...state, line: 'ended' as const }, false, 'ended'],
  [null, true, 'connecting'],
  [null, false, 'offline'],
] as const)('%# the line is shown as it is', (known, online, line) =>
  expect(lineOf({ state: known, fault: null, online })).toBe(line),
);

describe('detailWords', () => {
  it.each([
    [{}, '80 × 24'],
    [{ watching: 3, leads: false }, '80 × 24 · the size of another window, until you type · 3 windows'],
    [{ cut: true }, '80 × 24 · the oldest lines are gone: 1 MB is kept'],
  ])('%j', (part, words) => expect(detailWords({ ...state, ...part })).toBe(words));
});
