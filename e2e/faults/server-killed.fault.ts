import { expect } from 'vitest';
import { startJupyter } from '#server/testing/jupyter.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { joined, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { pause } from './kernel-rig.ts';
import { findUnaccounted, perConnection, printLines, whenAccounted } from './line-count.ts';

const kernels = 20;
const linesEach = 300;

faultTest(
  'clean restart with 20 busy kernels',
  'SIGTERM; kernels on another gateway',
  { timeout: 600_000 },
  async (row) => {
    const jupyter = await startJupyter();
    const place = newPlace();
    const paths = Array.from({ length: kernels }, (_, index) => `n${index}.ipynb`);
    const files = paths.map((path) => writeNotebookFile(place.workspace, path, [printLines(linesEach, 0.2)]));
    let server = await Farfield.start(place);
    const { port } = server;
    try {
      const browser = await BareBrowser.signIn(() => server);
      const { url, token } = jupyter;
      const gateway = await browser.call<{ id: string }>('POST', '/gateways', { url, token });
      for (const path of paths) await browser.startKernel(path, gateway.id, 'python3');
      for (const path of paths) await browser.call('POST', '/runs', { path });
      const states = async () =>
        (
          await Promise.all(
            paths.map((path) => browser.call<{ runs: { state: string }[] }>('GET', `/runs?path=${path}`)),
          )
        ).map(({ runs }) => runs[0]?.state);
      await expect
        .poll(async () => (await states()).filter((state) => state === 'running').length, { timeout: 60_000 })
        .toBe(kernels);
      const busy = (await states()).filter((state) => state === 'running').length;
      await server.stop();
      await pause(3_000);
      server = await Farfield.start(place, { port });
      await expect
        .poll(async () => (await states()).every((state) => state === 'ok'), { timeout: 240_000, interval: 500 })
        .toBe(true);
      row.lines = await whenAccounted(linesEach, files);
      row.note = `${busy} of ${kernels} were running when it stopped`;
      expect(findUnaccounted(row.lines, perConnection * kernels)).toBeNull();
    } finally {
      await server.stop();
      await jupyter.stop();
    }
  },
);

faultTest('our server kill -9 during a run', '5 times at random moments of it', { timeout: 600_000 }, async (row) => {
  const lines = 2_000;
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1', printLines(lines, 0.02)]);
  let server = await Farfield.start(place);
  const { port } = server;
  try {
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    await browser.startKernel('a.ipynb');
    await tab.run(1);
    let acknowledged = 0;
    const wanted: string[] = [];
    for (let kill = 0; kill < 5; kill += 1) {
      await expect.poll(() => tab.lineCount(1), { timeout: 60_000 }).toBeGreaterThan(0);
      tab.type(0, `\n# edit ${acknowledged}`);
      await tab.acknowledged();
      wanted.push(`# edit ${acknowledged++}`);
      await pause(500 + Math.random() * 1_000);
      await server.kill();
      await pause(1_000);
      server = await Farfield.start(place, { port });
      await tab.whenReady();
    }
    await tab.whenRun(1, 'ok');
    await tab.whenSaved();
    row.lines = await whenAccounted(lines, [file], 1);
    const source = joined(readNotebookFile(file).cells[0]?.source).split('\n');
    row.edits = { acknowledged, lost: wanted.filter((one) => !source.includes(one)).length };
    expect(source).toEqual(['x = 1', ...wanted]);
    expect(findUnaccounted(row.lines, perConnection * 5)).toBeNull();
  } finally {
    await server.stop();
  }
});
