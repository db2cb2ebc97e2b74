import { io, type Socket } from 'socket.io-client';
import type { Connection, ConnectionStatus, DownPayload, UpReply, UpRequest } from '#lib/client/connection-port.ts';
import { fault } from '#lib/core/fault.ts';
import { downMessages, type DownName } from '#lib/protocol/down.ts';
import { upMessages, type UpName } from '#lib/protocol/up.ts';
import { protocolVersion } from '#lib/protocol/version.ts';

export type LineOptions = {
  /** Where to connect: the server, or a proxy before it. */
  readonly port: number;
  /** The server's own address: what a browser would have in its address bar. */
  readonly origin: string;
  readonly cookie: string;
  readonly protocol?: number;
  readonly transports?: ('websocket' | 'polling')[];
};

/** The page's line to the server, for a page that lives in a Node process. */
export class NodeConnection implements Connection, Disposable {
  readonly socket: Socket;
  readonly #listeners = new Set<() => void>();
  #status: ConnectionStatus = 'connecting';
  /** The code of the fault with which the server turned this page away. */
  refusal: string | null = null;

  constructor({ port, origin, cookie, protocol = protocolVersion, transports }: LineOptions) {
    this.socket = io(`http://127.0.0.1:${port}`, {
      transports: transports ?? ['websocket'],
      auth: { protocol },
      extraHeaders: { Cookie: cookie, Origin: origin, Host: new URL(origin).host },
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
    });
    this.socket.on('connect', () => this.#become('connected'));
    this.socket.on('disconnect', (reason) => {
      this.#become('offline');
      if (reason === 'io server disconnect') setTimeout(() => this.socket.connect(), 300);
    });
    this.socket.on('connect_error', (error: Error & { data?: { fault?: string } }) => {
      this.refusal = error.data?.fault ?? null;
      this.#become('offline');
    });
  }

  async request<Name extends UpName>(name: Name, payload: UpRequest<Name>): Promise<UpReply<Name>> {
    const offline = fault('server.stopping', 'The server does not answer.') as UpReply<Name>;
    if (!this.socket.connected) return offline;
    try {
      const answer: unknown = await this.socket.timeout(30_000).emitWithAck(name, payload);
      return upMessages[name].reply.parse(answer) as UpReply<Name>;
    } catch {
      return offline;
    }
  }

  on<Name extends DownName>(name: Name, handler: (payload: DownPayload<Name>) => void): () => void {
    const receive = (payload: unknown): void => handler(downMessages[name].payload.parse(payload) as DownPayload<Name>);
    this.socket.on(name as string, receive);
    return () => void this.socket.off(name as string, receive);
  }

  status(): ConnectionStatus {
    return this.#status;
  }

  onStatus(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }

  #become(status: ConnectionStatus): void {
    if (status === 'connected') this.refusal = null;
    this.#status = status;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
