import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { isAlive, listDescendants, type ProcessIdentity } from '#server/process/process-identity.ts';
import { readRecord, type JupyterServerRecord } from './jupyter-server.ts';
import { LocalGateway, type Endpoint } from './local-gateway.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const venvs = process.env['FARFIELD_VENVS'] ?? join(import.meta.dirname, '../../../../.venvs');
let root: string;
let home: string;
let workspace: string;
let opened: LocalGateway[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'farfield-local-'));
  home = join(root, 'home');
  workspace = join(root, 'work');
  mkdirSync(workspace);
  opened = [];
});

afterEach(async () => {
  for (const gateway of opened) await gateway.stop();
  rmSync(root, { recursive: true, force: true });
});

function open(folder = venvs, log: (line: string) => void = () => undefined): LocalGateway {
  const gateway = new LocalGateway({ homeFolder: home, workspaceFolder: workspace, venvs: folder, log });
  opened.push(gateway);
  gateway.run();
  return gateway;
}

async function answered(gateway: LocalGateway): Promise<Endpoint> {
  return demand(await gateway.endpoint());
}

function demand<Value>(value: Fault | Value): Value {
  if (isFault(value)) throw new Error(value.message);
  return value as Value;
}

function record(): JupyterServerRecord {
  const found = readRecord(join(home, 'gateway'));
  if (found === null) throw new Error('no record');
  return found;
}

async function api(endpoint: Endpoint, path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(new URL(`api/${path}`, endpoint.baseUrl), {
    ...init,
    headers: { authorization: `token ${endpoint.token}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Runs code on a fresh kernel over a raw socket; answers all that it printed. */
async function runCode(endpoint: Endpoint, code: string, path = ''): Promise<string> {
  const kernel = (await api(endpoint, 'kernels', { method: 'POST', body: JSON.stringify({ path }) })) as { id: string };
  const url = new URL(`api/kernels/${kernel.id}/channels`, endpoint.baseUrl.replace('http', 'ws'));
  const socket = new WebSocket(url, { headers: { authorization: `token ${endpoint.token}` } });
  const header = {
    msg_id: 'one',
    session: 'test',
    username: '',
    date: '',
    msg_type: 'execute_request',
    version: '5.3',
  };
  const content = {
    code,
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  const request = JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers: [] });
  let text = '';
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => socket.send(request));
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8'));
      if (message.parent_header.msg_id !== 'one') return;
      if (message.msg_type === 'stream') text += message.content.text;
      if (message.msg_type === 'error') text += message.content.evalue;
      if (message.msg_type === 'status' && message.content.execution_state === 'idle') resolve();
    });
  });
  socket.close();
  return text;
}

/** Another process that runs the gateway, as a server does, until it is killed with -9. */
async function startOwner(): Promise<{ readonly endpoint: Endpoint; kill(): Promise<void> }> {
  const program = join(import.meta.dirname, 'fixtures/gateway-owner.ts');
  const owner = spawn(process.execPath, [program, home, workspace, venvs], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => owner.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve) => createInterface({ input: owner.stdout }).once('line', resolve));
  const kill = () => {
    owner.kill('SIGKILL');
    return ended;
  };
  return { endpoint: demand(JSON.parse(line) as Fault | Endpoint), kill };
}

async function untilGone(processes: readonly ProcessIdentity[]): Promise<void> {
  while (processes.some(isAlive)) await sleep(50);
}

test('starts, runs a kernel over IPC in the notebook folder, keeps its token secret, and ends with its kernels', async () => {
  mkdirSync(join(workspace, 'deep'));
  const gateway = open();
  const endpoint = await answered(gateway);
  const code =
    'import os, sys; print(sys.prefix, os.getcwd(), sorted(n for n in os.environ if "TOKEN" in n and "JUPYTER" in n))';
  const text = await runCode(endpoint, code, 'deep');
  expect(text.trim()).toBe(`${join(venvs, 'python')} ${join(workspace, 'deep')} []`);

  const { pid } = record();
  const kernels = listDescendants(pid);
  expect(kernels.length).toBeGreaterThan(0);
  for (const one of [pid, ...kernels.map((kernel) => kernel.pid)]) {
    expect(readFileSync(`/proc/${one}/cmdline`, 'utf8')).not.toContain(endpoint.token);
    expect(readFileSync(`/proc/${one}/environ`, 'utf8')).not.toContain(endpoint.token);
  }
  const folder = join(home, 'gateway');
  expect(readFileSync(join(folder, 'local.log'), 'utf8')).not.toContain(endpoint.token);
  for (const name of ['local.json', 'jupyter_server_config.json', 'local.log']) {
    expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600');
  }
  const [kernel] = kernels;
  const connection =
    readFileSync(`/proc/${kernel?.pid}/cmdline`, 'utf8')
      .split('\0')
      .find((word) => word.endsWith('.json')) ?? '';
  expect(JSON.parse(readFileSync(connection, 'utf8')).transport).toBe('ipc');
  expect((await fetch(new URL('api/kernels', endpoint.baseUrl))).status).toBe(403);

  const processes = [record(), ...kernels];
  await gateway.stop();
  expect(processes.filter(isAlive)).toEqual([]);
  expect(readRecord(folder)).toBeNull();
});

test('drops no output of a chatty cell', async () => {
  const endpoint = await answered(open());
  const text = await runCode(endpoint, 'for i in range(6000): print(f"line {i:05d} " + "x" * 600, flush=True)');
  expect(text.split('\n').filter((line) => line.startsWith('line ')).length).toBe(6000);
  expect(text).not.toContain('rate exceeded');
});

test('outlives a kill -9 of the server and is found again with its kernels', async () => {
  const { endpoint: before, kill } = await startOwner();
  const kernel = (await api(before, 'kernels', { method: 'POST', body: '{}' })) as { id: string };
  const { pid } = record();
  await kill();

  const gateway = open();
  expect(await answered(gateway)).toEqual(before);
  expect(record().pid).toBe(pid);
  expect(await api(before, 'kernels')).toMatchObject([{ id: kernel.id }]);
  const processes = [record(), ...listDescendants(pid)];
  await gateway.stop();
  expect(processes.filter(isAlive)).toEqual([]);
});

test('a gateway that dies is replaced', async () => {
  const gateway = open();
  const first = await answered(gateway);
  const before = record();
  process.kill(before.pid, 'SIGKILL');
  await untilGone([before]);
  let next = first;
  while (next.token === first.token) {
    await sleep(50);
    next = await answered(gateway);
  }
  expect(record().pid).not.toBe(before.pid);
  expect(await api(next, 'status')).toMatchObject({ kernels: 0 });
});

test('a record of an ended process, or of a stranger with its number, is not trusted', async () => {
  mkdirSync(join(home, 'gateway'), { recursive: true });
  const stranger = {
    pid: process.pid,
    birth: 'boot/1',
    port: 1,
    token: 'x',
    workspaceFolder: workspace,
    started: 'then',
  };
  writeFileSync(join(home, 'gateway', 'local.json'), JSON.stringify(stranger));
  await answered(open());
  expect(record().pid).not.toBe(process.pid);
});

test('a gateway of another workspace is ended and replaced', async () => {
  const { kill } = await startOwner();
  await kill();
  const before = record();
  workspace = join(root, 'other');
  mkdirSync(workspace);
  const endpoint = await answered(open());
  expect(isAlive(before)).toBe(false);
  expect((await runCode(endpoint, 'import os; print(os.getcwd())')).trim()).toBe(workspace);
});

test('works from a state folder whose path is too long for sockets', async () => {
  home = join(root, 'a'.repeat(60), 'b'.repeat(60));
  const endpoint = await answered(open());
  expect((await runCode(endpoint, 'print(6 * 7)')).trim()).toBe('42');
});

test('a module in the workspace or on PYTHONPATH cannot break the gateway', async () => {
  writeFileSync(join(workspace, 'json.py'), 'raise SystemExit("shadowed")\n');
  const gateway = new LocalGateway({
    homeFolder: home,
    workspaceFolder: workspace,
    venvs,
    log: () => undefined,
    env: { ...process.env, PYTHONPATH: workspace },
  });
  opened.push(gateway);
  gateway.run();
  expect(isFault(await gateway.endpoint())).toBe(false);
});

test('without its environment it says what is missing', async () => {
  const empty = join(root, 'venvs');
  const bare = await open(empty).endpoint();
  expect(bare).toMatchObject({ fault: 'gateway.unavailable' });
  mkdirSync(empty);
  writeFileSync(join(empty, 'missing.json'), JSON.stringify({ message: 'No Python.', hint: 'Run: apt' }));
  expect(await open(empty).endpoint()).toMatchObject({
    fault: 'gateway.unavailable',
    message: 'No Python.',
    hint: 'Run: apt',
  });
});

test('an environment that cannot start says so with the last lines', async () => {
  const broken = join(root, 'venvs');
  mkdirSync(join(broken, 'gateway', 'bin'), { recursive: true });
  writeFileSync(join(broken, 'gateway', 'bin', 'python'), '#!/bin/sh\necho no module named tornado >&2\nexit 1\n', {
    mode: 0o755,
  });
  const reply = await open(broken).endpoint();
  expect(reply).toMatchObject({
    fault: 'gateway.unavailable',
    message: expect.stringContaining('no module named tornado'),
  });
  expect(existsSync(join(home, 'gateway', 'local.json'))).toBe(false);
});
