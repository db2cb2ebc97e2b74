import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';

/**
 * The floor of runs: a kernel of its own on the same gateway, over a bare WebSocket, with the pong that keeps the
 * gateway from waiting for a delayed acknowledgement.
 */
export type RawKernel = {
  /** ms from sending to reply and idle. */
  readonly execute: (code: string) => Promise<number>;
  /** What the last execution brought: line ends and characters of its text, updates of displays. */
  readonly received: () => Received;
  readonly stop: () => Promise<void>;
};

export type Received = { readonly lines: number; readonly characters: number; readonly updates: number };

/** ms of `rounds` executions of `code` on a kernel of its own. Throws when a message of one is missing: then it is no floor. */
export async function measureBare(
  gateway: { port: number; token: string },
  code: string,
  expected: Partial<Received>,
  rounds: number,
): Promise<number[]> {
  const raw = await startRawKernel(gateway);
  try {
    const samples: number[] = [];
    for (let round = 0; round < rounds; round++) {
      samples.push(await raw.execute(code));
      const received = raw.received();
      for (const [what, count] of Object.entries(expected)) {
        const got = received[what as keyof Received];
        if (got !== count) throw new Error(`the bare socket received ${got} of ${count} ${what}`);
      }
    }
    return samples;
  } finally {
    await raw.stop();
  }
}

export async function startRawKernel(gateway: { port: number; token: string }): Promise<RawKernel> {
  const base = `http://127.0.0.1:${gateway.port}`;
  const headers = { Authorization: `token ${gateway.token}` };
  const answer = await fetch(`${base}/api/kernels`, { method: 'POST', headers, body: '{}' });
  const kernel = (await answer.json()) as { id: string };
  const session = randomUUID();
  const address = `${base.replace('http', 'ws')}/api/kernels/${kernel.id}/channels?session_id=${session}`;
  const socket = new WebSocket(address, { headers });
  await once(socket, 'open');
  let waiting: { readonly id: string; reply: boolean; idle: boolean; readonly done: () => void } | null = null;
  let received = { lines: 0, characters: 0, updates: 0 };
  socket.on('message', (bytes: Buffer) => {
    socket.pong();
    const message = JSON.parse(bytes.toString()) as {
      header: { msg_type: string };
      parent_header: { msg_id?: string };
      content: { execution_state?: string; text?: string };
    };
    if (waiting === null || message.parent_header.msg_id !== waiting.id) return;
    const { text = '' } = message.header.msg_type === 'stream' ? message.content : {};
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) received.lines++;
    received.characters += text.length;
    if (message.header.msg_type === 'update_display_data') received.updates++;
    if (message.header.msg_type === 'execute_reply') waiting.reply = true;
    if (message.content.execution_state === 'idle') waiting.idle = true;
    if (waiting.reply && waiting.idle) waiting.done();
  });
  const execute = async (code: string): Promise<number> => {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: 'execute_request',
      session,
      username: 'bench',
      version: '5.3',
      date: new Date().toISOString(),
    };
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    received = { lines: 0, characters: 0, updates: 0 };
    const startedAt = performance.now();
    await new Promise<void>((done) => {
      waiting = { id, reply: false, idle: false, done };
      socket.send(JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content }));
    });
    return performance.now() - startedAt;
  };
  for (let warmUp = 0; warmUp < 5; warmUp++) await execute('1+1');
  return {
    execute,
    received: () => received,
    stop: async () => {
      socket.close();
      await fetch(`${base}/api/kernels/${kernel.id}`, { method: 'DELETE', headers });
    },
  };
}
