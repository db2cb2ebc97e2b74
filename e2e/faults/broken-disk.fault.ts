import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { failFsync, lacksMounts, lacksStrace, withSmallDisk } from '#server/testing/fault-kit.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { joined, notebookText, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser, type BareTab } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { pause } from './kernel-rig.ts';
import { allLines, countLines, countLinesInFile, printLines } from './line-count.ts';

const full = 'disk full';
const mounts = lacksMounts();
const megabyte = 1024 * 1024;

/** Writes until the disk takes no more, and gives the space back when asked. */
function fill(folder: string): { readonly free: () => void } {
  const filler = join(folder, 'filler');
  for (let size = 64 * 1024; size >= 1;) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      size = Math.floor(size / 2);
    }
  }
  return { free: () => rmSync(filler) };
}

const sourceOnDisk = (file: string, index: number) => joined(readNotebookFile(file).cells[index]?.source);

/** Everything that the tab says of its file from now on. */
function watchSaves(tab: BareTab): string[] {
  const said = [tab.document.getSnapshot().saveState as string];
  tab.document.subscribe(() => {
    const { saveState } = tab.document.getSnapshot();
    if (said.at(-1) !== saveState) said.push(saveState);
  });
  return said;
}

faultTest(full, 'tmpfs under the state folder', { timeout: 240_000, missing: mounts }, async (row) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1', printLines(200, 0.02)]);
  const disk = join(place.home, 'notebooks');
  const server = await Farfield.start(place, { within: withSmallDisk(disk, 8 * megabyte) });
  try {
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    await browser.startKernel('a.ipynb');
    tab.type(0, '\n# before');
    await tab.acknowledged();
    await tab.whenSaved();
    const old = readFileSync(file);
    const filler = fill(`/proc/${server.process.pid}/root${disk}`);
    const said = watchSaves(tab);
    // Larger than what may be left in the last page of the log.
    tab.type(0, `\n# while full${' …'.repeat(8_000)}`);
    await expect.poll(() => tab.document.getSnapshot().saveState, { timeout: 30_000 }).toBe('error');
    expect(tab.document.getSnapshot().reason).toMatch(/space/i);
    expect(tab.document.unsent).toBe(true);
    await tab.run(1).catch(() => undefined);
    await pause(1_000);
    expect(readFileSync(file).equals(old)).toBe(true);
    expect(said.slice(said.indexOf('error'))).not.toContain('saved');
    filler.free();
    await tab.acknowledged();
    // A run that was asked for meanwhile may have been refused, since its edit was not durable.
    if (tab.runState(1) === null) await tab.run(1);
    await tab.whenRun(1, 'ok');
    await tab.whenSaved();
    row.lines = countLines(200, tab.outputs(1));
    const has = sourceOnDisk(file, 0);
    row.edits = { acknowledged: 2, lost: ['# before', '# while full'].filter((one) => !has.includes(one)).length };
    row.note = `the page said ${said.join(', ')}`;
    expect(row.edits.lost).toBe(0);
    expect(row.lines).toEqual(allLines(200));
    expect(server.process.exitCode).toBeNull();
  } finally {
    await server.stop();
  }
});

faultTest(full, 'tmpfs under the journal while a cell prints', { timeout: 240_000, missing: mounts }, async (row) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', [printLines(400, 0.02)]);
  const disk = join(place.home, 'notebooks');
  const server = await Farfield.start(place, { within: withSmallDisk(disk, 8 * megabyte) });
  try {
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    await browser.startKernel('a.ipynb');
    await tab.run(0);
    await expect.poll(() => tab.lineCount(0), { timeout: 60_000 }).toBeGreaterThan(50);
    const filler = fill(`/proc/${server.process.pid}/root${disk}`);
    await expect.poll(() => tab.document.getSnapshot().saveState, { timeout: 30_000 }).toBe('error');
    row.note = tab.document.getSnapshot().reason ?? '';
    expect(row.note).toMatch(/outputs are not on disk|space/);
    filler.free();
    await tab.whenRun(0, 'ok');
    await tab.whenSaved();
    row.lines = countLines(400, tab.outputs(0));
    expect(row.lines).toEqual(allLines(400));
    expect(countLinesInFile(400, file)).toEqual(allLines(400));
  } finally {
    await server.stop();
  }
});

faultTest(full, 'tmpfs under the notebooks', { timeout: 240_000, missing: mounts }, async (row) => {
  const place = newPlace();
  const server = await Farfield.start(place, { within: withSmallDisk(place.workspace, 4 * megabyte) });
  const seen = `/proc/${server.process.pid}/root${place.workspace}`;
  try {
    mkdirSync(seen, { recursive: true });
    const file = join(seen, 'a.ipynb');
    writeFileSync(file, notebookText(['x = 1']));
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    const old = readFileSync(file);
    const filler = fill(seen);
    const said = watchSaves(tab);
    let acknowledged = 0;
    for (; acknowledged < 20; acknowledged += 1) {
      tab.type(0, `\n# edit ${acknowledged}`);
      await tab.acknowledged();
    }
    await expect.poll(() => tab.document.getSnapshot().saveState, { timeout: 30_000 }).toBe('error');
    expect(tab.document.getSnapshot().reason).toMatch(/space/i);
    expect(readFileSync(file).equals(old)).toBe(true);
    expect(said.slice(said.indexOf('error'))).not.toContain('saved');
    filler.free();
    await tab.whenSaved();
    const lines = sourceOnDisk(file, 0).split('\n');
    const lost = Array.from({ length: acknowledged }, (_, index) => `# edit ${index}`).filter(
      (one) => !lines.includes(one),
    );
    row.edits = { acknowledged, lost: lost.length };
    expect(lines).toHaveLength(acknowledged + 1);
    expect(lost).toEqual([]);
  } finally {
    await server.stop();
  }
});

faultTest(
  'fsync error',
  'strace answers EIO to every fsync',
  { timeout: 240_000, missing: lacksStrace() },
  async (row) => {
    const place = newPlace();
    const file = writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1']);
    const server = await Farfield.start(place);
    try {
      const browser = await BareBrowser.signIn(() => server);
      using tab = await browser.open('a.ipynb');
      tab.type(0, '\n# before');
      await tab.acknowledged();
      await tab.whenSaved();
      const old = readFileSync(file);
      const said = watchSaves(tab);
      {
        await using _failing = await failFsync(server.process.pid ?? 0);
        tab.type(0, '\n# failing');
        await expect.poll(() => tab.document.getSnapshot().saveState, { timeout: 60_000 }).toBe('error');
        // Several tries of the server to write it again.
        await pause(5_000);
        expect(tab.document.unsent).toBe(true);
        expect(said.slice(1)).not.toContain('saved');
        expect(readFileSync(file).equals(old)).toBe(true);
      }
      await tab.acknowledged();
      await tab.whenSaved();
      const has = sourceOnDisk(file, 0);
      row.edits = { acknowledged: 2, lost: ['# before', '# failing'].filter((one) => !has.includes(one)).length };
      row.note = `the page said ${said.join(', ')}`;
      expect(row.edits.lost).toBe(0);
    } finally {
      await server.stop();
    }
  },
);
