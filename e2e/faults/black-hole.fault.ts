import { expect } from 'vitest';
import { FaultProxy } from '#server/testing/fault-proxy.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { joined, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { KernelRig, pause } from './kernel-rig.ts';
import { findUnaccounted, perConnection, printLines } from './line-count.ts';

const hole = 'black-holed connection';

for (const sides of ['both', 'down'] as const) {
  const how = `server to gateway, ${sides === 'both' ? 'both directions' : 'only what the gateway says'}`;
  faultTest(hole, how, { timeout: 240_000 }, async (row) => {
    await using rig = await KernelRig.start();
    const { bench } = rig;
    const cell = bench.source.set('a', printLines(800, 0.05));
    const next = bench.source.set('b', 'print("next")');
    await bench.start();
    await rig.runUntil(cell, 50);
    rig.proxy.blackHole(sides);
    const since = performance.now();
    await bench.whenStatus('reconnecting');
    row.note = `called reconnecting after ${Math.round((performance.now() - since) / 1000)} s`;
    await pause(3_000);
    expect(bench.session().status).toBe('reconnecting');
    rig.proxy.heal();
    await rig.whenFinished(cell);
    row.lines = rig.count(cell, 800);
    expect(findUnaccounted(row.lines, perConnection * rig.proxy.counts.accepted)).toBeNull();
    await bench.runAndWait(next);
    expect(bench.text(next)).toBe('next\n');
  });
}

faultTest(hole, 'browser to server', { timeout: 240_000 }, async (row) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1']);
  const server = await Farfield.start(place);
  try {
    await using proxy = await FaultProxy.start(server.port);
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb', { port: proxy.port });
    let acknowledged = 0;
    for (; acknowledged < 10; acknowledged += 1) {
      tab.type(0, `\n# edit ${acknowledged}`);
      await tab.acknowledged();
    }
    proxy.blackHole();
    for (; acknowledged < 20; acknowledged += 1) tab.type(0, `\n# edit ${acknowledged}`);
    // Neither side is told: the heartbeat finds out.
    await expect.poll(() => tab.line.status(), { timeout: 120_000 }).toBe('offline');
    expect(tab.document.unsent).toBe(true);
    proxy.heal();
    await tab.acknowledged();
    await tab.whenSaved();
    const lines = joined(readNotebookFile(file).cells[0]?.source).split('\n');
    const wanted = Array.from({ length: acknowledged }, (_, index) => `# edit ${index}`);
    row.edits = { acknowledged, lost: wanted.filter((one) => !lines.includes(one)).length };
    row.note = `${proxy.counts.eaten.up + proxy.counts.eaten.down} bytes eaten`;
    expect(lines).toEqual(['x = 1', ...wanted]);
  } finally {
    await server.stop();
  }
});
