import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

export const subprotocol = 'v1.kernel.websocket.jupyter.org';

export type FakeAnswers = {
  /** Answers REST instead of the usual kernel; true when it has. */
  readonly rest?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers the upgrade instead of opening a WebSocket; true when it has. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex) => boolean;
  /** Which framing is taken of those offered; false: none, as old gateways do. */
  readonly subprotocol?: false;
};

/**
 * A gateway that is none: REST knows one kernel, and the WebSocket says whatever a test says. For what no real gateway can
 * be made to send.
 */
export class FakeGateway implements AsyncDisposable {
  readonly kernelId = '11111111-2222-3333-4444-555555555555';
  readonly sockets: WebSocket[] = [];
  /** Messages that came from us, as they came. */
  readonly received: (Buffer | string)[] = [];
  answers: FakeAnswers;
  /** Requests of either kind, by path. */
  readonly asked: string[] = [];
  kernelState = 'idle';
  connections = 1;
  readonly #http: Server;
  readonly #upgraded = new Set<Duplex>();

  private constructor(answers: FakeAnswers) {
    this.answers = answers;
    const wss = new WebSocketServer({
      noServer: true,
      maxPayload: 2 ** 30,
      handleProtocols: (offered) =>
        this.answers.subprotocol === false ? false : offered.has(subprotocol) && subprotocol,
    });
    this.#http = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      if (this.answers.rest?.(request, response) !== true) this.#rest(request, response);
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.asked.push(request.url ?? '');
      this.#upgraded.add(socket);
      socket.on('error', () => undefined);
      if (this.answers.upgrade?.(request, socket) === true) return;
      wss.handleUpgrade(request, socket, head, (opened) => {
        this.sockets.push(opened);
        opened.on('error', () => undefined);
        opened.on('message', (message: Buffer, isBinary: boolean) =>
          this.received.push(isBinary ? message : message.toString()),
        );
      });
    });
  }

  static async start(answers: FakeAnswers = {}): Promise<FakeGateway> {
    const gateway = new FakeGateway(answers);
    gateway.#http.listen(0, '127.0.0.1');
    await once(gateway.#http, 'listening');
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`;
  }

  /** The socket that opened last. */
  get socket(): WebSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error('no socket is open');
    return last;
  }

  /** Bytes past the WebSocket, on the connection that opened last. */
  sendRaw(bytes: Buffer): void {
    [...this.#upgraded].at(-1)?.write(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #rest(request: IncomingMessage, response: ServerResponse): void {
    const kernel = {
      id: this.kernelId,
      name: 'python3',
      execution_state: this.kernelState,
      connections: this.connections,
      last_activity: '2026-01-01T00:00:00.000000Z',
    };
    const isKernel = request.url?.endsWith(this.kernelId) === true;
    const isList = request.url?.endsWith('/api/kernels') === true;
    response.writeHead(isKernel || isList ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isList ? [kernel] : isKernel ? kernel : { message: 'not here' }));
  }
}

export type SaidMessage = {
  readonly channel: string;
  readonly header: object;
  readonly parent_header: object;
  readonly metadata: object;
  readonly content: unknown;
  readonly buffers?: readonly Buffer[];
};

/** A message in the framing with a name: offsets of all parts, then the parts. */
export function v1Frame(message: SaidMessage): Buffer {
  const { channel, header, parent_header: parent, metadata, content, buffers = [] } = message;
  const texts = [header, parent, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
  return v1Parts([Buffer.from(channel), ...texts, ...buffers]);
}

export function v1Parts(parts: readonly Buffer[]): Buffer {
  const offsets = [8 * (parts.length + 2)];
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length);
  return v1Raw(offsets, parts);
}

/** With whatever offsets a test wants. */
export function v1Raw(offsets: readonly number[], parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8 * (offsets.length + 1));
  head.writeBigUInt64LE(BigInt(offsets.length), 0);
  offsets.forEach((offset, at) => head.writeBigUInt64LE(BigInt(offset), 8 * (at + 1)));
  return Buffer.concat([head, ...parts]);
}

/** The old framing of a message with buffers. */
export function legacyFrame(message: SaidMessage): Buffer {
  const { buffers = [], ...rest } = message;
  const parts = [Buffer.from(JSON.stringify(rest)), ...buffers];
  const head = Buffer.alloc(4 * (parts.length + 1));
  head.writeUInt32BE(parts.length, 0);
  let at = head.length;
  parts.forEach((part, index) => {
    head.writeUInt32BE(at, 4 * (index + 1));
    at += part.length;
  });
  return Buffer.concat([head, ...parts]);
}
