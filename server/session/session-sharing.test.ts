import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { gatewayId, kernelId, notebookId } from '#lib/core/ids.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { tokenEndpoint } from '#server/kinds/gateway/port.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { MemorySource } from '#server/testing/memory-source.ts';
import { openEffects, quietLedger, SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';
import { SessionHost } from './session-host.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-share-'));
  bench = await new SessionBench(jupyter, path.join(folder, 'a')).open();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const gateway = () => {
  const port = bench.gateways.port(gatewayId('test'));
  if ('fault' in port) throw new Error(port.message);
  return port;
};
const kernels = async () => unwrap(await gateway().listKernels());
const counting = "import time\nfor i in range(30):\n    print('line', i, flush=True)\n    time.sleep(0.05)";
const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('');

it('two notebooks on one kernel are one client, also for what is said while the server is gone', async () => {
  const source = new MemorySource();
  const other = () =>
    SessionHost.open({
      notebookId: notebookId('n2'),
      folder: path.join(folder, 'b'),
      source,
      blobs: bench.blobs,
      gateways: bench.gateways,
      ledger: quietLedger,
    });
  const a = bench.source.set('a', "print('of a')");
  const b = source.set('b', counting);
  await bench.start();
  const { kernelId: shared, clientId } = bench.session().binding;
  let second = await other();
  const textOfB = () =>
    (second.state().cells.get(b)?.outputs ?? []).map((one) => (one.output_type === 'stream' ? one.text : '')).join('');
  unwrap(
    await second.kernels.start({ gatewayId: gatewayId('test'), kernelId: shared, shutdownPrevious: false }, tester),
  );
  expect([...second.state().sessions.values()][0]?.binding.clientId).toBe(clientId);
  await bench.when(() => second.views()[0]?.status === 'idle', 'the second notebook to be ready');
  expect((await kernels()).find(({ id }) => id === shared)?.connections).toBe(1);
  unwrap(await second.runs.request({ cellIds: [b], stateVector: null, by: tester }));
  await bench.when(() => textOfB().includes('line 3\n'), 'some lines');
  await bench.whenStatus('busy');
  await bench.host.stop();
  await second.stop();
  await new Promise((resolve) => setTimeout(resolve, 400));
  // The first notebook opens the socket and is handed the second one's lines, long before that one is there.
  await bench.open();
  await new Promise((resolve) => setTimeout(resolve, 800));
  second = await other();
  await bench.when(() => second.state().cells.get(b)?.run?.finishedAt != null, 'the end of b');
  expect(textOfB()).toBe(lines);
  await bench.runAndWait(a);
  expect(bench.text(a)).toBe('of a\n');
  await second.stop();
});

it('two starts at once of one kernel start one; of another one leave none behind', async () => {
  const before = (await kernels()).length;
  const request = { gatewayId: gatewayId('test'), kernelName: 'python3', shutdownPrevious: false };
  const [one, two] = await Promise.all([
    bench.host.kernels.start(request, tester),
    bench.host.kernels.start(request, tester),
  ]);
  expect(unwrap(one)).toMatchObject({ id: (unwrap(two) as { id: string }).id });
  expect((await kernels()).length).toBe(before + 1);
  const attach = unwrap(await gateway().startKernel({ name: 'python3', folder: '' })) as { id: string };
  await Promise.all([
    bench.host.kernels.end(bench.session().binding.id, { shutdown: true }, tester),
    bench.host.kernels.start(request, tester),
    bench.host.kernels.start({ ...request, kernelName: undefined, kernelId: kernelId(attach.id) }, tester),
  ]);
  expect(bench.session().binding.kernelId).toBe(attach.id);
  expect((await kernels()).map(({ id }) => id)).toEqual([attach.id]);
});

it('a start for whoever has no session yet keeps the one that is there, or on its way', async () => {
  const before = (await kernels()).length;
  const request = { gatewayId: gatewayId('test'), kernelName: 'python3', shutdownPrevious: false };
  const [first, meanwhile] = await Promise.all([
    bench.host.kernels.start(request, tester),
    bench.host.kernels.start({ ...request, kernelName: 'another', unlessBound: true }, tester),
  ]);
  const { id } = unwrap(first) as { id: string };
  expect(unwrap(meanwhile)).toMatchObject({ id });
  // A page that has not heard of the session yet asks again, while a run of the first request waits.
  const a = bench.source.set('a', "print('kept')");
  unwrap(await bench.host.runs.request({ cellIds: [a], stateVector: null, by: tester }));
  expect(unwrap(await bench.host.kernels.start({ ...request, unlessBound: true }, tester))).toMatchObject({ id });
  await bench.when(() => bench.text(a) === 'kept\n', 'the run to go on');
  expect((await kernels()).length).toBe(before + 1);
  expect(unwrap(await bench.host.kernels.start(request, tester))).not.toMatchObject({ id });
});

it('a token that is replaced: the line says that it is refused, tries on, and comes back with the new one', async () => {
  const kernel = unwrap(await gateway().startKernel({ name: 'python3', folder: '' })) as { id: string };
  let token = 'old';
  const said: string[] = [];
  const port = new JupyterGateway(async () => tokenEndpoint(jupyter.url, token), openEffects);
  const ran = Promise.withResolvers<void>();
  const link = port.connect(kernelId(kernel.id), 'c', {
    message: ({ type }) => (type === 'execute_reply' ? ran.resolve() : undefined),
    status: (status) => void said.push(status),
    connection: (state, reason) => void said.push(`${state} ${reason ?? ''}`),
  });
  link.execute('m1', '1', { cellId: 'c' });
  await bench.when(() => said.some((one) => /^reconnecting .*refused the token/.test(one)), 'the refusal');
  expect(said).not.toContain('dead');
  token = jupyter.token;
  await ran.promise;
  link.close();
  await gateway().shutdownKernel(kernelId(kernel.id));
});

it('a request that had not left when the kernel was interrupted or restarted does not run afterwards', async () => {
  const kernel = unwrap(await gateway().startKernel({ name: 'python3', folder: '' })) as { id: string };
  const id = kernelId(kernel.id);
  const ran: string[] = [];
  const link = gateway().connect(id, 'c', {
    message: ({ type, parentMsgId }) => {
      if (type === 'execute_reply') ran.push(parentMsgId ?? '');
    },
    status: () => undefined,
    connection: () => undefined,
  });
  link.execute('cancelled', '1', { cellId: 'c' });
  expect(await gateway().restartKernel(id)).toBeNull();
  link.execute('wanted', '2', { cellId: 'c' });
  await bench.when(() => ran.includes('wanted'), 'the second request');
  expect(ran).toEqual(['wanted']);
  link.close();
  await gateway().shutdownKernel(id);
});

it('another front end on the kernel is known while it is there', async () => {
  const batches: string[] = [];
  await bench.start();
  const { stop } = await bench.host.feed.follow(null, ({ events }) => {
    for (const event of events) if (event.type === 'KernelShared') batches.push(String(event.others));
  });
  const { kernelId: shared } = bench.session().binding;
  // As another program has it: its own socket under its own session id.
  const elsewhere = new JupyterGateway(async () => tokenEndpoint(jupyter.url, jupyter.token), openEffects);
  const link = elsewhere.connect(shared, 'another-front-end', {
    message: () => undefined,
    connection: () => undefined,
    status: () => undefined,
  });
  await bench.when(() => bench.session().others === 1, 'the other front end to be seen');
  link.close();
  await bench.when(() => bench.session().others === 0, 'the other front end to be gone');
  expect(batches).toEqual(['1', '0']);
  stop();
});
