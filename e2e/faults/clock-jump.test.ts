import { join } from 'node:path';
import { expect } from 'vitest';
import { Farfield, newPlace } from '../farfield-server.ts';
import { joined, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { allLines, countLines, printLines } from './line-count.ts';

const shiftedClock = join(import.meta.dirname, '../../server/testing/shifted-clock.mjs');

faultTest('clock jumps by a day', 'ahead, then two days back, during a run', { timeout: 240_000 }, async (row) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1', printLines(600, 0.02), 'print("next")']);
  let server = await Farfield.start(place, { env: { NODE_OPTIONS: `--import=${shiftedClock}` } });
  try {
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    await browser.startKernel('a.ipynb');
    const edit = async (text: string) => {
      tab.type(0, `\n# ${text}`);
      await tab.acknowledged();
    };
    await edit('before');
    await tab.run(1);
    for (const [lines, text] of [
      [100, 'ahead'],
      [250, 'back'],
    ] as const) {
      await expect.poll(() => tab.lineCount(1), { timeout: 60_000 }).toBeGreaterThan(lines);
      server.process.kill('SIGUSR2');
      await edit(text);
    }
    await tab.whenRun(1, 'ok');
    await tab.run(2);
    await tab.whenRun(2, 'ok');
    await tab.whenSaved();
    row.lines = countLines(600, tab.outputs(1));
    const lost = () => {
      const source = joined(readNotebookFile(file).cells[0]?.source);
      return ['before', 'ahead', 'back'].filter((text) => !source.includes(`# ${text}`)).length;
    };
    expect(row.lines).toEqual(allLines(600));
    expect(lost()).toBe(0);
    // And the next process, whose clock is right again, is ahead of all that was written a day ago.
    await server.kill();
    server = await Farfield.start(place, { port: server.port });
    await tab.whenReady();
    await edit('right again');
    await tab.run(2);
    await expect.poll(() => tab.results.cell(tab.at(2)).executionCount, { timeout: 60_000 }).toBe(3);
    await tab.whenSaved();
    expect(tab.lineCount(1)).toBe(600);
    row.edits = { acknowledged: 4, lost: lost() + (tab.source(0).includes('right again') ? 0 : 1) };
    expect(row.edits.lost).toBe(0);
  } finally {
    await server.stop();
  }
});
