import { describe, expect, test, vi } from 'vitest';
import { type Fault, fault } from '#lib/core/fault.ts';
import { UploadQueue, type UploadEffects } from './upload-queue.ts';

/** A server with one upload at a time, whose line can be cut and which can forget. */
class PlayedServer {
  received = '';
  taken = new Set<string>();
  placed: string[] = [];
  cancelled = 0;
  calls: string[] = [];
  /** Asked before each call; a fault is the answer. */
  trouble: (name: string) => Fault | null = () => null;

  readonly call = (async (
    name: string,
    input: {
      body?: { path?: string; onClash?: string };
      query?: { offset: number };
      bytes?: ArrayBuffer;
      signal?: AbortSignal;
    },
  ) => {
    this.calls.push(name);
    if (input.signal?.aborted === true) return fault('server.stopping', 'aborted');
    const refused = this.trouble(name);
    if (refused !== null) return refused;
    switch (name) {
      case 'beginUpload':
        if (input.body?.onClash === 'refuse' && this.taken.has(input.body.path ?? ''))
          return fault('file.exists', 'taken');
        return { id: 'u', offset: this.received.length };
      case 'sendUpload':
        if (input.query?.offset !== this.received.length) return fault('upload.offset', 'elsewhere');
        this.received += new TextDecoder().decode(input.bytes);
        return { id: 'u', offset: this.received.length };
      case 'finishUpload':
        this.placed.push(`${this.received} ${input.body?.onClash}`);
        this.received = '';
        return { name: 'a', path: 'a', kind: 'file', size: 0, modifiedAt: 0 };
      default:
        this.cancelled += 1;
        return {};
    }
  }) as UploadEffects['call'];
}

function play() {
  const server = new PlayedServer();
  let clock = 0;
  const queue = new UploadQueue({
    call: server.call,
    key: async (file) => file.name,
    wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
    now: () => (clock += 10),
  });
  return { server, queue };
}

const file = (text: string) => new File([text], 'a');
const over = (queue: UploadQueue) =>
  vi.waitFor(() =>
    expect(queue.getSnapshot()).toMatchObject({ transfers: [], total: { sent: expect.any(Number) as unknown } }),
  );

describe('UploadQueue', () => {
  test('sends a file and says how much', async () => {
    const { server, queue } = play();
    queue.add([{ file: file('hello'), path: 'a' }]);
    await vi.waitFor(() => expect(queue.getSnapshot().total).toMatchObject({ files: 1, over: 1, bytes: 5, sent: 5 }));
    expect(server.placed).toEqual(['hello refuse']);
  });

  test('goes on where the server is, after a lost line', async () => {
    const { server, queue } = play();
    server.received = 'hel';
    let left = 2;
    server.trouble = (name) => (name === 'sendUpload' && left-- > 0 ? fault('server.stopping', 'gone') : null);
    queue.add([{ file: file('hello'), path: 'a' }]);
    await vi.waitFor(() => expect(server.placed).toEqual(['hello refuse']));
    expect(server.calls.filter((name) => name === 'beginUpload')).toHaveLength(3);
  });

  test('begins anew where the server has forgotten', async () => {
    const { server, queue } = play();
    let once = true;
    server.trouble = (name) => {
      if (name !== 'finishUpload' || !once) return null;
      once = false;
      server.received = '';
      return fault('upload.notFound', 'forgotten');
    };
    queue.add([{ file: file('hello'), path: 'a' }]);
    await vi.waitFor(() => expect(server.placed).toEqual(['hello refuse']));
  });

  test.each([
    ['keepBoth', ['hello keepBoth']],
    ['replace', ['hello replace']],
    ['skip', []],
  ] as const)('a taken name: %s', async (choice, placed) => {
    const { server, queue } = play();
    server.taken.add('a');
    queue.add([{ file: file('hello'), path: 'a' }]);
    await vi.waitFor(() => expect(queue.getSnapshot().transfers[0]?.state).toBe('asking'));
    queue.answer(queue.getSnapshot().transfers[0]?.id ?? 0, choice, true);
    await vi.waitFor(() => expect(server.placed).toEqual(placed));
    await over(queue);
  });

  test('cancels what waits, what is sent and what asks', async () => {
    const { server, queue } = play();
    server.taken.add('asks');
    server.trouble = (name) => (name === 'sendUpload' ? fault('server.stopping', 'gone') : null);
    queue.add(['asks', 'b', 'c', 'd', 'e'].map((path) => ({ file: file('x'), path })));
    await vi.waitFor(() => expect(queue.getSnapshot().transfers[0]?.state).toBe('asking'));
    queue.cancelAll();
    await over(queue);
    expect(server.placed).toEqual([]);
    expect(server.cancelled).toBeGreaterThanOrEqual(2);
  });

  test('says what was refused, and goes on with the others', async () => {
    const { server, queue } = play();
    let first = true;
    server.trouble = (name) => {
      const full = name === 'sendUpload' && first;
      if (full) first = false;
      return full ? fault('file.noSpace', 'No space is left.') : null;
    };
    queue.add([
      { file: file('x'), path: 'a' },
      { file: file(''), path: 'b' },
    ]);
    await vi.waitFor(() =>
      expect(queue.getSnapshot().transfers).toMatchObject([
        { path: 'a', state: 'failed', fault: { fault: 'file.noSpace' } },
      ]),
    );
    await vi.waitFor(() => expect(server.placed).toHaveLength(1));
    queue.dismiss();
    await over(queue);
  });

  test('says when a file cannot be read any more', async () => {
    const { queue, server } = play();
    const gone = file('hello');
    gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) as unknown as Blob;
    queue.add([{ file: gone, path: 'a' }]);
    await vi.waitFor(() => expect(queue.getSnapshot().transfers).toMatchObject([{ fault: { fault: 'file.changed' } }]));
    expect(server.placed).toEqual([]);
  });
});
