import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { cellText } from '#lib/core/notebook/notebook-doc.ts';
import { diskEffects } from '#server/storage/disk-effects.ts';
import { codeCell, editAsPage, notebookText, quickTimes, RoomBench, saved } from '#server/testing/room-bench.ts';
import { faultTest } from './fault-test.ts';
import { KernelRig } from './kernel-rig.ts';
import { allLines, printLines } from './line-count.ts';

/** Faults of the disk as effects that fail: on every machine, without privileges. */
const fails = (code: string) => Object.assign(new Error(`${code}: injected`), { code });
const kinds = [
  ['disk full', 'ENOSPC', ['write', 'writeFile']],
  ['fsync error', 'EIO', ['sync', 'datasync']],
] as const;

for (const [fault, code, calls] of kinds)
  faultTest(fault, `injected ${code} into the document`, { timeout: 60_000 }, async (row) => {
    let failing = false;
    const open: typeof diskEffects.open = async (...asked) => {
      const handle = await diskEffects.open(...asked);
      for (const call of calls) {
        const real = (handle[call] as (...parts: unknown[]) => Promise<unknown>).bind(handle);
        const mayFail = (...parts: unknown[]) => (failing ? Promise.reject(fails(code)) : real(...parts));
        (handle as { [Name in keyof FileHandle]: unknown })[call] = mayFail;
      }
      return handle;
    };
    const bench = await RoomBench.make(quickTimes);
    try {
      await writeFile(bench.path, notebookText(codeCell('a', 'x')));
      await bench.start({ effects: { ...diskEffects, open } });
      const room = await bench.open();
      const type = (text: string) => editAsPage(room, (doc) => cellText(doc, cellId('a'))?.insert(1, `\n# ${text}`));
      await type('before');
      await saved(room);
      const old = await readFile(bench.path);
      failing = true;
      const said: string[] = [];
      room.onState(({ save }) => said.push(save.status));
      await expect(type('meanwhile')).rejects.toThrow(/space|disk failed/);
      await expect.poll(() => said.filter((one) => one === 'error').length).toBeGreaterThan(0);
      // Some of the retries that `quickTimes` asks for.
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(said).not.toContain('saved');
      expect((await readFile(bench.path)).equals(old)).toBe(true);
      failing = false;
      await saved(room);
      await type('after');
      await saved(room);
      const text = (await bench.onDisk())[0]?.[1] ?? '';
      row.edits = { acknowledged: 2, lost: ['before', 'after'].filter((one) => !text.includes(`# ${one}`)).length };
      row.note = 'the refused edit is written when the disk takes it';
      expect(row.edits.lost).toBe(0);
      expect(text).toContain('# meanwhile');
    } finally {
      failing = false;
      await bench.stop();
    }
  });

const journalCalls = [
  ['disk full', 'ENOSPC', ['writeSync']],
  ['fsync error', 'EIO', ['fsyncSync', 'fdatasync']],
] as const;

for (const [fault, code, calls] of journalCalls)
  faultTest(fault, `injected ${code} into the journal of a printing cell`, { timeout: 180_000 }, async (row) => {
    await using rig = await KernelRig.start();
    const cell = rig.bench.source.set('a', printLines(300, 0.02));
    await rig.bench.start();
    await rig.runUntil(cell, 50);
    {
      using _failing = failEvery(calls, code);
      await rig.bench.when(() => rig.bench.host.trouble() !== null, 'the host to say that outputs are not on disk');
      row.note = rig.bench.host.trouble() ?? '';
      await rig.bench.when(() => rig.bench.text(cell).split('\n').length > 150, '150 lines');
      expect(rig.bench.host.trouble()).not.toBeNull();
    }
    await rig.whenFinished(cell);
    await rig.bench.when(() => rig.bench.host.trouble() === null, 'the journal to be written again');
    // What the next process finds.
    await rig.bench.host.stop();
    await rig.bench.open();
    row.lines = rig.count(cell, 300);
    expect(row.lines).toEqual(allLines(300));
  });

/** Has calls of node:fs fail in this whole process. */
function failEvery(calls: readonly ('writeSync' | 'fsyncSync' | 'fdatasync')[], code: string): Disposable {
  const real = Object.fromEntries(calls.map((call) => [call, fs[call]]));
  const thrown = (): never => {
    throw fails(code);
  };
  const told = (_: number, done: (error: Error) => void): void => done(fails(code));
  for (const call of calls) Object.assign(fs, { [call]: call === 'fdatasync' ? told : thrown });
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      Object.assign(fs, real);
      syncBuiltinESMExports();
    },
  };
}
