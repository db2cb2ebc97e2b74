import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * A proxy before a Jupyter Server that asks for a token of its own, which can expire: as a hub or a single sign-on does.
 * Behind it the server's own token is put in its place.
 */
export class TokenDoor implements AsyncDisposable {
  /** Requests that were turned away. */
  refused = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #token: string;

  private constructor(target: { readonly url: string; readonly token: string }, token: string) {
    this.#token = token;
    const forward = (incoming: IncomingMessage) =>
      request(new URL(incoming.url ?? '/', target.url), {
        method: incoming.method,
        headers: { ...incoming.headers, authorization: `token ${target.token}` },
      });
    this.#server = createServer((incoming, answer) => {
      if (!this.#admits(incoming)) return void answer.writeHead(403).end('{"message": "Forbidden"}');
      const onward = forward(incoming);
      onward.on('response', (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      onward.on('error', () => answer.writeHead(502).end());
      incoming.pipe(onward);
    });
    this.#server.on('upgrade', (incoming, socket: Socket) => {
      if (!this.#admits(incoming)) return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      const onward = forward(incoming);
      onward.on('upgrade', (reply, behind: Socket, head) => {
        const headers = Object.entries(reply.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`);
        if (head.length > 0) socket.write(head);
        socket.pipe(behind).pipe(socket);
        for (const [one, other] of [
          [socket, behind],
          [behind, socket],
        ] as const) {
          one.on('error', () => other.destroy());
          one.on('close', () => other.destroy());
        }
      });
      onward.on('response', () => socket.destroy());
      onward.on('error', () => socket.destroy());
      onward.end();
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(target: { readonly url: string; readonly token: string }, token: string): Promise<TokenDoor> {
    const door = new TokenDoor(target, token);
    door.#server.listen(0, '127.0.0.1');
    await once(door.#server, 'listening');
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** From now on another token is asked for; who is inside is put out. */
  expire(next: string): void {
    this.#token = next;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #admits(incoming: IncomingMessage): boolean {
    const admitted = incoming.headers.authorization === `token ${this.#token}`;
    if (!admitted) this.refused += 1;
    return admitted;
  }
}
