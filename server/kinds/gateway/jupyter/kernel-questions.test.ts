import { lookup } from 'node:dns';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { KernelId } from '#lib/core/ids.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { tokenEndpoint, type KernelMessage } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

let jupyter: TestJupyter;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

const gatewayWith = (options: { readonly subshells: boolean }) =>
  new JupyterGateway(
    async () => tokenEndpoint(jupyter.url, jupyter.token),
    { fetch: globalThis.fetch, lookupFor: () => lookup, checkUrl: async () => null },
    options,
  );

it('without subshells a busy kernel is not asked, and nothing waits in front of the next run', async () => {
  const gateway = gatewayWith({ subshells: false });
  const kernel = must(await gateway.startKernel({ name: 'python3', folder: '' }));
  const { link, until } = join(gateway, kernel.id);
  await until('m1', 'idle', () => link.execute('m1', 'import os, time', { cellId: 'c' }));
  const idle = must(await link.ask({ type: 'complete', code: 'os.getcw', cursor: 8 }, 20_000));
  expect(idle['matches']).toEqual(expect.arrayContaining([expect.stringContaining('getcwd')]));
  await until('m2', 'execute_input', () => link.execute('m2', 'time.sleep(2)', { cellId: 'c' }));
  for (let press = 0; press < 20; press += 1) {
    expect(await link.ask({ type: 'complete', code: 'os.', cursor: 3 }, 100)).toMatchObject({ fault: 'kernel.busy' });
  }
  await until('m3', 'idle', () => link.execute('m3', '1 + 1', { cellId: 'c' }));
  const after = must(await link.ask({ type: 'complete', code: 'os.getcw', cursor: 8 }, 20_000));
  expect(after['matches']).toHaveLength(2);
  link.close();
  await gateway.shutdownKernel(kernel.id);
});

it('a question that takes too long is given up, and its late answer is not taken for another one', async () => {
  const gateway = gatewayWith({ subshells: true });
  const kernel = must(await gateway.startKernel({ name: 'python3', folder: '' }));
  const { link, until } = join(gateway, kernel.id);
  const slow =
    'import time\nclass Slow:\n  def __dir__(self):\n    time.sleep(2)\n    return ["late"]\ns = Slow()\nfast = 1';
  await until('m1', 'idle', () => link.execute('m1', slow, { cellId: 'c' }));
  expect(await link.ask({ type: 'complete', code: 's.la', cursor: 4 }, 200)).toMatchObject({
    fault: 'kernel.noAnswer',
  });
  const next = must(await link.ask({ type: 'complete', code: 'fas', cursor: 3 }, 20_000));
  expect(next['matches']).toEqual(['fast']);
  link.close();
  await gateway.shutdownKernel(kernel.id);
});

it('a question that a kernel does not know is over when the kernel is done with it', async () => {
  const gateway = gatewayWith({ subshells: false });
  const kernel = must(await gateway.startKernel({ name: 'python3', folder: '' }));
  const { link, until } = join(gateway, kernel.id);
  const forget = 'get_ipython().kernel.shell_handlers.pop("history_request")\nfast = 1';
  await until('m1', 'idle', () => link.execute('m1', forget, { cellId: 'c' }));
  // Longer than a test may take.
  expect(await link.ask({ type: 'history', count: 1 }, 600_000)).toMatchObject({ fault: 'kernel.noAnswer' });
  const next = must(await link.ask({ type: 'complete', code: 'fas', cursor: 3 }, 20_000));
  expect(next['matches']).toEqual(['fast']);
  link.close();
  await gateway.shutdownKernel(kernel.id);
});

it('has one subshell for all questions, makes it anew after a restart, and deletes it with the link', async () => {
  const gateway = gatewayWith({ subshells: true });
  const kernel = must(await gateway.startKernel({ name: 'python3', folder: '' }));
  const first = join(gateway, kernel.id);
  const listed = async ({ link, until, textOf }: ReturnType<typeof join>, id: string) => {
    await until(id, 'idle', () => link.execute(id, '%subshell', { cellId: 'c' }));
    return /subshell list: \[(.*)\]/.exec(textOf(id))?.[1]?.split(',').filter(Boolean).length;
  };
  const ask = (link: ReturnType<typeof join>['link']) =>
    Promise.all([1, 2, 3].map(() => link.ask({ type: 'history', count: 1 }, 20_000)));
  expect(await listed(first, 'm0')).toBe(0);
  expect((await ask(first.link)).some(isFault)).toBe(false);
  expect(await listed(first, 'm1')).toBe(1);
  expect(await gateway.restartKernel(kernel.id)).toBeNull();
  expect(await listed(first, 'm2')).toBe(0);
  expect((await ask(first.link)).some(isFault)).toBe(false);
  expect(await listed(first, 'm3')).toBe(1);
  first.link.close();
  const second = join(gateway, kernel.id);
  expect(await listed(second, 'm4')).toBe(0);
  second.link.close();
  await gateway.shutdownKernel(kernel.id);
});

function join(gateway: JupyterGateway, id: KernelId) {
  const messages: KernelMessage[] = [];
  const waiting = new Set<() => void>();
  const link = gateway.connect(id, 'questions', {
    message: (message) => {
      messages.push(message);
      for (const look of waiting) look();
    },
    connection: () => undefined,
    status: () => undefined,
  });
  const until = (parent: string, type: string, send: () => void): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!messages.some((message) => message.parentMsgId === parent && isOf(message, type))) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      send();
    });
  const textOf = (parent: string): string =>
    messages
      .filter((message) => message.parentMsgId === parent && message.type === 'stream')
      .map((message) => (message.content as { text: string }).text)
      .join('');
  return { link, until, textOf };
}

const isOf = (message: KernelMessage, type: string) =>
  type === 'idle'
    ? message.type === 'status' && (message.content as { execution_state: string }).execution_state === 'idle'
    : message.type === type;

function must<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}
