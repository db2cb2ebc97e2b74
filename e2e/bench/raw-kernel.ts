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
  readonly stop: () => Promise<void>;
};

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
  socket.on('message', (bytes: Buffer) => {
    socket.pong();
    const message = JSON.parse(bytes.toString()) as {
      header: { msg_type: string };
      parent_header: { msg_id?: string };
      content: { execution_state?: string };
    };
    if (waiting === null || message.parent_header.msg_id !== waiting.id) return;
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
    stop: async () => {
      socket.close();
      await fetch(`${base}/api/kernels/${kernel.id}`, { method: 'DELETE', headers });
    },
  };
}
