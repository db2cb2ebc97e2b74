import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Principal } from '#lib/core/access/decide.ts';
import { fault } from '#lib/core/fault.ts';
import { principalId, workspaceId } from '#lib/core/ids.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { Seal } from '#server/auth/seal.ts';
import { askThrough } from '#server/cluster/ask-cluster.ts';
import { ClusterTemplates } from '#server/cluster/cluster-templates.ts';
import { Clusters } from '#server/cluster/clusters.ts';
import { StartTimes } from '#server/cluster/start-times.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import { clusterAdapters } from '#server/kinds/cluster/registry.ts';
import { LocalProvider } from '#server/kinds/provider/local/local-provider.ts';
import { listInFolder } from '#server/process/process-identity.ts';
import type { Services } from '#server/service-set.ts';
import { daskPython, runWithDask, startPlainDask } from '#server/testing/dask.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { OutboundGuard } from '../outbound-guard.ts';
import { ApiRouter, type Handlers } from '../router.ts';
import { clusterLogHandlers } from './cluster-logs.ts';
import { clusterHandlers } from './clusters.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const missing = whyMissing('dask');
if (missing !== null) console.log(missing);

const home = workspaceId('w');
const owner: Principal = { kind: 'user', id: principalId('o'), name: 'owner', role: 'owner', workspaceId: home };
const size = { workers: 1, threads: 1, memoryBytes: 400_000_000 };

let folder = '';
let address = '';
let clusters: Clusters;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'farfield-cluster-routes-')));
  const db = openSqlite(join(folder, 'farfield.db'));
  await migrate(db);
  const seal = new Seal(join(folder, 'seal.key'));
  const guard = new OutboundGuard({ allowLoopback: true, allowedNetworks: [], ownPorts: () => clusters.ownPorts() });
  const clusterStarts = new StartTimes(db, home);
  const ticks = (): number => performance.now();
  const ways = { attached: askThrough(guard.fetch), launched: askThrough(globalThis.fetch) };
  clusters = new Clusters({
    db,
    workspaceId: home,
    seal,
    provider: new LocalProvider({
      folder: join(folder, 'clusters'),
      effects: { ensureEngine: async () => ({ python: daskPython }), now: Date.now, log: () => undefined },
    }),
    spoken: ['dask'],
    connect: (kind, origin, find) =>
      clusterAdapters[kind]?.(find, { ask: ways[origin], ticks }) ?? fault('request.unsupported', 'not here'),
    startTimes: clusterStarts,
    boundTo: () => [],
    self: principalId('server'),
    events: { changed: () => undefined, log: () => undefined },
    effects: { now: Date.now, randomId: () => crypto.randomUUID() },
  });
  const randomId = (): string => crypto.randomUUID();
  const clusterTemplates = new ClusterTemplates({
    db,
    workspaceId: home,
    seal,
    clusters,
    startTimes: clusterStarts,
    randomId,
  });
  await clusters.run();
  const services = { clusters, clusterTemplates, clusterStarts, authorOf: () => principalId('o') };
  const doors = { port: 0 };
  const router = new ApiRouter({
    handlers: { ...clusterHandlers(services), ...clusterLogHandlers(services as unknown as Services) } as Handlers,
    doors,
    workspaceId: home,
    principalOf: async () => owner,
  });
  const server = createServer((request, response) => void router.handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  doors.port = (server.address() as { port: number }).port;
  address = `http://127.0.0.1:${doors.port}/api/v1/clusters`;
  closing.push(
    () => server.close(),
    () => clusters.stop({ keep: false }),
    () => guard.stop(),
    () => db.destroy(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

type Answer<Body> = { readonly status: number; readonly body: Body };

async function call<Body = ClusterView>(method: string, path = '', body?: unknown): Promise<Answer<Body>> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  const answer = await fetch(`${address}${path}`, { method, ...sent });
  return { status: answer.status, body: (await answer.json()) as Body };
}

async function untilState(id: string, isThere: (view: ClusterView) => boolean): Promise<ClusterView> {
  return vi.waitFor(
    async () => {
      const { body } = await call('GET', `/${id}`);
      if (!isThere(body)) throw new Error(`not as wanted: ${JSON.stringify(body)}`);
      return body;
    },
    { timeout: 60_000, interval: 100 },
  );
}

describe.skipIf(missing !== null)('clusters over HTTP', () => {
  let id = '';

  it('refuses what does not fit, what is no form, and what is not there', async () => {
    const huge = await call('POST', '', { kind: 'dask', size: { ...size, workers: 60 } });
    expect(huge).toMatchObject({ status: 400, body: { fault: 'cluster.size', hint: expect.any(String) } });
    expect(await call('POST', '', { kind: 'dask' })).toMatchObject({ status: 400, body: { fault: 'request.invalid' } });
    expect(await call('GET', '/none')).toMatchObject({ status: 404, body: { fault: 'cluster.notFound' } });
    expect(await call('DELETE', '/none')).toMatchObject({ status: 404 });
  });

  it('launches one, tells its life and what it does, and shows no secret', async () => {
    const form = { kind: 'dask', label: 'mine', size, environment: { KEY: 'tell-nobody' } };
    const launched = await call('POST', '', form);
    expect(launched).toMatchObject({ status: 200, body: { state: 'requested', label: 'mine', environment: ['KEY'] } });
    ({ id } = launched.body);
    const leave = clusters.watch(launched.body.id, () => undefined);
    const view = await untilState(id, ({ state, seen }) => state === 'ready' && seen?.picture.workers.length === 1);
    leave();
    expect(view.steps.map(({ text }) => text).slice(0, 2)).toEqual(['starting the scheduler', 'starting 1 worker']);
    expect(view.lastStartMs).toBeGreaterThan(100);
    expect(view.abilities).toContain('scale');
    const list = await call<{ clusters: ClusterView[]; kinds: unknown; starts: unknown }>('GET');
    expect(list.body).toMatchObject({ clusters: [{ id }], starts: [{ kind: 'dask', size, ms: view.lastStartMs }] });
    expect(list.body.kinds).toContainEqual({ kind: 'dask', attach: true, launch: true });
    const binding = clusters.binding(view.id);
    expect(JSON.stringify([view, list.body])).not.toMatch(/tell-nobody|Bearer|\.pem/);
    expect(binding).toMatchObject({ environment: { DASK_SCHEDULER_ADDRESS: view.address } });
  });

  it('lists its logs, reads their ends, finds words in them, and gives the whole of one', async () => {
    const { body } = await call<{ logs: { name: string }[] }>('GET', `/${id}/logs`);
    expect(body.logs.map(({ name }) => name)).toEqual(['scheduler', 'worker-1']);
    const tail = await call<{ lines: string[]; complete: boolean }>('GET', `/${id}/logs/scheduler?lines=2`);
    expect([tail.body.lines.length, tail.body.complete]).toEqual([2, false]);
    const found = await call<{ lines: string[] }>('GET', `/${id}/logs/scheduler?search=SCHEDULER%20AT`);
    expect(found.body.lines.length).toBeGreaterThan(0);
    expect(found.body.lines.every((line) => /scheduler at/i.test(line))).toBe(true);
    const whole = await fetch(`${address}/${id}/logs/scheduler/download`);
    expect(whole.headers.get('content-disposition')).toContain('scheduler.log');
    expect(await whole.text()).toContain(tail.body.lines.at(-1));
    for (const name of ['..%2Fcluster', 'cluster', 'worker-9'])
      expect(await call('GET', `/${id}/logs/${name}`)).toMatchObject({ status: 404 });
    const events = await call<{ events: { text: string }[] }>('GET', `/${id}/events`);
    expect(events.body.events[0]).toMatchObject({ text: 'starting the scheduler', source: 'life' });
  });

  it('its own pages cannot be attached, whatever is entered', async () => {
    const [port] = clusters.ownPorts();
    const theirs = { kind: 'dask', address: 'tcp://127.0.0.1:1', dashboard: `http://127.0.0.1:${port}/` };
    expect(await call('POST', '/attach', theirs)).toMatchObject({ status: 502, body: { fault: 'outbound.refused' } });
  });

  it('grows; shrinking below what runs is asked about, and done when it is said to be no matter', async () => {
    expect(await call('PUT', `/${id}/size`, { workers: 2 })).toMatchObject({ status: 200, body: { scaling: true } });
    const { kind, address: at } = await untilState(id, ({ scaling, steps }) => !scaling && steps.length > 0);
    expect([kind, at]).toEqual(['dask', expect.stringMatching(/^tls:/)]);
    const view = clusters.list().find((one) => one.id === id);
    if (view === undefined) throw new Error('no cluster');
    const binding = clusters.binding(view.id);
    if (!('environment' in binding)) throw new Error('no binding');
    const variable = (name: string): string => binding.environment[`DASK_DISTRIBUTED__COMM__TLS__${name}`] ?? '';
    const files = {
      authority: variable('CA_FILE'),
      certificate: variable('CLIENT__CERT'),
      key: variable('CLIENT__KEY'),
    };
    const code = [
      'import time',
      'from dask.distributed import Client',
      'client = Client()',
      'print(sum(client.gather(client.map(lambda n: time.sleep(0.5) or n, range(40), pure=False))))',
    ].join('\n');
    const running = runWithDask(code, { address: at ?? '', dashboard: '' }, { files });
    const leave = clusters.watch(view.id, () => undefined);
    await untilState(id, ({ work }) => work?.running === 2);
    const refused = await call('PUT', `/${id}/size`, { workers: 1 });
    expect(refused).toMatchObject({ status: 409, body: { fault: 'cluster.busy', hint: expect.any(String) } });
    const all = await call('PUT', `/${id}/size`, { workers: 1, evenIfBusy: true });
    expect(all).toMatchObject({ status: 200, body: { scaling: true, size: { workers: 1 } } });
    expect(await running).toBe('780');
    leave();
    await untilState(id, ({ scaling }) => !scaling);
  });

  it('has an idle policy, is kept, and stops without a trace', async () => {
    expect(await call('PUT', `/${id}/idle`, { minutes: 5 })).toMatchObject({ body: { idle: { minutes: 5 } } });
    expect(await call('PUT', `/${id}/idle`, { minutes: 0 })).toMatchObject({ status: 400 });
    expect(await call('POST', `/${id}/keep`)).toMatchObject({ status: 200, body: { idle: { end: null } } });
    expect(await call('DELETE', `/${id}`)).toMatchObject({ status: 200 });
    await vi.waitUntil(async () => (await call('GET', `/${id}`)).status === 404, { timeout: 60_000 });
    expect([readdirSync(join(folder, 'clusters')), listInFolder(join(folder, 'clusters'))]).toEqual([[], []]);
  });

  it('a start that fails says why and what to do, keeps its logs, and is made again', async () => {
    const form = { kind: 'dask', size, environment: { PYTHONHOME: '/nowhere', DASK_LOGGING: '[' } };
    const { body } = await call('POST', '', form);
    const failed = await untilState(body.id, ({ state }) => state === 'failed' || state === 'ready');
    expect(failed).toMatchObject({ state: 'failed', fault: { fault: 'cluster.start', hint: expect.any(String) } });
    const { body: logs } = await call<{ logs: { name: string }[] }>('GET', `/${body.id}/logs`);
    expect(logs.logs.length).toBeGreaterThan(0);
    const again = await call('POST', `/${body.id}/relaunch`);
    expect([again.status, again.body.id === body.id, again.body.size]).toEqual([200, false, size]);
    for (const one of [body.id, again.body.id]) expect(await call('DELETE', `/${one}`)).toMatchObject({ status: 200 });
    await vi.waitUntil(() => clusters.list().length === 0, { timeout: 60_000 });
  });

  it('attaches what answers, reads its logs, and lets go of it', async () => {
    const plain = await startPlainDask();
    try {
      const { status, body } = await call('POST', '/attach', { kind: 'dask', ...plain.place });
      expect([status, body.label, body.origin]).toEqual([200, '127.0.0.1', 'attached']);
      const view = await untilState(body.id, ({ state }) => state === 'ready');
      expect(view.distanceMs).toBeGreaterThan(0);
      expect(await call('PUT', `/${body.id}/size`, { workers: 2 })).toMatchObject({ status: 404 });
      const { body: head } = await call<{ lines: string[] }>('GET', `/${body.id}/logs/head?lines=5`);
      expect(head.lines.length).toBeGreaterThan(0);
      expect(await call('DELETE', `/${body.id}`)).toMatchObject({ status: 200 });
      expect((await fetch(new URL('json/counts.json', plain.place.dashboard))).status).toBe(200);
    } finally {
      await plain.stop();
    }
    const { address: at, dashboard } = plain.place;
    const gone = await call('POST', '/attach', { kind: 'dask', address: at, dashboard });
    expect(gone).toMatchObject({ status: 502, body: { fault: 'cluster.unreachable', hint: expect.any(String) } });
  });
});
