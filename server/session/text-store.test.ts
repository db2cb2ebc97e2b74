import { mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { Output, StreamOutput } from '#lib/core/notebook/output.ts';
import { appendStreamText, countLines } from '#lib/core/render/stream-text.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import { reduceSession, replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { blobEffects, BlobStore } from '#server/storage/blob-store.ts';
import { Journal } from './journal.ts';
import { OutputStore } from './output-store.ts';
import { recoverSession } from './recover-session.ts';
import { TextStore } from './text-store.ts';

const base = { at: 1, by: principalId('p') };
const run = { ...base, runId: runId('r') };
const cell = cellId('a');
const begun: SessionEvent[] = [
  { ...run, type: 'RunRequested', cellId: cell, sessionId: sessionId('s') },
  { ...run, type: 'RunStarted', msgId: 'm' },
];
const wrote = (text: string, name = 'stdout'): SessionEvent => ({ ...run, type: 'StreamArrived', name, text });
/** Small enough that words fill them. */
const sizes = { most: 120, kept: 30, head: 20, chunk: 50, cell: 1_000, finished: 16, line: 5_000 };

let folder: string;
let blobs: BlobStore;
let reports: string[];
const open = (its = sizes, effects = blobEffects) => {
  blobs = new BlobStore(path.join(folder, 'blobs'), effects);
  return new TextStore(blobs, (problem) => void reports.push(problem), its);
};
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-texts-'));
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const healing = () => {
  open();
  return new OutputStore(blobs, (problem) => void reports.push(problem));
};
const blobPath = (hash: string) => path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2));
const wholeOf = ({ text, stored }: StreamOutput): string =>
  stored === undefined
    ? text
    : stored.head + stored.chunks.map(({ hash }) => readFileSync(blobPath(hash), 'utf8')).join('') + text;
const outputsOf = (state: NotebookRunState): readonly Output[] => state.cells.get(cell)?.outputs ?? [];
const streamsOf = (state: NotebookRunState) => outputsOf(state).filter((output) => output.output_type === 'stream');

/** As the session host takes events: what has to be stored follows at once. Gives all events. */
function take(texts: TextStore, events: readonly SessionEvent[], from = emptyRunState) {
  let state = from;
  const log: SessionEvent[] = [];
  for (const event of events) {
    state = reduceSession(state, event).state;
    log.push(event);
    for (const stored of texts.store(state, event)) {
      state = reduceSession(state, stored).state;
      log.push(stored);
    }
  }
  return { state, log };
}

describe('a long text', () => {
  it('keeps its beginning and its end, and is whole with what is stored', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n}\n`).join('');
    const { state } = take(open(), [...begun, wrote(lines)]);
    const [output] = streamsOf(state);
    expect(output?.stored?.head).toBe('line 0\nline 1\n');
    expect(output?.text.length).toBeLessThanOrEqual(sizes.kept + 10);
    expect(output && wholeOf(output)).toBe(lines);
    expect(output?.lines).toBe(100);
    const measured = output?.stored;
    expect((measured?.lines ?? 0) + 2 + countLines(output?.text ?? '')).toBe(100);
    expect(measured?.characters).toBe(lines.length - 14 - (output?.text.length ?? 0));
  });

  it('is cut within a line only where the line is very long', () => {
    const { state } = take(open({ ...sizes, chunk: 100_000, line: 20 }), [...begun, wrote('x'.repeat(300_000))]);
    const [output] = streamsOf(state);
    expect(output?.stored?.chunks.map(({ characters }) => characters)).toEqual([100_000, 100_000, 99_950]);
    expect(output && wholeOf(output)).toBe('x'.repeat(300_000));
  });

  it('counts bytes of UTF-8 and never cuts a code point', () => {
    const text = '😀é'.repeat(20_000);
    const { state } = take(open({ ...sizes, head: 1, chunk: 7_000 }), [...begun, wrote(text)]);
    const [output] = streamsOf(state);
    expect(output && wholeOf(output)).toBe(text);
    const { head = '', bytes = 0 } = output?.stored ?? {};
    expect(Buffer.byteLength(head + (output?.text ?? '')) + bytes).toBe(Buffer.byteLength(text));
  });

  it('a progress bar of many updates stays one line and stores nothing', () => {
    const updates = Array.from({ length: 20_000 }, (_, n) => wrote(`\r${n} of 20000`));
    const { state, log } = take(open(), [...begun, ...updates]);
    expect(streamsOf(state)).toMatchObject([{ text: '19999 of 20000' }]);
    expect(log.some(({ type }) => type === 'StreamStored')).toBe(false);
  });

  it('finished texts of a cell that has many are cut as well', () => {
    const events = Array.from({ length: 40 }, (_, n) => wrote(`${`${n} `.repeat(30)}\n`, n % 2 ? 'stderr' : 'stdout'));
    const { state } = take(open({ ...sizes, most: 10_000, cell: 2_000, line: 10 }), [...begun, ...events]);
    const streams = streamsOf(state);
    expect(streams).toHaveLength(40);
    expect(streams.filter(({ stored }) => stored !== undefined).length).toBeGreaterThan(20);
    expect(streams.map(wholeOf)).toEqual(events.map((event) => event.type === 'StreamArrived' && event.text));
  });

  it('what is said of outputs that were cleared, of other ones or of none changes nothing', () => {
    const { state } = take(open({ ...sizes, most: 1e9 }), [...begun, wrote('some text\n')]);
    const stored = { ...run, type: 'StreamStored', hash: 'h', characters: 5, bytes: 5, lines: 0 } as const;
    for (const event of [
      { ...stored, output: 1, from: 0 },
      { ...stored, output: 0, from: 20 },
      { ...stored, output: 0, from: 8 },
      { ...stored, output: 0, from: 0, runId: runId('other') },
    ] as const) {
      expect(reduceSession(state, event).state, JSON.stringify(event)).toBe(state);
    }
  });

  it('of a browser that already takes it for stored is left as it is, or cut to the same place', () => {
    const { state } = take(open({ ...sizes, most: 1e9 }), [...begun, wrote('0123456789')]);
    const stored = { ...run, type: 'StreamStored', output: 0, hash: 'h', bytes: 4, lines: 0 } as const;
    const once = reduceSession(state, { ...stored, from: 2, characters: 4 }).state;
    expect(reduceSession(once, { ...stored, from: 2, characters: 4 }).state).toBe(once);
    const ahead = reduceSession(once, { ...stored, from: 3, characters: 5 }).state;
    expect(streamsOf(ahead)).toMatchObject([{ text: '89', stored: { head: '01', characters: 6, bytes: 6 } }]);
  });
});

it('under any chunking, clearing and restart: whole texts, bounded in memory', () => {
  const word = fc.oneof(
    fc.constantFrom('\n', '\r', 'line\n', '\x1b[31m', '\x1b[0m', 'é', '😀', '100%\r', '\b', 'a longer line of text\n'),
    fc.string({ maxLength: 30 }),
  );
  const chunk = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(''));
  const step = fc.oneof(
    { weight: 20, arbitrary: chunk.map((text) => ({ do: 'write', text }) as const) },
    { weight: 1, arbitrary: fc.constant({ do: 'clear' } as const) },
    { weight: 1, arbitrary: fc.constant({ do: 'restart' } as const) },
    { weight: 1, arbitrary: fc.constant({ do: 'compact' } as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const texts = open();
      let { state, log } = take(texts, begun);
      let written = '';
      let received = 0;
      for (const one of steps) {
        if (one.do === 'write') {
          const taken = take(texts, [wrote(one.text)], state);
          ({ state } = taken);
          log.push(...taken.log);
          written = appendStreamText(written, one.text);
          received += countLines(one.text);
        } else if (one.do === 'clear') {
          const cleared = { ...run, type: 'OutputsCleared', wait: false } as const;
          state = reduceSession(state, cleared).state;
          log.push(cleared);
          [written, received] = ['', 0];
        } else {
          if (one.do === 'compact') log = rebuildEvents(state, base.by, 1);
          const again = replaySession(emptyRunState, JSON.parse(JSON.stringify(log)) as SessionEvent[]);
          expect(outputsOf(again)).toEqual(outputsOf(state));
          state = again;
        }
        const [output] = streamsOf(state);
        expect(output === undefined ? '' : wholeOf(output)).toBe(written);
        expect(output?.lines ?? 0).toBe(received);
        // The open line aside: it may still be written over. Whole lines are cut: one may be on top.
        const line = Math.max(...written.split('\n').map(({ length }) => length + 1));
        expect((output?.text ?? '').lastIndexOf('\n')).toBeLessThanOrEqual(sizes.most + line);
      }
    }),
    { numRuns: 150 },
  );
});

describe('a restart', () => {
  const effects = { now: () => 1, report: (problem: string) => void reports.push(problem), snapshot: () => [] };
  const lines = Array.from({ length: 200 }, (_, n) => `line ${n}\n`).join('');
  const journalOf = (events: readonly SessionEvent[]) => {
    const journal = new Journal(folder, effects, () => undefined);
    journal.append(events, () => []);
    journal.close({ remove: false });
  };

  it.each([
    ['missing', (file: string) => unlinkSync(file)],
    ['cut', (file: string) => truncateSync(file, 3)],
  ])('writes a stored chunk again that a power cut left %s: the journal still has its text', (_what, damage) => {
    const { state, log } = take(open(), [...begun, wrote(lines)]);
    journalOf(log);
    for (const { hash } of streamsOf(state)[0]?.stored?.chunks ?? []) damage(blobPath(hash));
    const recovered = recoverSession(folder, effects, healing());
    const [output] = streamsOf(recovered.state);
    expect(output && wholeOf(output)).toBe(lines);
    recovered.journal.close({ remove: true });
  });

  it('from a snapshot that was taken while the cell ran goes on with the same output', () => {
    const texts = open();
    const { state } = take(texts, [...begun, wrote(lines)]);
    expect(texts.secure()).toBe(true);
    journalOf(rebuildEvents(state, base.by, 1));
    const recovered = recoverSession(folder, effects, healing());
    expect(recovered.state.runs.get(run.runId)?.state).toBe('running');
    const { state: later } = take(open(), [wrote('and more\n')], recovered.state);
    const [output] = streamsOf(later);
    expect(output && wholeOf(output)).toBe(`${lines}and more\n`);
    recovered.journal.close({ remove: true });
  });
});

it('a full disk: the text stays in memory, whole, is said once, and goes to the disk when there is room', () => {
  let full = true;
  const texts = open(sizes, {
    ...blobEffects,
    writeSync: ((fd: number, bytes: Buffer, at: number, length: number) => {
      if (full) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      return blobEffects.writeSync(fd, bytes, at, length);
    }) as typeof blobEffects.writeSync,
  });
  const line = 'a line of text\n';
  const { state } = take(texts, [...begun, ...Array.from({ length: 40 }, () => wrote(line))]);
  expect(streamsOf(state)).toMatchObject([{ text: line.repeat(40) }]);
  expect(reports).toHaveLength(1);
  expect(texts.trouble).toContain('No space');
  full = false;
  const { state: later } = take(
    texts,
    Array.from({ length: 10 }, () => wrote(line)),
    state,
  );
  const [output] = streamsOf(later);
  expect([output?.stored === undefined, texts.trouble]).toEqual([false, null]);
  expect(output && wholeOf(output)).toBe(line.repeat(50));
});
