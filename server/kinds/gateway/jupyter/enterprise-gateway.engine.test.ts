import { lookup } from 'node:dns';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { type RealGateway, startEnterpriseGateway } from '#server/testing/real-gateways.ts';
import { sparkMaster, sparkSpec } from '#server/testing/spark-spec.ts';
import { SessionBench } from '#server/testing/session-bench.ts';
import { gatewayContract } from '../contract.ts';
import { tokenEndpoint, type GatewayEffects } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

const effects: GatewayEffects = { fetch: globalThis.fetch, lookupFor: () => lookup, checkUrl: async () => null };
const manifest = () => gatewayManifests['enterprise-gateway'];
const at = (gateway: RealGateway, token = gateway.token) =>
  new JupyterGateway(async () => tokenEndpoint(gateway.url, token), effects, { manifest });

const missing = whyMissing('enterprise-gateway');
const noSpark = missing ?? whyMissing('spark');
for (const why of new Set([missing, noSpark])) if (why !== null) console.log(why);

describe.skipIf(missing !== null)('Enterprise Gateway that lists its kernels', () => {
  let gateway: RealGateway;
  beforeAll(async () => {
    gateway = await startEnterpriseGateway({ lists: true });
  });
  afterAll(() => gateway.stop());

  gatewayContract(() => at(gateway), 'python3');

  it('has no terminals', () => expect(at(gateway).terminals).toBeUndefined());

  it('is known by asking', async () => {
    expect(await at(gateway).identify()).toMatchObject({ kind: 'enterprise-gateway', version: '3.3.0' });
  });

  it('launches that are begun at once take turns and get kernels of their own', async () => {
    const port = at(gateway);
    const kernels = await Promise.all([1, 2, 3].map(() => port.startKernel({ name: 'python3', folder: '' })));
    const ids = kernels.map((kernel) => must(kernel).id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) await port.shutdownKernel(id);
    expect(must(await port.listKernels())).toEqual([]);
  });

  it('a launch whose answer is lost is found again under its own id: one kernel, no orphan', async () => {
    let lost = 0;
    const port = new JupyterGateway(
      async () => tokenEndpoint(gateway.url, gateway.token),
      {
        ...effects,
        fetch: async (url, init) => {
          const answer = await fetch(url, init);
          if (init?.method !== 'POST' || !url.pathname.endsWith('/api/kernels')) return answer;
          lost += 1;
          throw new Error('the line was cut');
        },
      },
      { manifest },
    );
    const kernel = must(await port.startKernel({ name: 'python3', folder: '' }));
    expect(lost).toBe(1);
    expect(must(await port.listKernels()).map(({ id }) => id)).toEqual([kernel.id]);
    await port.shutdownKernel(kernel.id);
  });
});

describe.skipIf(missing !== null)('Enterprise Gateway as it comes', () => {
  let gateway: RealGateway;
  beforeAll(async () => {
    gateway = await startEnterpriseGateway();
  });
  afterAll(() => gateway.stop());

  it('forbids its list, which is no refusal; kernels are started and found all the same', async () => {
    const port = at(gateway);
    expect(await port.listKernels()).toMatchObject({ fault: 'gateway.noListing' });
    const kernel = must(await port.startKernel({ name: 'python3', folder: '' }));
    expect(must(await port.findKernel(kernel.id))).toMatchObject({ id: kernel.id });
    expect(await port.shutdownKernel(kernel.id)).toBeNull();
  });

  it('a user whom it starts nothing for is told in its own words', async () => {
    const strict = await startEnterpriseGateway({ env: { EG_AUTHORIZED_USERS: 'somebody-else' } });
    expect(await at(strict).startKernel({ name: 'python3', folder: '' })).toMatchObject({
      fault: 'kernel.start',
      message: expect.stringContaining('not in the set of users authorized'),
    });
    await strict.stop();
  });

  it('a wrong token is told from a list that is forbidden', async () => {
    const port = at(gateway, 'wrong');
    expect(await port.listKernels()).toMatchObject({ fault: 'gateway.refused' });
    expect(await port.identify()).toMatchObject({ fault: 'gateway.refused' });
  });
});

describe.skipIf(noSpark !== null)('Spark, submitted by Enterprise Gateway', () => {
  let gateway: RealGateway;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'farfield-spark-'));
    gateway = await startEnterpriseGateway({ specs: { spark: sparkSpec() } });
  });
  afterAll(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('counts a thousand rows in a cell', { timeout: 240_000 }, async () => {
    const port = at(gateway);
    const bench = await new SessionBench({ port: () => port, get: () => ({ label: 'far' }) }, folder, undefined, {
      patienceMs: 90_000,
    }).open();
    const code = [
      'from pyspark.sql import SparkSession',
      'spark = SparkSession.builder.getOrCreate()',
      'print(spark.sparkContext.master, spark.range(1000).count())',
    ];
    const cell = bench.source.set('c1', code.join('\n'));
    try {
      await bench.start('spark');
      await bench.run(cell);
      await vi.waitUntil(() => bench.runOf(cell)?.finishedAt != null, { timeout: 180_000 });
      // Spark may warn before it.
      expect(bench.text(cell).split('\n').slice(-2)).toEqual([`${sparkMaster} 1000`, '']);
    } catch (error) {
      throw new Error(gateway.log(), { cause: error });
    } finally {
      for (const { binding } of bench.host.state().sessions.values()) await port.shutdownKernel(binding.kernelId);
      await bench.host.stop();
    }
  });
});

function must<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}
