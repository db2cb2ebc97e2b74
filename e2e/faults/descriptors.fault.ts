import { expect } from 'vitest';
import { lacksPrlimit, exhaustDescriptors } from '#server/testing/fault-kit.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { joined, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { pause } from './kernel-rig.ts';
import { allLines, countLines, printLines } from './line-count.ts';

faultTest('file descriptors exhausted', 'prlimit', { timeout: 240_000, missing: lacksPrlimit() }, async (row) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1', printLines(400, 0.02)]);
  writeNotebookFile(place.workspace, 'b.ipynb', ['y = 1']);
  const server = await Farfield.start(place);
  try {
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    await browser.startKernel('a.ipynb');
    await tab.run(1);
    await expect.poll(() => tab.lineCount(1), { timeout: 60_000 }).toBeGreaterThan(20);
    let refused = 0;
    {
      using _few = exhaustDescriptors(server.process.pid ?? 0);
      // The open line goes on: what needs a new file does not.
      tab.type(0, '\n# meanwhile');
      await expect.poll(() => tab.document.getSnapshot().saveState, { timeout: 30_000 }).toBe('error');
      expect(tab.document.getSnapshot().reason).toMatch(/too many open files/i);
      const answers = await Promise.allSettled(
        Array.from({ length: 30 }, () =>
          fetch(`${server.origin}/api/v1/health`, { signal: AbortSignal.timeout(2_000) }),
        ),
      );
      refused = answers.filter((answer) => answer.status === 'rejected' || !answer.value.ok).length;
      const other = await tab.line.request('document.open', { path: 'b.ipynb' });
      expect(other).toMatchObject({ message: expect.stringMatching(/too many open files/i) as unknown });
      await pause(1_000);
      expect(server.process.exitCode).toBeNull();
    }
    await tab.whenRun(1, 'ok');
    await tab.whenSaved();
    using other = await browser.open('b.ipynb');
    expect(other.source(0)).toBe('y = 1');
    row.lines = countLines(400, tab.outputs(1));
    row.edits = {
      acknowledged: 1,
      lost: joined(readNotebookFile(file).cells[0]?.source).includes('# meanwhile') ? 0 : 1,
    };
    row.note = `${refused} of 30 requests were turned away meanwhile`;
    expect(row.lines).toEqual(allLines(400));
    expect(row.edits.lost).toBe(0);
  } finally {
    await server.stop();
  }
});
