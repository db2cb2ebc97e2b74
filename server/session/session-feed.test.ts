import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cellId, notebookId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import { isFault } from '#lib/core/fault.ts';
import { readLost } from '#lib/core/notebook/marker.ts';
import type { DisplayOutput, Output, StoredValue } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState } from '#lib/core/session/state.ts';
import { takeValue } from '#lib/core/session/stored-values.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import type { Batch } from './broadcast.ts';
import { encodeValue } from './read-values.ts';
import { SessionFeed } from './session-feed.ts';

let folder: string;
let blobs: BlobStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'farfield-feed-'));
  blobs = new BlobStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stamp = { at: 1, by: principalId('p') };
const [a, b] = [cellId('a'), cellId('b')];
const long = (text: string): Output[] => [{ output_type: 'stream', name: 'stdout', text: text.repeat(1_000) }];
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000640000003208060000', 'hex'),
  Buffer.alloc(9_000, 7),
]);
const image: DisplayOutput = {
  output_type: 'display_data',
  data: { 'image/png': png.toString('base64'), 'text/plain': '<Figure>', 'image/svg+xml': `<svg>${'x'.repeat(9_000)}` },
  metadata: {},
};

function feed(...events: SessionEvent[]) {
  let state = replaySession(emptyRunState, events);
  const made = new SessionFeed({
    notebookId: notebookId('n 1'),
    generation: 7,
    blobs,
    state: () => state,
    by: stamp.by,
    now: () => 1,
  });
  for (const event of events) made.publish(event);
  return {
    feed: made,
    take: (event: SessionEvent) => {
      state = replaySession(state, [event]);
      made.publish(event);
    },
  };
}
const loaded = (outputs: Output[], cell = a): SessionEvent => ({
  type: 'CellsLoaded',
  ...stamp,
  cells: [{ cellId: cell, outputs, executionCount: 3 }],
});
const typesOf = (events: readonly SessionEvent[]) =>
  [...replaySession(emptyRunState, events).cells].map(([id, cell]) => [
    id,
    ...cell.outputs.map((one) => one.output_type),
  ]);

it('tells placeholders, and of a cell that runs everything', async () => {
  const { feed: of } = feed(
    loaded(long('x')),
    { type: 'RunRequested', ...stamp, runId: runId('r'), cellId: b, sessionId: sessionId('s') },
    { type: 'RunStarted', ...stamp, runId: runId('r'), msgId: 'm' },
    { type: 'StreamArrived', ...stamp, runId: runId('r'), name: 'stdout', text: 'y'.repeat(1_000) },
  );
  const { reply } = await of.follow(null, () => undefined);
  expect(reply.reset).toBe(true);
  expect(typesOf(reply.events)).toEqual(
    expect.arrayContaining([
      [a, 'withheld'],
      [b, 'stream'],
    ]),
  );
});

it('what was read from a changed file goes out as placeholders, to nobody when nobody follows', async () => {
  const { feed: of, take } = feed(loaded(long('x')));
  const batches: Batch[] = [];
  const { reply } = await of.follow(null, (batch) => batches.push(batch));
  take(loaded(long('y')));
  await of.read([a]);
  expect(batches.map(({ events }) => typesOf(events))).toEqual([[[a, 'withheld']]]);
  // Somebody who was away while the file changed and nobody followed begins anew.
  const { feed: alone, take: changed } = feed(loaded(long('x')));
  const before = (await alone.read([])).at;
  changed(loaded(long('y')));
  expect((await alone.follow(before, () => undefined)).reply.reset).toBe(true);
  expect((await of.follow(reply.next, () => undefined)).reply.reset).toBe(false);
});

it('reads the truth at a cursor up to which everything was sent', async () => {
  const { feed: of, take } = feed(loaded(long('x')), loaded(long('z'), b));
  let sent = (await of.follow(null, ({ next }) => (sent = next))).reply.next;
  take({ type: 'CellsCleared', ...stamp, cellIds: [b] });
  const reply = await of.read([b, a, cellId('gone')]);
  expect(reply.at).toEqual(sent);
  expect(reply.at.seq).toBe(3);
  expect(reply.cells).toEqual([
    { cellId: b, outputs: [] },
    { cellId: a, outputs: long('x') },
    { cellId: cellId('gone'), outputs: [] },
  ]);
});

it('leaves out what would make an answer too large', async () => {
  const { feed: of } = feed(loaded(long('x'.repeat(3_000))), loaded(long('y'.repeat(3_000)), b));
  expect((await of.read([a, b])).cells.map((cell) => cell.cellId)).toEqual([a]);
  expect((await of.read([b])).cells).toHaveLength(1);
});

it('names images by address, gives their bytes under it, and nothing else', async () => {
  const { feed: of, take } = feed(loaded([image]));
  const shown = (await of.read([a])).cells[0]?.outputs[0];
  expect(shown).toMatchObject({
    data: { 'text/plain': '<Figure>', 'image/svg+xml': expect.any(String) },
    linked: {
      'image/png': { width: 100, height: 50, url: expect.stringMatching(/^\/api\/v1\/images\/[0-9a-f]{32}\?/) },
    },
  });
  expect(shown).not.toHaveProperty(['data', 'image/png']);
  expect(Object.keys((shown as { linked?: object }).linked ?? {})).toEqual(['image/png']);
  const url = new URL(
    (shown as { linked: Record<string, { url: string }> }).linked['image/png']?.url ?? '',
    'http://x',
  );
  expect(Object.fromEntries(url.searchParams)).toEqual({ notebookId: 'n 1', cellId: 'a' });
  const hash = url.pathname.split('/').at(-1) ?? '';
  expect(await of.image(a, hash)).toEqual({ mime: 'image/png', hash, bytes: png });
  expect(
    await of.image(
      a,
      hash.replace(/./, (digit) => (digit === '0' ? '1' : '0')),
    ),
  ).toBeNull();
  expect(await of.image(b, hash)).toBeNull();
  take({ type: 'CellsCleared', ...stamp, cellIds: [a] });
  expect(await of.image(a, hash)).toBeNull();
});

it('what was sent to the kernel stays on the server', async () => {
  const { feed: of, take } = feed({
    type: 'RunRequested',
    ...stamp,
    runId: runId('r'),
    cellId: b,
    sessionId: sessionId('s'),
  });
  const batches: Batch[] = [];
  await of.follow(null, (batch) => batches.push(batch));
  take({ type: 'RunStarted', ...stamp, runId: runId('r'), msgId: 'm', source: 'print(1)' });
  await of.read([a]);
  const { reply } = await of.follow(null, () => undefined);
  const told = [...batches.flatMap(({ events }) => events), ...reply.events].filter(
    ({ type }) => type === 'RunStarted',
  );
  expect(told.map((event) => Object.keys(event).includes('source'))).toEqual([false, false]);
});

/** The output with a value in the blob store, as the session host's state has it. */
function stored(
  output: DisplayOutput,
  mime: string,
  size: Partial<Pick<StoredValue, 'width' | 'height' | 'characters'>> = {},
) {
  const bytes = encodeValue(output.data[mime] ?? null);
  const hash = blobs.putNow(bytes);
  if (isFault(hash)) throw new Error(hash.message);
  const measures = { bytes: bytes.length, characters: bytes.length, width: null, height: null, ...size };
  const named = { cellId: a, output: 0, mime, hash, ...measures };
  const kept = takeValue(output, { type: 'ValueStored', ...stamp, ...named });
  return { kept, hash, file: join(folder, hash.slice(0, 2), hash.slice(2)) };
}
const linkIn = (output: Output | undefined) => (output as DisplayOutput).linked?.['image/png'];
const lostIn = (output: Output | undefined) => (output === undefined ? [] : readLost(output));
const nameIn = (output: Output | undefined) => /images\/([0-9a-f]{32})\?/.exec(linkIn(output)?.url ?? '')?.[1] ?? '';

it('gives a stored image by the address that it had in memory, from its blob', async () => {
  const inline = (await feed(loaded([image])).feed.read([a])).cells[0]?.outputs[0];
  const { kept } = stored(image, 'image/png', { width: 100, height: 50 });
  const { feed: of } = feed(loaded([kept]));
  const { reply } = await of.follow(null, () => undefined);
  expect(JSON.stringify(reply.events)).not.toContain('stored');
  const shown = (await of.read([a])).cells[0]?.outputs[0];
  expect(shown).toEqual(inline);
  expect(await of.image(a, nameIn(shown))).toEqual({ mime: 'image/png', hash: nameIn(shown), bytes: png });
});

it('reads other stored values into the answer, as if they had never been stored', async () => {
  const html: DisplayOutput = { ...image, data: { 'text/html': '<p>'.repeat(1_000), 'text/plain': 'x' } };
  const { feed: of } = feed(loaded([stored(html, 'text/html').kept]));
  expect((await of.read([a])).cells[0]?.outputs).toEqual([html]);
});

it('a cell that runs and has stored values is told as placeholders', async () => {
  const { feed: of } = feed(
    { type: 'RunRequested', ...stamp, runId: runId('r'), cellId: b, sessionId: sessionId('s') },
    { type: 'RunStarted', ...stamp, runId: runId('r'), msgId: 'm' },
    { type: 'OutputArrived', ...stamp, runId: runId('r'), output: stored(image, 'image/png').kept },
  );
  const { reply } = await of.follow(null, () => undefined);
  expect(typesOf(reply.events)).toEqual([[b, 'withheld']]);
});

it.each([
  ['gone', 'image/png', (file: string) => rmSync(file)],
  ['gone', 'image/svg+xml', (file: string) => rmSync(file)],
  ['damaged', 'image/png', (file: string) => writeFileSync(file, '"wrong"')],
  ['damaged', 'image/svg+xml', (file: string) => writeFileSync(file, '"wrong"')],
])('says in words that a value is %s (%s), and leaves the others as they are', async (why, mime, damage) => {
  const { kept, file } = stored(image, mime);
  damage(file);
  const { feed: of } = feed(loaded([...long('x'), kept, ...long('y')]));
  const [before, told, after] = (await of.read([a])).cells[0]?.outputs ?? [];
  expect([before, after]).toEqual([...long('x'), ...long('y')]);
  expect(lostIn(told)).toMatchObject([{ kind: 'value', mime, why }]);
  // Its other forms are what they would be without this one.
  const { [mime]: _, ...left } = image.data;
  const [alone] = (await feed(loaded([{ ...image, data: left }])).feed.read([a])).cells[0]?.outputs ?? [];
  expect(told).toMatchObject({ data: (alone as DisplayOutput).data });
  expect(linkIn(told)).toEqual(linkIn(alone));
});

it('an image whose blob goes after it was looked at is a fault', async () => {
  const { kept, file } = stored(image, 'image/png');
  const { feed: of } = feed(loaded([kept]));
  const [shown] = (await of.read([a])).cells[0]?.outputs ?? [];
  rmSync(file);
  expect(await of.image(a, nameIn(shown))).toMatchObject({ fault: 'blob.notFound' });
});

it('images take no room from the values of an answer: they are not read', async () => {
  // As if their blobs had 16 MB each.
  const size = { characters: 16_777_000 };
  const picture = (n: number) => stored({ ...image, data: { 'image/png': `${n}` } }, 'image/png', size).kept;
  const table: DisplayOutput = { ...image, data: { 'text/html': '<table>'.repeat(2_000) } };
  const { feed: of } = feed(loaded([picture(1), picture(2), picture(3), picture(4), stored(table, 'text/html').kept]));
  const shown = (await of.read([a])).cells[0]?.outputs ?? [];
  expect(shown.at(-1)).toEqual(table);
  expect(shown.slice(0, 4).map((output) => linkIn(output) !== undefined)).toEqual([true, true, true, true]);
});

it('an image that is damaged at its full size is a fault under its address', async () => {
  const { kept, file } = stored(image, 'image/png');
  writeFileSync(file, 'x'.repeat(readFileSync(file).length));
  const { feed: of } = feed(loaded([kept]));
  expect(await of.image(a, nameIn((await of.read([a])).cells[0]?.outputs[0]))).toMatchObject({ fault: 'blob.damaged' });
});

it('a value that is stored while others are read: its output is withheld at that cursor, and read by the next question', async () => {
  const html: DisplayOutput = { ...image, data: { 'text/html': '<p>'.repeat(1_000) } };
  const other: DisplayOutput = { ...image, data: { 'text/html': '<b>'.repeat(1_000) } };
  const { feed: of, take } = feed(loaded([stored(html, 'text/html').kept]));
  const reading = of.read([a]);
  take(loaded([stored(html, 'text/html').kept, stored(other, 'text/html').kept]));
  const reply = await reading;
  expect(reply.at).toEqual((await of.read([])).at);
  expect(reply.cells[0]?.outputs.map(({ output_type }) => output_type)).toEqual(['display_data', 'withheld']);
  expect((await of.read([a])).cells[0]?.outputs).toEqual([html, other]);
});

it('what two browsers ask for at once is read once', async () => {
  const html: DisplayOutput = { ...image, data: { 'text/html': '<p>'.repeat(1_000) } };
  const { feed: of } = feed(loaded([stored(html, 'text/html').kept]));
  const read = vi.spyOn(blobs, 'read');
  const replies = await Promise.all([of.read([a]), of.read([a])]);
  expect(replies.map(({ cells }) => cells[0]?.outputs)).toEqual([[html], [html]]);
  expect(read).toHaveBeenCalledTimes(1);
});

it('one answer has no more stored values than a page takes', async () => {
  const large = '<p>'.repeat(7_000_000);
  const outputs = Array.from({ length: 5 }, (_, n): Output => {
    return stored({ ...image, data: { 'text/html': `${large}${n}` } }, 'text/html').kept;
  });
  const { feed: of } = feed(loaded(outputs), loaded(outputs, b));
  const { cells } = await of.read([a, b]);
  expect(cells.map(({ cellId: id }) => id)).toEqual([a]);
  const lost = cells[0]?.outputs.map((output) => lostIn(output)[0]) ?? [];
  expect(lost.map((marker) => marker?.kind === 'value' && marker.why)).toEqual([false, false, false, 'large', 'large']);
});
