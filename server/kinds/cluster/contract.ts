import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSilentServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { freePort } from '#server/testing/jupyter.ts';
import type { ClusterPort } from './port.ts';

/** A running cluster, for the contract to be held against. */
export type ContractCluster = {
  readonly port: () => ClusterPort;
  readonly workers: number;
  readonly threads: number;
};

/** What every cluster adapter keeps, run against a real cluster. Call it inside a `describe`. */
export function clusterContract(cluster: () => ContractCluster): void {
  it('answers a check with its distance', async () => {
    expect(must(await cluster().port().check()).distanceMs).toBeGreaterThan(0);
  });

  it('describes its workers with their load, and no work while there is none', async () => {
    const { port, workers, threads } = cluster();
    // Who is up tells of all its workers a moment later.
    const picture = await untilPicture(port(), (seen) => seen.workers.length === workers);
    expect(new Set(picture.workers.map(({ id }) => id)).size).toBe(workers);
    for (const worker of picture.workers) {
      expect(worker.threads).toBe(threads);
      expect(worker.name).not.toBe('');
      expect(worker.running).toBe(0);
    }
    expect(picture.tasks).toMatchObject({ running: 0, queued: 0, waiting: 0 });
  });

  it('tells logs of its head and of each worker, where it tells any', async () => {
    const port = cluster().port();
    const logs = port.logs?.bind(port);
    if (logs === undefined) return;
    const { workers } = must(await port.describe());
    for (const id of [null, ...workers.map((worker) => worker.id)]) {
      await vi.waitFor(async () => expect(must(await logs(id)).join('')).not.toBe(''), {
        timeout: 30_000,
        interval: 500,
      });
    }
  });
}

/** What every cluster adapter says of an address where its engine is not. */
export function strangerContract(at: (dashboard: string) => ClusterPort): void {
  let web: Server;
  let silent: ReturnType<typeof createSilentServer>;
  const held = new Set<Socket>();
  beforeAll(async () => {
    web = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<h1>Welcome</h1>');
    });
    silent = createSilentServer((socket) => void held.add(socket));
    for (const server of [web, silent]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    for (const socket of held) socket.destroy();
    web.closeAllConnections();
    web.close();
    silent.close();
  });
  const urlOf = (server: { address(): unknown }) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  it('a web server of another kind is told apart', async () => {
    expect(await at(urlOf(web)).check()).toMatchObject({ fault: 'cluster.notThis' });
    expect(await at(urlOf(web)).describe()).toMatchObject({ fault: 'cluster.notThis' });
  });

  it('what never answers is a fault after a while', async () => {
    expect(await at(urlOf(silent)).check()).toMatchObject({ fault: 'cluster.timeout' });
  });

  it('where nothing listens, it says so', async () => {
    expect(await at(`http://127.0.0.1:${await freePort()}/`).check()).toMatchObject({ fault: 'cluster.unreachable' });
  });
}

/** Asks until a picture is as wanted; fails with the last one when it never is. */
export async function untilPicture(
  port: ClusterPort,
  wanted: (picture: ClusterPicture) => boolean,
  limitMs = 30_000,
): Promise<ClusterPicture> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const picture = await port.describe();
    if (!isFault(picture) && wanted(picture)) return picture;
    if (performance.now() > deadline) throw new Error(`not as wanted: ${JSON.stringify(picture)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function must<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}
