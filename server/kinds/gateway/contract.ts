import { expect, it, vi } from 'vitest';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { kernelId, terminalName } from '#lib/core/ids.ts';
import type { GatewayPort, GatewayTerminals, KernelMessage } from './port.ts';

/**
 * What every gateway adapter keeps, run against a real gateway. Call it inside a `describe`; `specName` is a Python
 * kernelspec that the gateway has.
 */
export function gatewayContract(open: () => GatewayPort, specName: string): void {
  it('answers a check with its version and distance', async () => {
    const checked = must(await open().check());
    expect(checked.version).not.toBe('');
    expect(checked.distanceMs).toBeGreaterThan(0);
  });

  it('lists its kernelspecs, one of them the default', async () => {
    const specs = must(await open().listSpecs());
    expect(specs.map((spec) => spec.name)).toContain(specName);
    expect(specs.filter((spec) => spec.isDefault).length).toBeLessThanOrEqual(1);
  });

  it('starts, lists, finds and shuts down a kernel; shutting down twice is no fault', async () => {
    const gateway = open();
    const kernel = must(await gateway.startKernel({ name: specName, folder: 'a folder that is not there' }));
    expect(must(await gateway.listKernels()).map((one) => one.id)).toContain(kernel.id);
    expect(must(await gateway.findKernel(kernel.id))).toMatchObject({ id: kernel.id, name: specName });
    expect(await gateway.shutdownKernel(kernel.id)).toBeNull();
    expect(await gateway.findKernel(kernel.id)).toBeNull();
    expect(await gateway.shutdownKernel(kernel.id)).toBeNull();
  });

  it('a start that is called off answers at once and leaves no kernel behind', async () => {
    const gateway = open();
    const callOff = new AbortController();
    const reasons: string[] = [];
    const onReason = (text: string): void => {
      reasons.push(text);
      callOff.abort();
    };
    const launch = { signal: callOff.signal, onReason };
    const before = await kernelIds(gateway);
    expect(await gateway.startKernel({ name: specName, folder: '' }, launch)).toMatchObject({
      fault: 'kernel.startCancelled',
    });
    expect(reasons).toHaveLength(1);
    expect(await gateway.startKernel({ name: specName, folder: '' }, launch)).toMatchObject({
      fault: 'kernel.startCancelled',
    });
    // A later one is answered after the gateway has dealt with the first: what is left then stays.
    const later = must(await gateway.startKernel({ name: specName, folder: '' }));
    await gateway.shutdownKernel(later.id);
    await vi.waitUntil(async () => (await kernelIds(gateway)).every((id) => before.includes(id)), { timeout: 20_000 });
  });

  it('answers faults for what is not there', async () => {
    const gateway = open();
    const nowhere = kernelId('00000000-0000-0000-0000-000000000000');
    expect(await gateway.findKernel(nowhere)).toBeNull();
    expect(await gateway.interruptKernel(nowhere)).toMatchObject({ fault: 'kernel.notFound' });
    expect(await gateway.restartKernel(nowhere)).toMatchObject({ fault: 'kernel.notFound' });
    expect(await gateway.startKernel({ name: 'no such spec', folder: '' })).toMatchObject({ fault: 'kernel.start' });
  });

  it('says dead on connecting to a kernel that is not there', async () => {
    const dead = Promise.withResolvers<string>();
    open().connect(kernelId('00000000-0000-0000-0000-000000000000'), 'contract', {
      message: () => undefined,
      connection: () => undefined,
      status: (status) => status === 'dead' && dead.resolve(status),
    });
    expect(await dead.promise).toBe('dead');
  });

  it('executes under the given message id, in order, and hands over what was said while no client was there', async () => {
    const gateway = open();
    const kernel = must(await gateway.startKernel({ name: specName, folder: '' }));
    const first = listen(gateway, kernel.id);
    first.link.execute('m1', '1 + 1', { cellId: 'c1' });
    // The reply comes on a channel of its own and may overtake the outputs.
    await first.heard((message) => isIdle(message) && message.parentMsgId === 'm1');
    const order = first.messages
      .filter((one) => one.parentMsgId === 'm1' && one.channel === 'iopub')
      .map((one) => one.type);
    expect(order.slice(0, 3)).toEqual(['status', 'execute_input', 'execute_result']);
    first.link.execute('m2', 'import time\nfor i in range(10):\n    print(i, flush=True)\n    time.sleep(0.1)', {
      cellId: 'c1',
    });
    await first.heard((message) => message.type === 'stream');
    first.link.close();
    const second = listen(gateway, kernel.id);
    await second.heard((message) => message.type === 'execute_reply' && message.parentMsgId === 'm2');
    const text = [...first.messages, ...second.messages]
      .filter((one) => one.type === 'stream')
      .map((one) => (one.content as { text: string }).text)
      .join('');
    expect(text).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    second.link.close();
    expect(await gateway.shutdownKernel(kernel.id)).toBeNull();
  });

  it('answers what is no run, also while a cell runs, and runs nothing and counts nothing by it', async () => {
    const gateway = open();
    const kernel = must(await gateway.startKernel({ name: specName, folder: '' }));
    const { link, heard, messages } = listen(gateway, kernel.id);
    link.execute('m1', 'import os, time\nof_mine = 1', { cellId: 'c1' });
    await heard((message) => message.type === 'execute_reply' && message.parentMsgId === 'm1');
    link.execute('m2', 'print("begun", flush=True)\ntime.sleep(60)', { cellId: 'c1' });
    await heard((message) => message.type === 'stream');
    const code = '"😀"; of_mi';
    const completed = must(await link.ask({ type: 'complete', code, cursor: 10 }, 20_000));
    expect(completed).toMatchObject({ matches: ['of_mine'], cursor_start: 5, cursor_end: 10 });
    const inspected = must(await link.ask({ type: 'inspect', code: 'os.getcwd(', cursor: 9, detail: 0 }, 20_000));
    expect(inspected).toMatchObject({ found: true, data: { 'text/plain': expect.stringContaining('getcwd') } });
    const history = must(await link.ask({ type: 'history', count: 5 }, 20_000));
    expect(JSON.stringify(history['history'])).toContain('of_mine = 1');
    expect(messages.some((message) => message.type === 'execute_reply' && message.parentMsgId === 'm2')).toBe(false);
    const toldOfQuestions = messages.filter((message) => message.parentMsgId !== 'm1' && message.parentMsgId !== 'm2');
    expect(
      toldOfQuestions.map((message) => message.type).filter((type) => /complete|inspect|history/.test(type)),
    ).toEqual([]);
    link.close();
    expect(await gateway.shutdownKernel(kernel.id)).toBeNull();
  });

  it('asked of a kernel that is not there, answers that nothing came', async () => {
    const { link } = listen(open(), kernelId('00000000-0000-0000-0000-000000000000'));
    expect(await link.ask({ type: 'history', count: 5 }, 500)).toMatchObject({ fault: 'kernel.noAnswer' });
    link.close();
  });
}

/** What every gateway that offers terminals keeps, besides. */
export function terminalContract(open: () => GatewayPort): void {
  it('opens, lists and closes a terminal; closing twice says that it is gone', async () => {
    const terminals = offered(open());
    const name = terminalName('contract_1');
    expect(must(await terminals.open({ name, folder: 'a folder that is not there' }))).toMatchObject({ name });
    expect(must(await terminals.list()).map((one) => one.name)).toContain(name);
    expect(await terminals.close(name)).toBeNull();
    await vi.waitUntil(async () => must(await terminals.list()).every((one) => one.name !== name), {
      timeout: 20_000,
    });
    expect(await terminals.close(name)).toMatchObject({ fault: 'terminal.notFound' });
  });

  it('types into a shell and tells what it writes, at the size it is told', async () => {
    const terminals = offered(open());
    const name = terminalName('contract_2');
    must(await terminals.open({ name, folder: '' }));
    const shell = watch(terminals, name);
    shell.link.resize({ cols: 91, rows: 23 });
    await vi.waitUntil(() => shell.states.includes('connected'), { timeout: 10_000 });
    // What it writes is not what was typed: the echo is no answer.
    expect(shell.link.type('stty size; echo sum=$((40 + 2)) "grüße 😀"\r')).toBe(true);
    await vi.waitUntil(() => /sum=42 grüße 😀/.test(shell.text()), { timeout: 20_000 });
    expect(shell.text()).toMatch(/23 91/);
    shell.link.close();
    await terminals.close(name);
  });

  it('hands over what was written while nobody was connected, marked as such', async () => {
    const terminals = offered(open());
    const name = terminalName('contract_3');
    must(await terminals.open({ name, folder: '' }));
    const first = watch(terminals, name);
    await vi.waitUntil(() => first.states.includes('connected'), { timeout: 10_000 });
    first.link.type('sleep 1; echo later=$((40 + 2))\r');
    await vi.waitUntil(() => first.text().includes('later='), { timeout: 20_000 });
    first.link.close();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const second = watch(terminals, name);
    await vi.waitUntil(() => second.text().includes('later=42'), { timeout: 20_000 });
    expect(second.again[0]).toBe(true);
    expect(second.again.slice(1)).not.toContain(true);
    second.link.close();
    await terminals.close(name);
  });

  it('says that a shell has ended, also of one that was never there', async () => {
    const terminals = offered(open());
    const name = terminalName('contract_4');
    must(await terminals.open({ name, folder: '' }));
    const shell = watch(terminals, name);
    await vi.waitUntil(() => shell.states.includes('connected'), { timeout: 10_000 });
    shell.link.type('exit\r');
    await vi.waitUntil(() => shell.states.at(-1) === 'ended', { timeout: 20_000 });
    expect(shell.link.type('x')).toBe(false);
    const none = watch(terminals, terminalName('never_there'));
    await vi.waitUntil(() => none.states.at(-1) === 'ended', { timeout: 20_000 });
    expect(none.text()).toBe('');
  });
}

function offered({ terminals }: GatewayPort): GatewayTerminals {
  if (terminals === undefined) throw new Error('this gateway has no terminals');
  return terminals;
}

function watch(terminals: GatewayTerminals, name: ReturnType<typeof terminalName>) {
  const parts: string[] = [];
  const again: boolean[] = [];
  const states: string[] = [];
  const link = terminals.connect(name, {
    output: (text, isAgain) => {
      parts.push(text);
      again.push(isAgain);
    },
    connection: (state) => void states.push(state),
  });
  return { link, states, again, text: () => parts.join('') };
}

function isIdle({ type, content }: KernelMessage): boolean {
  return type === 'status' && (content as { execution_state?: string }).execution_state === 'idle';
}

async function kernelIds(gateway: GatewayPort): Promise<readonly string[]> {
  return must(await gateway.listKernels()).map((kernel) => kernel.id);
}

function listen(gateway: GatewayPort, id: ReturnType<typeof kernelId>) {
  const messages: KernelMessage[] = [];
  const waiting = new Set<() => void>();
  const link = gateway.connect(id, 'contract', {
    message: (message) => {
      messages.push(message);
      for (const wake of waiting) wake();
    },
    connection: () => undefined,
    status: () => undefined,
  });
  const heard = (wanted: (message: KernelMessage) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!messages.some(wanted)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { link, messages, heard };
}

function must<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}
