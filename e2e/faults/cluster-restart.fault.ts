import { join } from 'node:path';
import { expect } from 'vitest';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { type ClusterRecord, readRecord } from '#server/kinds/provider/local/record.ts';
import { listInFolder } from '#server/process/process-identity.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { sparkMemory } from '#server/testing/spark.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser, type BareTab } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { pause } from './kernel-rig.ts';

const missing = whyMissing('spark');
const kind = 'spark-standalone';
const form = { kind, size: { workers: 1, threads: 2, memoryBytes: sparkMemory }, idleMinutes: null };
const tasks = 40;
const [session, job, after] = [
  `from pyspark.sql import SparkSession
spark = ${clusterManifests[kind].bind({ address: 'spark://h:1', dashboard: '' }, {}).line}
def slow(n):
    import time; time.sleep(0.5); return n`,
  `print('sum', spark.sparkContext.parallelize(range(${tasks}), ${tasks}).map(slow).sum())`,
  "print('sum', spark.sparkContext.parallelize(range(10), 2).sum())",
];

type Clusters = {
  readonly view: (id: string) => Promise<ClusterView>;
  readonly record: (id: string) => ClusterRecord;
  readonly folder: (id: string) => string;
  readonly whenReady: (id: string) => Promise<void>;
  /** Stops it, and sees that nothing of it is left. */
  readonly remove: (id: string) => Promise<void>;
};

function clustersOf(browser: BareBrowser, home: string): Clusters {
  const folder = (id: string): string => join(home, 'clusters', id);
  const view = (id: string) => browser.call<ClusterView>('GET', `/clusters/${id}`);
  const record = (id: string): ClusterRecord => {
    const found = readRecord(folder(id));
    if (found === null) throw new Error(`there is no record of ${id}`);
    return found;
  };
  const whenReady = async (id: string): Promise<void> => {
    await expect.poll(async () => (await view(id)).state, { timeout: 180_000, interval: 200 }).toBe('ready');
  };
  const remove = async (id: string): Promise<void> => {
    await browser.call('DELETE', `/clusters/${id}`);
    const listed = async () => (await browser.call<{ clusters: ClusterView[] }>('GET', '/clusters')).clusters;
    await expect.poll(listed, { timeout: 60_000 }).toEqual([]);
    expect(listInFolder(folder(id))).toEqual([]);
  };
  return { view, record, folder, whenReady, remove };
}

const printed = (tab: BareTab, index: number): string =>
  tab.outputs(index).reduce((text, output) => text + (output.output_type === 'stream' ? output.text : ''), '');

faultTest(
  'our server kill -9 while a Spark job runs',
  'cluster and kernel of this machine',
  { timeout: 400_000, missing },
  async (row) => {
    const place = newPlace();
    writeNotebookFile(place.workspace, 'a.ipynb', [session, job, after]);
    let server = await Farfield.start(place);
    const { port } = server;
    try {
      const browser = await BareBrowser.signIn(() => server);
      const clusters = clustersOf(browser, place.home);
      const { id } = await browser.call<ClusterView>('POST', '/clusters', form);
      await clusters.whenReady(id);
      const before = clusters.record(id);
      using tab = await browser.open('a.ipynb');
      const kernel = { path: 'a.ipynb', gatewayId: 'local', kernelName: 'farfield-python', clusterId: id };
      await browser.call('POST', '/sessions', kernel);
      await tab.run(0, 1);
      const done = () => tab.results.cell(tab.at(1)).run?.progress?.report.tasks.done ?? 0;
      await expect.poll(done, { timeout: 120_000 }).toBeGreaterThan(4);
      row.note = `${done()} of ${tasks} tasks were done when it ended`;
      await server.kill();
      await pause(1_000);
      server = await Farfield.start(place, { port });
      await tab.whenReady();
      await tab.whenRun(1, 'ok');
      expect(printed(tab, 1)).toContain(`sum ${(tasks * (tasks - 1)) / 2}\n`);
      await clusters.whenReady(id);
      expect(clusters.record(id)).toMatchObject({ head: before.head, workers: before.workers });
      expect((await clusters.view(id)).notebooks.map(({ path }) => path)).toEqual(['a.ipynb']);
      await tab.run(2);
      await tab.whenRun(2, 'ok');
      expect(printed(tab, 2)).toContain('sum 45\n');
      await clusters.remove(id);
    } finally {
      await server.stop();
    }
  },
);

faultTest(
  'our server kill -9 while a cluster starts',
  'Spark, between master and worker',
  { timeout: 400_000, missing },
  async (row) => {
    const place = newPlace();
    let server = await Farfield.start(place);
    const { port } = server;
    try {
      const browser = await BareBrowser.signIn(() => server);
      const clusters = clustersOf(browser, place.home);
      const { id } = await browser.call<ClusterView>('POST', '/clusters', form);
      const steps = async () => (await clusters.view(id)).steps.map(({ text }) => text);
      await expect.poll(steps, { timeout: 120_000, interval: 50 }).toContain('starting 1 worker');
      await server.kill();
      const { head, readyAt } = clusters.record(id);
      expect(readyAt).toBeNull();
      row.note = 'the same master went on';
      server = await Farfield.start(place, { port });
      await clusters.whenReady(id);
      expect(await steps()).toContain('going on with a start that was interrupted');
      expect(clusters.record(id)).toMatchObject({ head, workers: [{ name: expect.stringMatching(/^worker-[12]$/) }] });
      // Master and one worker: none that was started before is left beside them.
      expect(listInFolder(clusters.folder(id))).toHaveLength(2);
      await clusters.remove(id);
    } finally {
      await server.stop();
    }
  },
);
