import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { DisplayOutput, Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { reduceSession, replaySession } from './reduce.ts';
import { emptyRunState } from './state.ts';
import { hasStoredValues, returnValues } from './stored-values.ts';
import { isWithheld, placeholderOf, weighOutput, withholdOutputs } from './withhold.ts';

const base = { at: 1, by: principalId('p') };
const run = { ...base, runId: runId('r') };
const cell = cellId('a');
const begun: SessionEvent[] = [
  { ...run, type: 'RunRequested', cellId: cell, sessionId: sessionId('s') },
  { ...run, type: 'RunStarted', msgId: 'm' },
];
const shown = (data: DisplayOutput['data'], display?: string): Output => ({
  output_type: 'display_data',
  data,
  metadata: {},
  ...(display === undefined ? {} : { display_id: display }),
});
const arrived = (output: Output): SessionEvent => ({ ...run, type: 'OutputArrived', output });
const stored = (mime: string, output = 0): SessionEvent => ({
  ...base,
  type: 'ValueStored',
  cellId: cell,
  output,
  mime,
  hash: `of ${mime}`,
  bytes: 12,
  characters: 10,
  width: null,
  height: null,
});
const outputsOf = (...events: SessionEvent[]) =>
  replaySession(emptyRunState, [...begun, ...events]).cells.get(cell)?.outputs ?? [];

describe('ValueStored', () => {
  it('takes the value out of the bundle and names it in its place', () => {
    const [output] = outputsOf(arrived(shown({ 'text/plain': 'x', 'text/html': '<p>' })), stored('text/html'));
    expect(output).toEqual({
      ...shown({ 'text/plain': 'x' }),
      stored: { 'text/html': { hash: 'of text/html', bytes: 12, characters: 10, at: 1, width: null, height: null } },
    });
  });

  it.each<[string, SessionEvent]>([
    ['of a form that the output does not have', stored('text/latex')],
    ['of an output that is not there', stored('text/plain', 1)],
    ['of a cell that is not there', { ...stored('text/plain'), cellId: cellId('b') } as SessionEvent],
  ])('%s changes nothing', (_what, event) => {
    const state = replaySession(emptyRunState, [...begun, arrived(shown({ 'text/plain': 'x' }))]);
    expect(reduceSession(state, event).state).toBe(state);
  });

  it('said of a value that is stored already changes nothing', () => {
    const state = replaySession(emptyRunState, [...begun, arrived(shown({ a: 'x' })), stored('a')]);
    expect(reduceSession(state, stored('a')).state).toBe(state);
  });

  it('of a text or an error changes nothing', () => {
    const events: SessionEvent[] = [...begun, { ...run, type: 'StreamArrived', name: 'stdout', text: 'x' }];
    const state = replaySession(emptyRunState, events);
    expect(reduceSession(state, stored('text/plain')).state).toBe(state);
  });

  it('an update of the display has the new values alone', () => {
    const update: SessionEvent = { ...base, type: 'DisplayUpdated', displayId: 'd', data: { b: 'y' }, metadata: {} };
    const events = [arrived(shown({ a: 'x', b: 'x' }, 'd')), stored('a'), stored('b')];
    expect(outputsOf(...events, update)).toEqual([shown({ b: 'y' }, 'd')]);
    expect(outputsOf(...events, arrived(shown({ c: 'z' }, 'd')))[0]).toEqual(shown({ c: 'z' }, 'd'));
  });

  it('outlives a snapshot', () => {
    const state = replaySession(emptyRunState, [...begun, arrived(shown({ a: 'x', b: 'y' })), stored('a')]);
    const log = JSON.parse(JSON.stringify(rebuildEvents(state, base.by, 1))) as SessionEvent[];
    expect(replaySession(emptyRunState, log).cells.get(cell)?.outputs).toEqual(state.cells.get(cell)?.outputs);
  });
});

it('values go back to their old places, whatever the order in which they were stored', () => {
  const mimes = ['text/plain', 'text/html', 'image/png', 'a/b', 'c/d'];
  fc.assert(
    fc.property(fc.shuffledSubarray(mimes, { minLength: 1 }), fc.shuffledSubarray(mimes), (forms, taken) => {
      const whole = shown(Object.fromEntries(forms.map((mime) => [mime, `of ${mime}`])));
      const [output] = outputsOf(arrived(whole), ...taken.map((mime) => stored(mime)));
      const values = new Map(taken.map((mime) => [mime, `of ${mime}`]));
      const again = output !== undefined && hasStoredValues(output) ? returnValues(output, values) : output;
      expect(JSON.stringify(again)).toBe(JSON.stringify(whole));
    }),
  );
});

describe('of an output with stored values', () => {
  const of = (mime: string, size = { width: 300, height: 200 }): Output => ({
    output_type: 'display_data',
    data: { 'text/plain': '<Figure>' },
    metadata: {},
    stored: { [mime]: { hash: 'h'.repeat(64), bytes: 3_000_000, characters: 2_999_998, at: 0, ...size } },
  });

  it('the weight is that of what is in memory', () => {
    expect(weighOutput(of('image/png'))).toBeLessThan(500);
  });

  it.each([
    ['image/png', { kind: 'image', width: 300, height: 200 }],
    ['image/svg+xml', { kind: 'image', width: 300, height: 200 }],
    ['text/html', { kind: 'other' }],
    ['application/vnd.plotly.v1+json', { kind: 'text' }],
  ])('the placeholder of %s tells what is known of its size', (mime, placeholder) => {
    expect(placeholderOf(of(mime))).toMatchObject(placeholder);
  });

  it('a page gets a placeholder first, however little is in memory', () => {
    expect(isWithheld(withholdOutputs([of('image/png')]))).toBe(true);
  });
});
