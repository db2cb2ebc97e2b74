import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '#lib/core/session/progress.ts';
import { startPlainDask } from '#server/testing/dask.ts';
import { engineFile, whyMissing } from '#server/testing/engine-process.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';

/** Progress of cells whose work real engines do, as the log of the notebook has it. */

// Real engines on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-progress-'));
  bench = await new SessionBench(jupyter, folder, undefined, { agentEnabled: () => true, patienceMs: 90_000 }).open();
  await bench.start();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs code, and answers how it ended. */
async function run(id: string, ...lines: readonly string[]): Promise<string> {
  const cell = bench.source.set(id, lines.join('\n'));
  await bench.runAndWait(cell);
  const trouble = bench.outputs(cell).map((output) => (output.output_type === 'error' ? output.evalue : ''));
  return `${bench.runOf(cell)?.outcome}${trouble.join('')}`;
}
const progress = (id: string): Progress | null => bench.runOf(bench.source.id(id))?.progress?.report ?? null;
const whenProgress = (id: string, holds: (report: Progress) => boolean) =>
  bench.when(() => {
    const report = progress(id);
    return report !== null && holds(report);
  }, `the progress of ${id}`);
const withPackages = (engine: string) =>
  `import sys, glob; sys.path += glob.glob(${JSON.stringify(engineFile(engine, 'lib', 'python3*', 'site-packages'))})`;

const noDask = whyMissing('dask');
describe.skipIf(noDask !== null)('Dask', () => {
  let dask: Awaited<ReturnType<typeof startPlainDask>>;
  beforeAll(async () => {
    dask = await startPlainDask();
  });
  afterAll(() => dask.stop());

  const connect = () =>
    run(
      'connect',
      withPackages('dask'),
      'import distributed, dask, time',
      `client = distributed.Client(${JSON.stringify(dask.place.address)})`,
      'def slow(x): time.sleep(0.2); return x',
    );

  it('counts the tasks of each cell by itself, while it runs and at its end', async () => {
    expect(await connect()).toBe('ok');
    const slow = bench.source.set('slow', 'print(sum(client.gather(client.map(slow, range(60), pure=False))))');
    await bench.run(slow);
    await whenProgress('slow', ({ tasks }) => tasks.running > 0 && tasks.done < 60);
    expect(bench.runOf(slow)?.state).toBe('running');
    await bench.whenFinished(slow);
    await whenProgress('slow', ({ tasks }) => tasks.done === 60);
    expect(progress('slow')).toMatchObject({
      engine: 'dask',
      tasks: { done: 60, running: 0, failed: 0, total: 60 },
      stages: [{ name: 'slow', total: 60 }],
    });
    expect(await run('other', 'print(client.submit(lambda: 1, pure=False).result())')).toBe('ok');
    await whenProgress('other', ({ tasks }) => tasks.done === 1);
    expect(progress('other')?.tasks.total).toBe(1);
    expect(await run('none', '1 + 1')).toBe('ok');
    expect(progress('none')).toBeNull();
    expect(await run('fails', 'def bad(x): raise ValueError("bad")', 'client.submit(bad, 1).result()')).toBe(
      'errorbad',
    );
    await whenProgress('fails', ({ tasks }) => tasks.failed === 1);
  });

  it('a data frame says nothing of our tag, and of annotations of a cell what it says without us', async () => {
    expect(await connect()).toBe('ok');
    const frame = [
      'import pandas, dask.dataframe',
      'make = lambda: dask.dataframe.from_pandas(pandas.DataFrame({"a": range(8)}), npartitions=4).a.sum().compute()',
      'print(make())',
    ];
    expect(await run('frame', ...frame)).toBe('ok');
    expect(bench.outputs(bench.source.id('frame'))).toMatchObject([{ output_type: 'stream', text: '28\n' }]);
    await whenProgress('frame', ({ tasks }) => tasks.done > 4);
    const own = [
      'dask.dataframe.dask_expr._collection._WARN_ANNOTATIONS = True',
      'with dask.annotate(retries=2): make()',
    ];
    expect(await run('own', ...own)).toBe('ok');
    expect(bench.text(bench.source.id('own'))).toContain("'retries': 2");
  });

  it('counts a cell that imports Dask and uses it at once', async () => {
    const first = [
      withPackages('dask'),
      'import distributed',
      `client = distributed.Client(${JSON.stringify(dask.place.address)})`,
      'print(sum(client.gather(client.map(lambda x: x, range(7), pure=False))))',
    ];
    expect(await run('first', ...first)).toBe('ok');
    await whenProgress('first', ({ tasks }) => tasks.done === 7);
    expect(progress('first')?.tasks.total).toBe(7);
    expect(await run('next', 'client.submit(lambda: 1, pure=False).result()')).toBe('ok');
    await whenProgress('next', ({ tasks }) => tasks.done === 1);
    expect(await run('hooks', 'print([type(one).__name__ for one in sys.meta_path].count("Import"))')).toBe('ok');
    expect(bench.text(bench.source.id('hooks'))).toBe('0\n');
  });

  it('forgets an address that Dask has read itself', async () => {
    const bind = (port: number) =>
      `binding.change({"environment": {"DASK_SCHEDULER_ADDRESS": "tcp://127.0.0.1:${port}"}})`;
    const code = [
      withPackages('dask'),
      'binding = sys.modules["_farfield_agent"]._binding',
      bind(1),
      'import dask.config, distributed',
      'read = lambda: dask.config.get("scheduler-address", None)',
      'first = read()',
      bind(2),
      'second = read()',
      'binding.change(None)',
      'print(first, second, read(), dask.config.get("distributed.comm.require-encryption"))',
    ];
    expect(await run('code', ...code)).toBe('ok');
    expect(bench.text(bench.source.id('code'))).toBe('tcp://127.0.0.1:1 tcp://127.0.0.1:2 None None\n');
  });

  it('tells Dask that was imported before of its certificate', async () => {
    const code = [
      withPackages('dask'),
      'import dask.config, distributed',
      'binding = sys.modules["_farfield_agent"]._binding',
      'read = lambda: dask.config.get("distributed.comm.tls.ca-file")',
      'binding.change({"environment": {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": "/a/authority.pem"}})',
      'first = read()',
      'binding.change(None)',
      'print(first, read())',
    ];
    expect(await run('code', ...code)).toBe('ok');
    expect(bench.text(bench.source.id('code'))).toBe('/a/authority.pem None\n');
  });

  it('an interrupt ends the work of its cell at the scheduler', async () => {
    expect(await connect()).toBe('ok');
    const cell = bench.source.set('cell', 'kept = client.map(slow, range(500), pure=False)\ndistributed.wait(kept)');
    await bench.run(cell);
    await whenProgress('cell', ({ tasks }) => tasks.done > 2);
    await bench.host.runs.interrupt(bench.session().binding.id, tester);
    await bench.whenFinished(cell);
    const left = bench.source.set(
      'left',
      'print(client.run_on_scheduler(lambda dask_scheduler: sum(t.state != "memory" for t in dask_scheduler.tasks.values())))',
    );
    for (let tries = 0; tries < 40 && bench.text(left) !== '0\n'; tries += 1) await bench.runAndWait(left);
    expect(bench.text(left)).toBe('0\n');
    expect(progress('cell')?.tasks.done).toBeLessThan(500);
  });
});

const noSpark = whyMissing('spark');
describe.skipIf(noSpark !== null)('Spark with its driver in the kernel', () => {
  const rows = 'from pyspark.sql import functions as F';
  const connect = () =>
    run(
      'connect',
      withPackages('spark'),
      'from pyspark.sql import SparkSession',
      "spark = SparkSession.builder.master('local[2]').config('spark.ui.enabled', 'false').config('spark.sql.shuffle.partitions', '6').config('spark.driver.host', '127.0.0.1').getOrCreate()",
      'def work(x):\n    import time; time.sleep(0.4); return x',
      'print(spark.sparkContext.parallelize(range(4), 2).count())',
    );

  it('counts jobs, stages, tasks and shuffled bytes of each cell by itself', async () => {
    expect(await connect()).toBe('ok');
    await whenProgress('connect', ({ tasks }) => tasks.done === 2);
    const cell = bench.source.set('cell', 'print(spark.sparkContext.parallelize(range(24), 24).map(work).sum())');
    await bench.run(cell);
    await whenProgress('cell', ({ tasks }) => tasks.running > 0 && tasks.done < 24 && tasks.total === 24);
    expect(bench.runOf(cell)?.state).toBe('running');
    await bench.whenFinished(cell);
    await whenProgress('cell', ({ tasks }) => tasks.done === 24);
    expect(progress('cell')).toMatchObject({ engine: 'spark', jobs: 1, tasks: { total: 24, failed: 0, running: 0 } });
    expect(
      await run(
        'shuffled',
        rows,
        "print(spark.range(0, 200000, 1, 4).groupBy((F.col('id') % 97).alias('k')).count().collect()[0])",
      ),
    ).toBe('ok');
    await whenProgress('shuffled', ({ shuffleWrite, stages }) => (shuffleWrite ?? 0) > 0 && stages.length > 1);
    expect(await run('none', '1 + 1')).toBe('ok');
    expect(progress('none')).toBeNull();
  });

  it('is not moved to another cluster while a session is open, which would go on where it is', async () => {
    expect(await connect()).toBe('ok');
    const code = [
      'binding = sys.modules["_farfield_agent"]._binding',
      'other = {"environment": {"PYSPARK_SUBMIT_ARGS": "--master spark://other:7077 pyspark-shell"}, "module": "pyspark"}',
      'first = binding.change(other)',
      'spark.stop()',
      'print(first, binding.change(other), binding.change(None))',
    ];
    expect(await run('moves', ...code)).toBe('ok');
    expect(bench.text(bench.source.id('moves'))).toContain("{'open': 'spark'} {'installed': True} {}");
  });

  it('an interrupt ends the jobs of its cell, and the next cell works', async () => {
    expect(await connect()).toBe('ok');
    const cell = bench.source.set('cell', 'print(spark.sparkContext.parallelize(range(400), 400).map(work).sum())');
    await bench.run(cell);
    await whenProgress('cell', ({ tasks }) => tasks.done > 2);
    await bench.host.runs.interrupt(bench.session().binding.id, tester);
    await bench.whenFinished(cell);
    expect(bench.runOf(cell)?.outcome).toBe('error');
    const active = 'list(spark.sparkContext.statusTracker().getActiveJobsIds())';
    const left = bench.source.set('left', `import time\ntime.sleep(0.5)\nprint(${active})`);
    for (let tries = 0; tries < 40 && bench.text(left) !== '[]\n'; tries += 1) await bench.runAndWait(left);
    expect(bench.text(left)).toBe('[]\n');
    expect(await run('next', 'assert spark.sparkContext.parallelize(range(10), 2).sum() == 45')).toBe('ok');
  });
});
