import { describe, expect, it } from 'vitest';
import type { KernelLinkListener, KernelMessage } from '../port.ts';
import { SharedLink } from './shared-link.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const line = (parentMsgId: string, text: string): KernelMessage => ({
  channel: 'iopub',
  type: 'stream',
  msgId: `of ${parentMsgId}`,
  parentMsgId,
  content: { text },
});

/** A socket that only writes down what it is told, and a way to speak as the kernel. */
function socket() {
  const told: string[] = [];
  let kernel: KernelLinkListener | null = null;
  const shared = new SharedLink((listener) => {
    kernel = listener;
    return {
      execute: (msgId: string) => void told.push(`execute ${msgId}`),
      ask: async () => ({}),
      answer: () => true,
      close: () => void told.push('close'),
      leave: async () => void told.push('leave'),
      dropUnsent: (msgIds?: ReadonlySet<string>) => void told.push(`drop ${[...(msgIds ?? [])].join()}`),
    };
  });
  return { shared, told, kernel: kernel as unknown as KernelLinkListener };
}

function notebook(own: string) {
  const heard: string[] = [];
  let missing = 0;
  const listener: KernelLinkListener = {
    gap: ({ before, missing: more }) => {
      if (before?.parentMsgId !== own) return false;
      missing += more;
      return true;
    },
    message: ({ parentMsgId, content }) => {
      if (parentMsgId !== own) return false;
      heard.push((content as { text: string }).text);
      return true;
    },
    connection: (state, reason) => void heard.push(reason === undefined ? state : `${state}: ${reason}`),
    status: (status) => void heard.push(status),
  };
  return {
    heard,
    listener,
    get missing() {
      return missing;
    },
  };
}

it('one socket for all, closed by the last, each withdrawing its own requests', async () => {
  const { shared, told } = socket();
  const a = shared.join(notebook('a').listener);
  const b = shared.join(notebook('b').listener);
  await turn();
  a.execute('a', '1', { cellId: 'c' });
  b.execute('b', '2', { cellId: 'c' });
  a.close();
  a.close();
  expect(told).toEqual(['execute a', 'execute b', 'drop a']);
  b.close();
  expect(told.slice(3)).toEqual(['drop b', 'close']);
});

it('what came before a notebook joined is handed to it, once, and then the state of the connection', async () => {
  const { shared, kernel } = socket();
  const first = notebook('a');
  shared.join(first.listener);
  kernel.connection('connected');
  kernel.message(line('b', 'one'));
  kernel.message(line('a', 'mine'));
  kernel.message(line('b', 'two'));
  const second = notebook('b');
  shared.join(second.listener);
  kernel.message(line('b', 'three'));
  await turn();
  kernel.status('busy');
  expect(first.heard).toEqual(['connected', 'mine', 'busy']);
  expect(second.heard).toEqual(['one', 'two', 'three', 'connected', 'busy']);
  const again = notebook('b');
  shared.join(again.listener);
  await turn();
  expect(again.heard).toEqual(['connected']);
});

it('what nobody claims is kept up to a bound, the newest of it', async () => {
  const { shared, kernel } = socket();
  shared.join(notebook('a').listener);
  for (let n = 0; n < 40; n += 1) kernel.message(line('b', `${n} ${'x'.repeat(1024 * 1024)}`));
  const late = notebook('b');
  shared.join(late.listener);
  await turn();
  const numbers = late.heard.slice(0, -1).map((text) => Number(text.split(' ')[0]));
  expect(numbers.at(-1)).toBe(39);
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers.length).toBeLessThan(17);
  // What was not kept is counted, for the one whose it was.
  expect(late.missing).toBe(40 - numbers.length);
});

describe('leaving', () => {
  it('together ends the socket in order, once, and all hear what comes until then', async () => {
    const { shared, told, kernel } = socket();
    const [one, two] = [notebook('a'), notebook('b')];
    const links = [shared.join(one.listener), shared.join(two.listener)];
    await new Promise((resolve) => setImmediate(resolve));
    const left = Promise.all(links.map((link) => link.leave()));
    kernel.message(line('b', 'late'));
    await left;
    expect(two.heard).toContain('late');
    expect(told.filter((one) => one === 'leave')).toHaveLength(1);
  });

  it('alone leaves the socket to those who stay', async () => {
    const { shared, told } = socket();
    const link = shared.join(notebook('a').listener);
    shared.join(notebook('b').listener);
    await link.leave();
    expect(told).not.toContain('leave');
    expect(told).not.toContain('close');
  });
});
