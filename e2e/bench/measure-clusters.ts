import { startPlainDask } from '#server/testing/dask.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { startPlainRay } from '#server/testing/ray.ts';
import { startPlainConnect, startPlainMaster } from '#server/testing/spark.ts';
import type { Measure } from './bench-run.ts';
import { writeCells } from './notebooks.ts';
import { pause } from './steps.ts';

/** What is launched, what it wants installed, and how the same is begun by its own commands. */
const engines = [
  { kind: 'dask', environment: 'dask', byHand: startPlainDask },
  { kind: 'spark-standalone', environment: 'spark', byHand: startPlainMaster },
  { kind: 'spark-connect', environment: 'spark', byHand: startPlainConnect },
  { kind: 'ray', environment: 'ray', byHand: startPlainRay },
] as const;
const rounds = 3;
const pairs = 6;

const tag = `import sys, time
cells = sys.modules["_farfield_agent"]._cells
took = []
for _ in range(200):
    began = time.perf_counter()
    cells._enter()
    took.append((time.perf_counter() - began) * 1000)
print(took)`;
const onDask = [
  'import time\nfrom dask.distributed import Client, as_completed\nclient = Client()',
  `def part(n):
    time.sleep(0.1)
    return n
ends = []
for one in as_completed(client.map(part, range(100), pure=False)):
    ends.append(time.time())
print(ends)`,
  tag,
];
const onSpark = [
  'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nspark.range(9).count()',
  tag,
];

/**
 * Rows `clusters`: how long each engine takes to be up, launched and by its own commands; what a cluster adds to the start of a
 * kernel; how far what is told of a cell's work is behind the work; and what the tag of a cell costs. Engines that
 * `npm run test:engines` has not installed are left out.
 */
export const measureClusters: Measure = async ({ sheet, farfield }, { name }) => {
  if (name !== 'Farfield') return;
  const until = async (id: string, state: string): Promise<void> => {
    for (;;) {
      const cluster = await farfield.call<{ state: string; fault: unknown }>('GET', `/api/v1/clusters/${id}`);
      if (cluster.state === state) return;
      if (cluster.state === 'failed') throw new Error(JSON.stringify(cluster.fault));
      await pause(50);
    }
  };
  const launch = async (kind: string): Promise<string> => {
    const { id } = await farfield.call<{ id: string }>('POST', '/api/v1/clusters', { templateId: `small-${kind}` });
    await until(id, 'ready');
    return id;
  };
  for (const { kind, environment, byHand } of engines) {
    if (whyMissing(environment) !== null) continue;
    const launched: number[] = [];
    const hand: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      let began = performance.now();
      const id = await launch(kind);
      launched.push(performance.now() - began);
      await farfield.call('DELETE', `/api/v1/clusters/${id}`);
      began = performance.now();
      const plain = await byHand();
      hand.push(performance.now() - began);
      await plain.stop();
      await pause(2_000);
    }
    sheet.put(`clusters.start.${kind}`, name, launched);
    sheet.put(`clusters.start.${kind}`, 'floor', hand);
  }
  const open = async (path: string, cells: readonly string[]) => {
    writeCells(farfield.workspace, path, ['1 + 1', ...cells]);
    const follower = await farfield.follow();
    await follower.open(path);
    /** ms from asking for a kernel until its first cell has run. */
    const begin = async (clusterId: string | null): Promise<number> => {
      const began = performance.now();
      const kernel = { path, gatewayId: 'local', kernelName: 'farfield-python', shutdownPrevious: true };
      await farfield.call('POST', '/api/v1/sessions', clusterId === null ? kernel : { ...kernel, clusterId });
      await follower.run('cell-0');
      return performance.now() - began;
    };
    return { follower, begin };
  };
  if (whyMissing('dask') === null) {
    const id = await launch('dask');
    const { follower, begin } = await open('on-dask.ipynb', onDask);
    const added: number[] = [];
    await begin(null);
    for (let pair = 0; pair < pairs; pair += 1) {
      const alone = await begin(null);
      added.push((await begin(id)) - alone);
    }
    sheet.put('clusters.bind', name, added);
    await follower.run('cell-1');
    const told = follower.progress();
    await follower.run('cell-2');
    const ends = await numbersOf(follower.printed('cell-2'));
    // A figure is behind from when one more task than it tells of was done; most so when the next one comes.
    const behind = told.flatMap(({ done }, index) => {
      const [end, next] = [ends[done], told[index + 1]];
      return end === undefined || next === undefined ? [] : [next.at - 1_000 * end];
    });
    if (behind.length < 3) throw new Error('hardly any progress was told');
    sheet.put('clusters.behind', name, behind);
    await follower.run('cell-3');
    sheet.put('clusters.tag.dask', name, await numbersOf(follower.printed('cell-3')));
    follower.stop();
    await farfield.call('DELETE', `/api/v1/clusters/${id}`);
  }
  if (whyMissing('spark') === null) {
    const id = await launch('spark-standalone');
    const { follower, begin } = await open('on-spark.ipynb', onSpark);
    await begin(id);
    await follower.run('cell-1');
    await follower.run('cell-2');
    sheet.put('clusters.tag.spark', name, await numbersOf(follower.printed('cell-2')));
    follower.stop();
    await farfield.call('DELETE', `/api/v1/clusters/${id}`);
  }
};

async function numbersOf(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  return JSON.parse(text) as number[];
}
