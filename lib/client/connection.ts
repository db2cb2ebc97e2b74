import { io, type Socket } from 'socket.io-client';
import { fault, isFault } from '#lib/core/fault.ts';
import { downMessages, type DownName } from '#lib/protocol/down.ts';
import { upMessages, type UpName } from '#lib/protocol/up.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { callApi } from './api.ts';
import type { Connection, ConnectionStatus, DownPayload, UpReply, UpRequest } from './connection-port.ts';

const replyTimeoutMs = 30_000;
const hungUpMs = 300;
const websocketFirst = ['websocket', 'polling'];
const pollingFirst = ['polling', 'websocket'];

/** Why the server turned this page away for good; the shell shows it and offers the remedy. */
export type Refusal = 'protocol.version' | 'access.signedOut' | 'access.origin';

/**
 * The browser's one socket. Created once per page by `connection()`; every message is checked against its schema in
 * both directions.
 */
export class SocketConnection implements Connection {
  readonly #socket: Socket;
  readonly #listeners = new Set<() => void>();
  #status: ConnectionStatus = 'connecting';
  #refusal: Refusal | null = null;

  constructor() {
    this.#socket = io({
      transports: websocketFirst,
      // Without this a proxy that turns WebSockets away would be asked for one for ever.
      tryAllTransports: true,
      auth: { protocol: protocolVersion },
      reconnectionDelay: 300,
      reconnectionDelayMax: 5_000,
    });
    this.#socket.on('connect', () => this.#become('connected'));
    this.#socket.on('disconnect', (reason) => {
      this.#become('offline');
      // The server hung up by itself, which the socket takes for the end: asked again, it says why, such as a sign-out.
      if (reason === 'io server disconnect') setTimeout(() => this.#socket.connect(), hungUpMs);
    });
    this.#socket.on('connect_error', (error: Error & { data?: { fault?: string } }) => {
      // A proxy may also take a WebSocket and never answer: the next try begins with polling.
      if (error.message === 'timeout') this.#socket.io.opts.transports = pollingFirst;
      const code = error.data?.fault;
      if (isRefusal(code)) this.#refusal = code;
      else void this.#askWhy();
      this.#become('offline');
    });
    window.addEventListener('online', () => this.#socket.connect());
  }

  async request<Name extends UpName>(name: Name, payload: UpRequest<Name>): Promise<UpReply<Name>> {
    if (!this.#socket.connected) return offline() as UpReply<Name>;
    try {
      const answer: unknown = await this.#socket.timeout(replyTimeoutMs).emitWithAck(name, payload);
      return upMessages[name].reply.parse(answer) as UpReply<Name>;
    } catch {
      return offline() as UpReply<Name>;
    }
  }

  on<Name extends DownName>(name: Name, handler: (payload: DownPayload<Name>) => void): () => void {
    const receive = (payload: unknown): void => handler(downMessages[name].payload.parse(payload) as DownPayload<Name>);
    this.#socket.on(name as string, receive);
    return () => void this.#socket.off(name as string, receive);
  }

  status(): ConnectionStatus {
    return this.#status;
  }

  /** Set when the server refused this page; null while it is only unreachable. */
  refusal(): Refusal | null {
    return this.#refusal;
  }

  onStatus(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Browsers tell pages nothing of an upgrade that was refused; a route of the server does. */
  async #askWhy(): Promise<void> {
    const answer = await callApi('listGateways');
    if (this.#status === 'connected' || !isFault(answer) || !isRefusal(answer.fault)) return;
    this.#refusal = answer.fault;
    this.#become('offline');
  }

  #become(status: ConnectionStatus): void {
    if (status === 'connected') this.#refusal = null;
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}

function isRefusal(code: string | undefined): code is Refusal {
  return code === 'protocol.version' || code === 'access.signedOut' || code === 'access.origin';
}

function offline() {
  return fault(
    'server.stopping',
    'The server does not answer.',
    'Your edits are kept in this tab and sent when it is back.',
  );
}

let shared: SocketConnection | undefined;

/** The page's connection, opened at first use (StrictMode mounts effects twice; the socket must not). */
export function connection(): SocketConnection {
  shared ??= new SocketConnection();
  return shared;
}
