import { expect, it } from 'vitest';
import { cellId, principalId, runId } from '#lib/core/ids.ts';
import type { JsonValue } from '#lib/core/json.ts';
import { readLost } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { boundEvent } from './bound-output.ts';

const nested = (levels: number): JsonValue => {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};
const arrived = (data: Record<string, JsonValue>): SessionEvent => ({
  type: 'OutputArrived',
  at: 1,
  by: principalId('p'),
  runId: runId('r'),
  output: { output_type: 'display_data', data, metadata: {} },
});

it('leaves real outputs alone, the very same event', () => {
  const event = arrived({ 'text/plain': 'x', 'application/json': nested(100) });
  expect(boundEvent(event)).toBe(event);
});

it('says of an output that no JSON can carry that it was too deep', () => {
  const event = arrived({ 'application/json': nested(200_000) });
  expect(() => JSON.stringify(event)).toThrow(RangeError);
  expect(JSON.stringify(boundEvent(event))).toContain('nested 200001 levels deep; at most 500 can be kept');
});

it('says of an output that is too long how long it was', () => {
  const event = boundEvent(arrived({ 'image/png': 'x'.repeat(70 * 1024 * 1024) }));
  expect(event).toMatchObject({ output: { data: { 'text/plain': expect.stringContaining('has 70 MB') } } });
  const stream = boundEvent({
    type: 'StreamArrived',
    at: 1,
    by: principalId('p'),
    runId: runId('r'),
    name: 'stdout',
    text: 'y'.repeat(65 * 1024 * 1024),
  });
  const text = stream.type === 'StreamArrived' ? stream.text : '';
  expect(text.endsWith('[This output has 65 MB; at most 64 MB can be kept.]\n')).toBe(true);
});

it('leaves out metadata that are too long, and says so', () => {
  const metadata = { long: 'x'.repeat(3 * 1024 * 1024) };
  const lost = [{ kind: 'metadata', bytes: expect.any(Number) as number, mostBytes: 1024 * 1024 }];
  const output: Output = { output_type: 'display_data', data: { 'text/plain': 'x' }, metadata, display_id: 'd' };
  const base = { at: 1, by: principalId('p') };
  const shown = boundEvent({ ...base, type: 'OutputArrived', runId: runId('r'), output });
  expect(shown).toMatchObject({ output: { ...output, metadata: {} } });
  expect(shown.type === 'OutputArrived' && readLost(shown.output)).toEqual(lost);
  const updated = boundEvent({
    ...base,
    type: 'DisplayUpdated',
    displayId: 'd',
    data: { 'text/plain': 'y' },
    metadata,
  });
  expect(updated).toMatchObject({ data: { 'text/plain': 'y' }, metadata: { farfield: { lost } } });
  expect(JSON.stringify([shown, updated]).length).toBeLessThan(2_000);
  // What a file has stays as it is there.
  const loaded = boundEvent({
    ...base,
    type: 'CellsLoaded',
    cells: [{ cellId: cellId('a'), outputs: [output], executionCount: 1 }],
  });
  expect(loaded.type === 'CellsLoaded' && loaded.cells[0]?.outputs).toEqual([output]);
});
