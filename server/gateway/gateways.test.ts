import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import { workspaceId } from '#lib/core/ids.ts';
import { Seal } from '#server/auth/seal.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import { OutboundGuard, portOf } from '#server/http/outbound-guard.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { type GatewayFront, startFront, testAuthority } from '#server/testing/gateway-front.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { openEffects } from '#server/testing/session-bench.ts';
import { Gateways } from './gateways.ts';

/** Against a real Jupyter Server, behind a front that ends TLS and decides who enters. */
let jupyter: TestJupyter;
let folder: string;
const fronts: GatewayFront[] = [];
/** How far the clock of the gateways is ahead, ms. */
let later = 0;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());
beforeEach(async () => {
  later = 0;
  folder = await mkdtemp(join(tmpdir(), 'farfield-gateways-'));
});
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.stop()));
  await rm(folder, { recursive: true, force: true });
});

const front = async (rule: (request: IncomingMessage) => boolean): Promise<GatewayFront> => {
  const made = await startFront(jupyter, { tls: true });
  made.allow(rule);
  fronts.push(made);
  return made;
};
const says = (value: string) => (request: IncomingMessage) => request.headers.authorization === value;
const trusted = { verify: true, ca: testAuthority };

async function open() {
  const db = openSqlite(join(folder, 'farfield.db'));
  await migrate(db);
  const guard = new OutboundGuard({ allowLoopback: true, allowedNetworks: [], ownPorts: () => [] });
  const log: string[] = [];
  let changes = 0;
  const gateways = new Gateways({
    db,
    workspaceId: workspaceId('default'),
    seal: new Seal(join(folder, 'seal.key')),
    connect: ({ kind, endpoint }) =>
      new JupyterGateway(
        endpoint,
        {
          checkUrl: guard.checkUrl,
          fetch: guard.fetch,
          lookupFor: (url) => guard.lookupFor(portOf(url)),
        },
        { manifest: () => gatewayManifests[kind()] },
      ),
    local: new JupyterGateway(async () => ({ baseUrl: jupyter.url, headers: {} }), openEffects),
    events: { changed: () => (changes += 1), log: (line) => void log.push(line) },
    effects: { fetch: guard.fetch, now: () => Date.now(), ticks: () => performance.now() + later },
  });
  await gateways.run();
  const close = async (): Promise<void> => {
    await guard.stop();
    await db.destroy();
  };
  return { gateways, db, log, close, changes: () => changes };
}

describe('trust', () => {
  it('a private authority is accepted where it is entered, by requests and by sockets, and nowhere else', async () => {
    const far = await front(says('token t'));
    const { gateways, close, log } = await open();
    expect(await gateways.add({ url: far.url, token: 't' })).toMatchObject({ fault: 'gateway.certificate' });
    const added = must(await gateways.add({ url: far.url, token: 't', tls: trusted }));
    expect(added).toMatchObject({ kind: 'jupyter', auth: { kind: 'token' }, needsSecrets: false });
    expect(await run(gateways, added.id, '6 * 7')).toBe('42');
    expect(far.sockets.opened).toBe(1);
    expect(log).toEqual([]);
    await close();
  });

  it('is switched off for one gateway, and said so at the change and at each start', async () => {
    const far = await front(says('token t'));
    const first = await open();
    const tls = { verify: false, ca: '' };
    const added = must(await first.gateways.add({ url: far.url, token: 't', tls }));
    expect(first.gateways.get(added.id)?.tls.verify).toBe(false);
    expect(await run(first.gateways, added.id, '1 + 1')).toBe('2');
    expect(first.log).toEqual([expect.stringMatching(/NOT verified/)]);
    await first.close();
    const second = await open();
    expect(second.log).toEqual([expect.stringMatching(/NOT verified/)]);
    expect(await second.gateways.change(added.id, { tls: { verify: true, ca: '' } })).toMatchObject({
      fault: 'gateway.certificate',
    });
    must(await second.gateways.change(added.id, { tls: trusted }));
    expect(second.log.at(-1)).toMatch(/verified again/);
    await second.close();
  });
});

describe('ways to enter', () => {
  it.each([
    [
      'basic',
      { auth: { kind: 'basic', user: 'ann' }, secrets: { password: 'secret-7' } },
      says(`Basic ${Buffer.from('ann:secret-7').toString('base64')}`),
    ],
    [
      'bearer',
      { auth: { kind: 'bearer', tokenUrl: '', clientId: '', scope: '' }, secrets: { accessToken: 'secret-7' } },
      says('Bearer secret-7'),
    ],
    [
      'headers',
      { auth: { kind: 'headers', names: ['X-Api-Key'] }, secrets: { 'header:x-api-key': 'secret-7' } },
      (request: IncomingMessage) => request.headers['x-api-key'] === 'secret-7',
    ],
  ] as const)('%s: requests and sockets, also after a restart; the secret lies sealed', async (_, form, rule) => {
    const far = await front(rule);
    const first = await open();
    const whole = {
      url: far.url,
      tls: trusted,
      auth: form.auth.kind === 'headers' ? { ...form.auth, names: [...form.auth.names] } : form.auth,
    };
    expect(
      await first.gateways.add({
        ...whole,
        secrets: { ...form.secrets, password: 'wrong', accessToken: 'wrong', 'header:x-api-key': 'wrong' },
      }),
    ).toMatchObject({ fault: 'gateway.refused' });
    const added = must(await first.gateways.add({ ...whole, secrets: form.secrets }));
    expect(JSON.stringify(first.gateways.list())).not.toContain('secret-7');
    await first.close();
    const second = await open();
    expect(await run(second.gateways, added.id, '6 * 7')).toBe('42');
    await second.close();
    expect(readFileSync(join(folder, 'farfield.db')).includes('secret-7')).toBe(false);
    expect([...far.asked].some(({ path }) => path.includes('secret-7'))).toBe(false);
  });

  it('bearer that is renewed: a refused token is replaced during the request, and the next refresh token is kept', async () => {
    let good = 'a1';
    let given = 0;
    const forms: URLSearchParams[] = [];
    const idp = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        forms.push(new URLSearchParams(body));
        given += 1;
        good = `a${given}`;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ access_token: good, refresh_token: `r${given + 1}`, expires_in: 3600 }));
      });
    });
    await new Promise<void>((resolve) => idp.listen(0, '127.0.0.1', resolve));
    const tokenUrl = `http://127.0.0.1:${(idp.address() as AddressInfo).port}/token`;
    const far = await front((request) => request.headers.authorization === `Bearer ${good}`);
    const first = await open();
    const auth = { kind: 'bearer', tokenUrl, clientId: 'me', scope: '' } as const;
    const added = must(await first.gateways.add({ url: far.url, tls: trusted, auth, secrets: { refreshToken: 'r1' } }));
    expect(forms).toHaveLength(1);
    good = 'revoked';
    later = 60_000;
    expect(await run(first.gateways, added.id, '6 * 7')).toBe('42');
    expect(forms).toHaveLength(2);
    await first.close();
    const second = await open();
    expect(await run(second.gateways, added.id, '6 * 7')).toBe('42');
    expect(forms.map((form) => form.get('refresh_token'))).toEqual(['r1', 'r2', 'r3']);
    await second.close();
    idp.close();
  });
});

describe('a token that is over', () => {
  it('is said, drops no open socket, and the new one is taken by the links that are there', async () => {
    const far = await front(says('token old'));
    const { gateways, close, changes } = await open();
    const { id } = must(await gateways.add({ url: far.url, token: 'old', tls: trusted }));
    const port = portOfGateway(gateways, id);
    const kernel = must(await port.startKernel({ name: 'python3', folder: '' }));
    const states: string[] = [];
    const said: string[] = [];
    const link = port.connect(kernel.id, 'c', {
      message: ({ type, content }) => {
        if (type === 'stream') said.push((content as { text: string }).text.trim());
      },
      connection: (state) => void states.push(state),
      status: () => undefined,
    });
    link.execute('m1', 'print(1)', { cellId: 'c' });
    await vi.waitUntil(() => said.includes('1'), { timeout: 20_000 });

    far.allow(says('token new'));
    const before = changes();
    expect(await port.check()).toMatchObject({ fault: 'gateway.refused' });
    expect(gateways.get(id)?.needsSecrets).toBe(true);
    expect(changes()).toBe(before + 1);
    link.execute('m2', 'print(2)', { cellId: 'c' });
    await vi.waitUntil(() => said.includes('2'), { timeout: 20_000 });
    expect(far.sockets).toEqual({ opened: 1, open: 1 });

    expect(await gateways.change(id, { secrets: { token: 'wrong' } })).toMatchObject({ fault: 'gateway.refused' });
    expect(gateways.get(id)?.needsSecrets).toBe(true);
    must(await gateways.change(id, { secrets: { token: 'new' } }));
    expect(gateways.get(id)).toMatchObject({ needsSecrets: false, label: expect.any(String) });
    link.execute('m3', 'print(3)', { cellId: 'c' });
    await vi.waitUntil(() => said.includes('3'), { timeout: 20_000 });
    expect(far.sockets.opened).toBe(1);
    expect(states).not.toContain('reconnecting');
    link.close();
    await port.shutdownKernel(kernel.id);
    await close();
  });

  it('a link that waits for its next try makes it when the new one is given', async () => {
    const far = await front(says('token old'));
    const { gateways, close } = await open();
    const { id } = must(await gateways.add({ url: far.url, token: 'old', tls: trusted }));
    const port = portOfGateway(gateways, id);
    const kernel = must(await port.startKernel({ name: 'python3', folder: '' }));
    const states: string[] = [];
    const link = port.connect(kernel.id, 'c', {
      message: () => undefined,
      connection: (state, reason) => void states.push(reason === undefined ? state : `${state}: ${reason}`),
      status: () => undefined,
    });
    await vi.waitUntil(() => states.at(-1) === 'connected', { timeout: 20_000 });
    // By itself it would wait for minutes after its first try.
    const random = vi.spyOn(Math, 'random').mockReturnValue(1_000);
    far.allow(says('token new'));
    far.cut();
    const refusals = () => states.filter((state) => state.includes('refused the token')).length;
    await vi.waitUntil(() => refusals() > 1, { timeout: 20_000 });
    must(await gateways.change(id, { secrets: { token: 'new' } }));
    await vi.waitUntil(() => states.at(-1) === 'connected', { timeout: 20_000 });
    random.mockRestore();
    link.close();
    await port.shutdownKernel(kernel.id);
    await close();
  });
});

it('rows of the first schema are read: a bare token, or none', async () => {
  const first = await open();
  const seal = new Seal(join(folder, 'seal.key'));
  const row = { workspace_id: 'default', kind: 'jupyter', url: jupyter.url, created_at: 1, settings: null };
  await first.db
    .insertInto('gateways')
    .values([
      { ...row, id: 'with', label: 'with', sealed_secrets: seal.seal(jupyter.token, 'gateway|with') },
      { ...row, id: 'without', label: 'without', sealed_secrets: null },
    ])
    .execute();
  await first.close();
  const { gateways, close } = await open();
  expect(gateways.list().map(({ label, auth }) => [label, auth.kind])).toEqual([
    ['this machine', 'none'],
    ['with', 'token'],
    ['without', 'none'],
  ]);
  expect(await portOfGateway(gateways, gateways.list()[1]!.id).check()).toMatchObject({ version: expect.any(String) });
  await close();
});

describe('a bearer whose place of renewal is ours', () => {
  /** A gateway that was entered once; `renewed` says how often its refresh token was exchanged. */
  async function enter() {
    let renewed = 0;
    let onRenewal = (): void => undefined;
    const idp = createServer((_, response) => {
      renewed += 1;
      onRenewal();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'a', refresh_token: `r${renewed}`, expires_in: 3600 }));
    });
    await new Promise<void>((resolve) => idp.listen(0, '127.0.0.1', resolve));
    const tokenUrl = `http://127.0.0.1:${(idp.address() as AddressInfo).port}/token`;
    const far = await front(says('Bearer a'));
    const opened = await open();
    const auth = { kind: 'bearer', tokenUrl, clientId: 'me', scope: '' } as const;
    const form = { url: far.url, tls: trusted, auth, secrets: { refreshToken: 'r0' } };
    const { id } = must(await opened.gateways.add(form));
    const close = async (): Promise<void> => {
      await opened.close();
      idp.close();
    };
    return { ...opened, id, close, renewed: () => renewed, at: (renewal: () => void) => void (onRenewal = renewal) };
  }

  it('a renewed token that cannot be kept is told, and serves', async () => {
    const { gateways, db, log, id, close, renewed } = await enter();
    await db.schema.alterTable('gateways').renameTo('away').execute();
    later = 3_600_000;
    expect(await portOfGateway(gateways, id).check()).toMatchObject({ version: expect.any(String) });
    expect(renewed()).toBe(2);
    expect(log.at(-1)).toMatch(/could not be kept/);
    await db.schema.alterTable('away').renameTo('gateways').execute();
    await close();
  });

  it('a token that is renewed while its gateway is removed brings no row back', async () => {
    const { gateways, db, id, close, at } = await enter();
    const port = portOfGateway(gateways, id);
    later = 3_600_000;
    const held = Promise.withResolvers<void>();
    const holding = db.transaction().execute(() => held.promise);
    let removed: Promise<unknown> | null = null;
    // Before the answer is there: the row goes first, and what was renewed would be written after it.
    at(() => (removed ??= gateways.remove(id)));
    const checked = port.check();
    await Promise.race([checked, new Promise((resolve) => setTimeout(resolve, 300))]);
    held.resolve();
    await Promise.all([Promise.resolve(removed), checked, holding]);
    expect(removed).not.toBeNull();
    expect(await db.selectFrom('gateways').select('id').execute()).toEqual([]);
    expect(gateways.list()).toHaveLength(1);
    await close();
  });

  it('a gateway that is removed while it is changed stays removed', async () => {
    const { gateways, db, id, close } = await enter();
    const changing = gateways.change(id, { label: 'other' });
    expect(await gateways.remove(id)).toBeNull();
    expect(await changing).toMatchObject({ fault: 'gateway.notFound' });
    expect(await db.selectFrom('gateways').select('id').execute()).toEqual([]);
    await close();
  });
});

function portOfGateway(gateways: Gateways, id: Parameters<Gateways['port']>[0]) {
  return must(gateways.port(id));
}

/** The result of an expression on a new kernel of a gateway. */
async function run(gateways: Gateways, id: Parameters<Gateways['port']>[0], code: string): Promise<string> {
  const port = portOfGateway(gateways, id);
  const kernel = must(await port.startKernel({ name: 'python3', folder: '' }));
  const result = Promise.withResolvers<string>();
  const link = port.connect(kernel.id, 'c', {
    message: ({ type, content }) => {
      if (type === 'execute_result')
        result.resolve((content as { data: Record<string, string> }).data['text/plain'] ?? '');
    },
    connection: () => undefined,
    status: () => undefined,
  });
  link.execute('m', code, { cellId: 'c' });
  const text = await result.promise;
  link.close();
  await port.shutdownKernel(kernel.id);
  return text;
}

function must<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}
