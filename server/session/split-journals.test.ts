import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gatewayId, kernelId, notebookId, type CellId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import { FakeGateway, v1Frame } from '#server/testing/fake-gateway.ts';
import { MemorySource } from '#server/testing/memory-source.ts';
import { gatewayDirectory, quietLedger, tester, unwrap } from '#server/testing/session-bench.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { SessionHost } from './session-host.ts';

/**
 * Two notebooks on one kernel, and a server that was killed between the two journals' writes of what one message said.
 * The journals are those of real hosts, copied before and after that message; the gateway is a fake, which alone can be
 * made to say a message just then.
 */
let root: string;
let gateway: FakeGateway;
let said = 0;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'farfield-split-'));
  gateway = await FakeGateway.start();
  said = 0;
});
afterEach(async () => {
  await stopAll();
  await gateway[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});
const stopAll = () => Promise.all(stops.splice(0).map((stop) => stop()));

type Name = 'a' | 'b';
const source = new MemorySource();
const cells: Record<Name, CellId> = { a: source.set('a', 'of a'), b: source.set('b', 'of b') };

/** One process of the server, whose journals are in a folder of this name. */
function server(state: string): (name: Name) => Promise<SessionHost> {
  const gateways = gatewayDirectory({ url: gateway.url, token: '' });
  const blobs = new BlobStore(path.join(root, 'blobs'));
  return async (name) => {
    const folder = path.join(root, state, name);
    const of = { notebookId: notebookId(name), folder, blobs, source, gateways, ledger: quietLedger };
    const host = await SessionHost.open(of);
    stops.push(() => host.stop());
    return host;
  };
}

async function when(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 400 && !condition(); waited += 1) await new Promise((done) => setTimeout(done, 25));
  expect(condition()).toBe(true);
}

/** The kernel's next message, of the run with this id. */
function say(msgId: string, type: string, content: object, channel = 'iopub'): void {
  said += 1;
  const parent = { msg_id: msgId, session: 'client', msg_type: 'execute_request' };
  const header = {
    msg_id: `kernel_1_${said}`,
    msg_type: type,
    session: 'kernel',
    version: '5.3',
    username: '',
    date: '',
  };
  gateway.socket.send(v1Frame({ channel, header, parent_header: parent, metadata: {}, content }));
}
const begin = (msgId: string) => say(msgId, 'status', { execution_state: 'busy' });
const print = (msgId: string, text: string) => say(msgId, 'stream', { name: 'stdout', text });
function end(msgId: string): void {
  say(msgId, 'execute_reply', { status: 'ok', execution_count: 1 }, 'shell');
  say(msgId, 'status', { execution_state: 'idle' });
}

/** Text as it is, markers as cause and count. */
const shown = (host: SessionHost, name: Name) =>
  (host.state().cells.get(cells[name])?.outputs ?? []).map((output) => {
    if (output.output_type === 'stream') return output.text;
    const marker = readMarker(output);
    return marker?.kind === 'gap' ? [marker.cause, marker.messages] : output;
  });
const isOver = (host: SessionHost, name: Name) => host.state().cells.get(cells[name])?.run?.finishedAt != null;
const numberOf = (host: SessionHost) => [...host.state().sessions.values()][0]?.heard.at(-1)?.to;
const whenHeard = (...hosts: SessionHost[]) => when(() => hosts.every((host) => numberOf(host) === said));

/**
 * The run of `b` is in the middle, that of `a` waits in the kernel. The journal of `lacking` is of before the second line,
 * that of the other one of after it. Answers the ids of both requests.
 */
async function killedBetween(lacking: Name): Promise<Record<Name, string>> {
  const open = server('before');
  const hosts = { a: await open('a'), b: await open('b') };
  const start = { gatewayId: gatewayId('test'), kernelId: kernelId(gateway.kernelId), shutdownPrevious: false };
  for (const host of [hosts.a, hosts.b]) unwrap(await host.kernels.start(start, tester));
  await when(() => [hosts.a, hosts.b].every((host) => host.views()[0]?.status === 'idle'));
  const idOf = async (name: Name): Promise<string> => {
    unwrap(await hosts[name].runs.request({ cellIds: [cells[name]], stateVector: null, by: tester }));
    return [...hosts[name].state().runs.values()][0]?.msgId ?? '';
  };
  const b = await idOf('b');
  const a = await idOf('a');
  begin(b);
  print(b, 'one\n');
  await whenHeard(hosts.a, hosts.b);
  await cp(path.join(root, 'before', lacking), path.join(root, 'after', lacking), { recursive: true });
  print(b, 'two\n');
  await whenHeard(hosts.a, hosts.b);
  const other = lacking === 'a' ? 'b' : 'a';
  await cp(path.join(root, 'before', other), path.join(root, 'after', other), { recursive: true });
  await stopAll();
  return { a, b };
}

const marked = ['one\n', ['server', 1], 'three\n'];
const whole = ['one\ntwo\nthree\n'];

it.each<[string, Name, Name[], unknown]>([
  ['a line that another notebook noted is marked in the one that printed it', 'b', ['a', 'b'], marked],
  ['and so it is when that one is opened first', 'b', ['b', 'a'], marked],
  ['what the other one has not noted is not missing there', 'a', ['a', 'b'], whole],
  ['nor when the one that has it is opened first', 'a', ['b', 'a'], whole],
])('%s', async (_, lacking, order, expected) => {
  const runs = await killedBetween(lacking);
  const numbers = said;
  // The second notebook is opened at once, or long after the first one.
  for (const late of [false, true]) {
    said = numbers;
    const sockets = gateway.sockets.length;
    const state = `after, ${late ? 'late' : 'at once'}`;
    await cp(path.join(root, 'after'), path.join(root, state), { recursive: true });
    const open = server(state);
    const hosts = new Map<Name, SessionHost>();
    const [first, second] = order;
    if (first === undefined || second === undefined) throw new Error('two notebooks');
    hosts.set(first, await open(first));
    if (!late) hosts.set(second, await open(second));
    await when(() => gateway.sockets.length > sockets);
    print(runs.b, 'three\n');
    await whenHeard(...hosts.values());
    if (late) hosts.set(second, await open(second));
    await whenHeard(...hosts.values());
    end(runs.b);
    begin(runs.a);
    print(runs.a, 'whole\n');
    end(runs.a);
    await whenHeard(...hosts.values());
    for (const [name, host] of hosts) {
      await when(() => isOver(host, name));
      expect([late, name, shown(host, name)]).toEqual([late, name, name === 'b' ? expected : ['whole\n']]);
    }
    await stopAll();
  }
});
