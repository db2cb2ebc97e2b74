import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { Journal, type JournalEffects } from './journal.ts';
import { recoverSession } from './recover-session.ts';

let folder: string;
const reports: string[] = [];
let clock = 1000;
let present: SessionEvent[] = [];
const effects = {
  now: () => clock,
  report: (problem: string) => void reports.push(problem),
  snapshot: () => present,
};
/** A journal with everything that it read. */
class ReadJournal extends Journal {
  readonly events: SessionEvent[];
  constructor(from: string, its: JournalEffects) {
    const read: SessionEvent[] = [];
    super(from, its, (events) => void read.push(...events));
    this.events = read;
  }
}
const base = { at: 1, by: principalId('p') };
const asked = (n: number): SessionEvent => ({
  type: 'RunRequested',
  ...base,
  runId: runId(`r${n}`),
  cellId: cellId('ä'),
  sessionId: sessionId('s'),
});
const noTexts = { heal: () => undefined };
const loaded: SessionEvent = { type: 'CellsLoaded', ...base, cells: [] };
const file = () => path.join(folder, 'journal');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-journal-'));
  reports.length = 0;
  clock = 1000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('appears with the first append, behind its snapshot, and is read back', () => {
  const journal = new ReadJournal(folder, effects);
  expect([journal.recovered, journal.exists, existsSync(file())]).toEqual([null, false, false]);
  journal.append([asked(1)], () => [loaded]);
  journal.append([asked(2), asked(3)], () => []);
  journal.close({ remove: false });
  const again = new ReadJournal(folder, effects);
  expect(again.events).toEqual([loaded, asked(1), asked(2), asked(3)]);
  expect(again.recovered).toEqual({ events: 4, cutBytes: 0, isPartial: false });
});

it('each recovery raises the generation, also when the clock went back', () => {
  const first = new ReadJournal(folder, effects);
  first.append([asked(1)], () => []);
  clock = 5;
  const second = new ReadJournal(folder, effects);
  const third = new ReadJournal(folder, effects);
  expect([first.generation, second.generation, third.generation]).toEqual([1000, 1001, 1002]);
});

it('cuts a torn tail at every offset, and goes on behind it', () => {
  const journal = new ReadJournal(folder, effects);
  const ends: number[] = [];
  for (let n = 1; n <= 3; n += 1) {
    journal.append([asked(n)], () => []);
    ends.push(journal.bytes);
  }
  journal.close({ remove: false });
  const bytes = readFileSync(file());
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    writeFileSync(file(), bytes.subarray(0, cut));
    const whole = ends.filter((end) => end <= cut).length;
    const torn = new ReadJournal(folder, effects);
    expect(torn.events.length, `cut at ${cut}`).toBe(whole);
    torn.append([asked(9)], () => []);
    torn.close({ remove: false });
    expect(new ReadJournal(folder, effects).events.at(-1)).toEqual(asked(9));
  }
  expect(reports.length).toBeGreaterThan(bytes.length - 10);
});

it('stops at a flipped bit', () => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  const good = journal.bytes;
  journal.append([asked(2)], () => []);
  journal.close({ remove: false });
  const bytes = readFileSync(file());
  bytes[good + 20] = (bytes[good + 20] ?? 0) ^ 1;
  writeFileSync(file(), bytes);
  expect(new ReadJournal(folder, effects).events).toEqual([asked(1)]);
});

it.each([
  ['a flipped bit in a frame', 20, 'is damaged'],
  ['a length that is nonsense', 3, 'is damaged'],
  ['a length that reaches behind the end', 1, 'an unfinished write'],
])('keeps what follows %s aside and says so', (_what, offset, said) => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  const good = journal.bytes;
  for (let n = 2; n < 50; n += 1) journal.append([asked(n)], () => []);
  journal.close({ remove: false });
  const bytes = readFileSync(file());
  bytes[good + offset] = (bytes[good + offset] ?? 0) ^ 0x80;
  writeFileSync(file(), bytes);
  const again = new ReadJournal(folder, effects);
  expect(again.events).toEqual([asked(1)]);
  expect(readFileSync(`${file()}.unreadable-1000`)).toEqual(bytes.subarray(good));
  expect(reports.at(-1)).toContain(said);
});

it('zeros behind the last write, as a power cut leaves them, are a torn tail', () => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  journal.close({ remove: false });
  writeFileSync(file(), Buffer.concat([readFileSync(file()), Buffer.alloc(4096)]));
  expect(new ReadJournal(folder, effects).recovered).toMatchObject({ events: 1, cutBytes: 4096 });
  expect(existsSync(`${file()}.unreadable-1000`)).toBe(false);
});

it('a snapshot that is not whole is put aside: the notebook’s file says more', () => {
  const journal = new ReadJournal(folder, effects);
  const outputs = [{ output_type: 'stream' as const, name: 'stdout', text: 'x'.repeat(5 * 1024 * 1024) }];
  const cells = ['a', 'b', 'c', 'd'].map((name) => ({ cellId: cellId(name), executionCount: 1, outputs }));
  journal.append([asked(1)], () => [{ ...loaded, cells }]);
  journal.close({ remove: false });
  const whole = recoverSession(folder, effects, noTexts);
  expect([whole.recovered, whole.state.cells.size]).toEqual([true, 5]);
  whole.journal.close({ remove: false });
  const bytes = readFileSync(file());
  bytes[17 * 1024 * 1024] = 0;
  writeFileSync(file(), bytes);
  const { state, recovered, journal: next } = recoverSession(folder, effects, noTexts);
  expect([state.cells.size, recovered, next.exists, existsSync(file())]).toEqual([0, false, false, false]);
  expect(readFileSync(`${file()}.unreadable-1000`).length).toBe(bytes.length);
  expect(reports.at(-1)).toContain('snapshot is damaged');
  next.append([asked(5)], () => []);
  next.close({ remove: false });
  expect(new ReadJournal(folder, effects).events).toEqual([asked(5)]);
});

it.each([
  ['a full disk', 'ENOSPC: no space left on device', false],
  ['a state that no string can hold', 'Invalid string length', true],
])('a compaction that fails because of %s leaves the present file in use', (_what, message, isState) => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  const { writeSync } = fs;
  const descriptors = fs.readdirSync('/proc/self/fd').length;
  const fail = () => {
    throw isState ? new RangeError(message) : Object.assign(new Error(message), { code: 'ENOSPC' });
  };
  if (!isState) fs.writeSync = fail;
  syncBuiltinESMExports();
  try {
    for (let n = 0; n < 5; n += 1)
      journal.compact([isState ? { ...asked(2), toJSON: fail } : asked(2)] as SessionEvent[]);
  } finally {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
  }
  expect(fs.readdirSync('/proc/self/fd').length).toBe(descriptors);
  expect([journal.trouble, existsSync(`${file()}.next`)]).toEqual([null, false]);
  expect(reports.at(-1)).toContain(message);
  journal.append([asked(3)], () => []);
  journal.close({ remove: false });
  expect(new ReadJournal(folder, effects).events).toEqual([asked(1), asked(3)]);
});

it('waits longer before it compacts while something runs', () => {
  const journal = new ReadJournal(folder, effects);
  const big: SessionEvent = { type: 'RunStarted', ...base, runId: runId('r1'), msgId: 'x'.repeat(33 * 1024 * 1024) };
  journal.append([big], () => []);
  expect([journal.isCompactionDue(false), journal.isCompactionDue(true)]).toEqual([true, false]);
  journal.append([big], () => []);
  expect(journal.isCompactionDue(true)).toBe(true);
  journal.close({ remove: true });
});

it('compacts into a snapshot and goes on; is removed when asked', () => {
  const journal = new ReadJournal(folder, effects);
  for (let n = 0; n < 50; n += 1) journal.append([asked(n)], () => []);
  const before = journal.bytes;
  journal.compact([asked(7)]);
  expect(journal.bytes).toBeLessThan(before / 10);
  journal.append([asked(8)], () => []);
  journal.close({ remove: false });
  const again = new ReadJournal(folder, effects);
  expect(again.events).toEqual([asked(7), asked(8)]);
  again.close({ remove: true });
  expect(existsSync(file())).toBe(false);
});

it('is written anew, whole, when a disk that failed takes it again', async () => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  const { writeSync } = fs;
  fs.writeSync = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };
  syncBuiltinESMExports();
  try {
    journal.append([asked(2)], () => []);
  } finally {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
  }
  present = [asked(1), asked(2), asked(3)];
  journal.append([asked(3)], () => []);
  await expect.poll(() => reports.length, { timeout: 5_000 }).toBe(2);
  journal.append([asked(4)], () => []);
  journal.close({ remove: false });
  expect(new ReadJournal(folder, effects).events).toEqual([asked(1), asked(2), asked(3), asked(4)]);
});

it('a journal that is closed on a failed disk does not end in the past', () => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  const { writeSync } = fs;
  fs.writeSync = () => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
  syncBuiltinESMExports();
  try {
    journal.append([asked(2)], () => []);
  } finally {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
  }
  present = [asked(1), asked(2)];
  journal.close({ remove: false });
  expect(new ReadJournal(folder, effects).events).toEqual([asked(1), asked(2)]);
});

it('compacts again only when there is twice as much as after the last time', () => {
  const journal = new ReadJournal(folder, effects);
  const big: SessionEvent = { type: 'RunStarted', ...base, runId: runId('r1'), msgId: 'x'.repeat(5 * 1024 * 1024) };
  journal.append([big], () => []);
  expect(journal.isCompactionDue(false)).toBe(true);
  journal.compact([big]);
  expect([journal.bytes > 5 * 1024 * 1024, journal.isCompactionDue(false)]).toEqual([true, false]);
  journal.append([asked(2)], () => []);
  expect(journal.isCompactionDue(false)).toBe(false);
  journal.append([big], () => []);
  expect(journal.isCompactionDue(false)).toBe(true);
  journal.close({ remove: true });
});

it('a whole frame that this version does not read is kept aside before it is cut', () => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  const good = journal.bytes;
  journal.append([{ ...asked(2), type: 'FromTheFuture' } as unknown as SessionEvent], () => []);
  journal.close({ remove: false });
  const whole = readFileSync(file()).subarray(good);
  expect(new ReadJournal(folder, effects).events).toEqual([asked(1)]);
  expect(readFileSync(`${file()}.unreadable-1000`)).toEqual(whole);
  expect(reports[0]).toContain('cannot be read');
});

it('a journal that cannot be replayed is put aside, and the notebook has a new one', () => {
  const journal = new ReadJournal(folder, effects);
  journal.append([asked(1)], () => []);
  journal.close({ remove: false });
  const {
    state,
    recovered,
    journal: next,
  } = recoverSession(folder, effects, noTexts, () => {
    throw new RangeError('poison');
  });
  expect([recovered, state.cells.size, next.exists]).toEqual([false, 0, false]);
  expect(existsSync(`${file()}.unreadable-1000`)).toBe(true);
  expect(reports.at(-1)).toContain('cannot be replayed (poison)');
  next.append([asked(5)], () => []);
  next.close({ remove: false });
  expect(recoverSession(folder, effects, noTexts).recovered).toBe(true);
});

it('keeps its file open while a sync of it is under way: the number must not become another file’s', async () => {
  const { fdatasync } = fs;
  const begun = Promise.withResolvers<{ readonly fd: number; readonly end: (error: null) => void }>();
  fs.fdatasync = Object.assign((fd: number, end: (error: null) => void): void => begun.resolve({ fd, end }), {
    __promisify__: fdatasync.__promisify__,
  });
  syncBuiltinESMExports();
  try {
    const journal = new ReadJournal(folder, effects);
    journal.append([asked(1)], () => []);
    const { fd, end } = await begun.promise;
    journal.close({ remove: false });
    expect(fs.fstatSync(fd).isFile()).toBe(true);
    end(null);
    expect(() => fs.fstatSync(fd)).toThrow('EBADF');
    expect(reports).toEqual([]);
  } finally {
    fs.fdatasync = fdatasync;
    syncBuiltinESMExports();
  }
});
