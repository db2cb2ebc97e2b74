import { expect } from 'vitest';
import { startJupyter } from '#server/testing/jupyter.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { pause } from './kernel-rig.ts';
import { allLines, printLines, whenAccounted } from './line-count.ts';

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
    const files = paths.map((path) => writeNotebookFile(place.workspace, path, [printLines(linesEach, 0.1)]));
    let server = await Farfield.start(place);
    const { port } = server;
    try {
      const browser = await BareBrowser.signIn(() => server);
      const { url, token } = jupyter;
      const gateway = await browser.call<{ id: string }>('POST', '/gateways', { url, token });
      for (const path of paths) {
        await browser.startKernel(path, gateway.id, 'python3');
        await browser.call('POST', '/runs', { path });
      }
      const states = async () =>
        (
          await Promise.all(
            paths.map((path) => browser.call<{ runs: { state: string }[] }>('GET', `/runs?path=${path}`)),
          )
        ).map(({ runs }) => runs[0]?.state);
      await expect.poll(async () => (await states()).filter((state) => state === 'running').length).toBe(kernels);
      const busy = (await states()).filter((state) => state === 'running').length;
      await server.stop();
      await pause(3_000);
      server = await Farfield.start(place, { port });
      await expect
        .poll(async () => (await states()).every((state) => state === 'ok'), { timeout: 240_000, interval: 500 })
        .toBe(true);
      row.lines = await whenAccounted(linesEach, files);
      row.note = `${busy} of ${kernels} were running when it stopped`;
      expect(row.lines).toEqual(allLines(kernels * linesEach));
    } finally {
      await server.stop();
      await jupyter.stop();
    }
  },
);
