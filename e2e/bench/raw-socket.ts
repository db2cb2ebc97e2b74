import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';

/**
 * The floor: execute requests over a bare kernel WebSocket to the same gateway, with the pong that keeps the gateway
 * from waiting for a delayed acknowledgement. ms from sending to reply and idle, one sample per request.
 */
export async function measureRawExecute(
  gateway: { port: number; token: string },
  runs: number,
  pong: boolean,
): Promise<number[]> {
  const base = `http://127.0.0.1:${gateway.port}`;
  const headers = { Authorization: `token ${gateway.token}` };
  const kernel = (await (await fetch(`${base}/api/kernels`, { method: 'POST', headers, body: '{}' })).json()) as {
    id: string;
  };
  const session = randomUUID();
  const socket = new WebSocket(
    `${base.replace('http', 'ws')}/api/kernels/${kernel.id}/channels?session_id=${session}`,
    { headers },
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<string, { reply: boolean; idle: boolean; done: () => void }>();
  socket.on('message', (bytes: Buffer) => {
    if (pong) socket.pong();
    const message = JSON.parse(bytes.toString()) as {
      channel: string;
      header: { msg_type: string };
      parent_header: { msg_id?: string };
      content: { execution_state?: string };
    };
    const entry = waiting.get(message.parent_header.msg_id ?? '');
    if (entry === undefined) return;
    if (message.header.msg_type === 'execute_reply') entry.reply = true;
    if (message.content.execution_state === 'idle') entry.idle = true;
    if (entry.reply && entry.idle) entry.done();
  });
  const execute = (): Promise<void> =>
    new Promise((done) => {
      const id = randomUUID();
      waiting.set(id, { reply: false, idle: false, done });
      const header = {
        msg_id: id,
        msg_type: 'execute_request',
        session,
        username: 'bench',
        version: '5.3',
        date: new Date().toISOString(),
      };
      const content = {
        code: '1+1',
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      };
      socket.send(JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content }));
    });
  for (let warmUp = 0; warmUp < 5; warmUp++) await execute();
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await execute();
    samples.push(performance.now() - start);
  }
  socket.close();
  await fetch(`${base}/api/kernels/${kernel.id}`, { method: 'DELETE', headers });
  return samples;
}
