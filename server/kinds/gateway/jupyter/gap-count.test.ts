import { afterAll, beforeAll, expect, it } from 'vitest';
import { kernelId } from '#lib/core/ids.ts';
import { FaultProxy } from '#server/testing/fault-proxy.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { openEffects, unwrap } from '#server/testing/session-bench.ts';
import { tokenEndpoint, type GatewayKernel } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

let jupyter: TestJupyter;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** One message per line. */
const print = `import sys, threading, time
def lines():
    for i in range(60):
        sys.stdout.write(f'line {i}\\n')
        sys.stdout.flush()
        time.sleep(0.05)
`;

it.each([
  ['a kernel that is called busy', 'busy', `${print}lines()`, false],
  ['one that is called idle while it runs, since it has answered beside its run', 'idle', `${print}lines()`, true],
  ['one that is idle while a thread prints', 'idle', `${print}threading.Thread(target=lines).start()`, false],
])('no missing line is left out of the count, on a line to %s', { timeout: 60_000 }, async (_, called, code, asks) => {
  await using proxy = await FaultProxy.start(Number(new URL(jupyter.url).port));
  const port = new JupyterGateway(async () => tokenEndpoint(`${proxy.origin}/`, jupyter.token), openEffects);
  const kernel = unwrap(await port.startKernel({ name: 'python3', folder: '' })) as GatewayKernel;
  const lines = new Set<string>();
  const gaps = new Map<number, number>();
  const link = port.connect(kernelId(kernel.id), 'client', {
    message: ({ type, content }) => {
      if (type === 'stream') lines.add((content as { text: string }).text);
    },
    connection: () => undefined,
    status: () => undefined,
    gap: ({ id, missing }) => void gaps.set(id, missing),
  });
  const until = async (line: number) => {
    while (!lines.has(`line ${line}\n`)) await pause(10);
  };
  link.execute('m1', code, { cellId: 'c' });
  await until(5);
  if (asks) unwrap(await link.ask({ type: 'complete', code: 'pri', cursor: 3 }, 5_000));
  const stateNow = async () => (unwrap(await port.findKernel(kernel.id)) as GatewayKernel).state;
  for (let tries = 0; tries < 40 && (await stateNow()) !== called; tries += 1) await pause(25);
  // One that it calls idle is asked by the gateway whenever a line opens; of a busy one the shell answers much later.
  expect(await stateNow()).toBe(called);
  proxy.blackHole('down');
  await pause(500);
  proxy.cut();
  proxy.heal();
  await until(59);
  await pause(3_500);
  const missing = 60 - lines.size;
  expect(missing).toBeGreaterThan(3);
  const counted = [...gaps.values()].reduce((sum, one) => sum + one, 0);
  // Nothing is hidden; what a line that died at once took of the kernel's words about its state is counted too.
  expect(counted).toBeGreaterThanOrEqual(missing);
  expect(counted).toBeLessThanOrEqual(missing + 9);
  link.close();
  await port.shutdownKernel(kernel.id);
});
