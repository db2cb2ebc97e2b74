import type { LookupFunction } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import type { TlsTrust } from '../port.ts';

/**
 * The WebSocket to a kernel. Jupyter Server leaves Nagle's algorithm on, so the second small frame of a reply waits for
 * our delayed ACK: 40 ms of every execution. An unsolicited pong after small messages (allowed by RFC 6455 §5.5.3)
 * carries the ACK out at once. Our own frames leave without delay already: ws sets TCP_NODELAY.
 */
export type PongSocketOptions = {
  readonly headers: Readonly<Record<string, string>>;
  readonly lookup: LookupFunction;
  readonly tls?: TlsTrust | undefined;
  /** Off only to measure what the pong gains. */
  readonly pong?: boolean;
  /** Off: the gateway is not asked for any framing. */
  readonly subprotocols?: boolean;
  /** Called with each socket as it is made. */
  readonly onMade?: (socket: WebSocket) => void;
  /** Anything at all came from the other side. */
  readonly onSign?: () => void;
  /** Called once, before anyone else hears of the end of the socket. */
  readonly onDown: (end: SocketEnd) => void;
};

/**
 * How a socket ended: `tooLarge`: by a message above the limit; `noSubprotocol`: the gateway knows no framing by name;
 * `unreadable`: what came is no WebSocket; `closed`: all else.
 */
export type SocketEnd = {
  readonly kind: 'tooLarge' | 'noSubprotocol' | 'unreadable' | 'closed';
  readonly reason: string;
};

/** Larger messages fill segments, and Nagle does not hold full segments back. */
const smallBytes = 4096;
/** Token bucket: enough for every message of quick cells, no second stream of frames under a flood. */
const burst = 40;
const perSecond = 400;
/** Bytes of one message. */
export const maxPayload = 256 * 1024 * 1024;
const pingEveryMs = 5_000;

export type PongSocketClass = new (url: string | URL, protocols?: string | string[]) => WebSocket;

/** A class with the constructor that @jupyterlab/services expects: (url, protocols). */
export function pongSocketClass(options: PongSocketOptions): PongSocketClass {
  return class PongSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      // `lookup` reaches net.connect through ws; its own types leave the socket options out.
      const client: ClientOptions & { lookup: LookupFunction; ca?: string[] } = {
        headers: { ...options.headers },
        lookup: options.lookup,
        maxPayload,
        perMessageDeflate: false,
        handshakeTimeout: 15_000,
        followRedirects: false,
        ...options.tls,
      };
      super(url, options.subprotocols === false ? [] : (protocols ?? []), client);
      this.binaryType = 'arraybuffer';
      options.onMade?.(this);
      let down = false;
      const fall = (end: SocketEnd): void => {
        if (down) return;
        down = true;
        clearInterval(keepalive);
        options.onDown(end);
      };
      const sign = options.onSign ?? (() => undefined);
      const keepalive = setInterval(() => {
        if (this.readyState === WebSocket.OPEN) this.ping('', true, () => undefined);
      }, pingEveryMs);
      keepalive.unref();
      this.on('error', (error: Error) => fall({ kind: endOf(error), reason: error.message }));
      this.on('close', (code: number) => fall({ kind: 'closed', reason: `the socket closed (${code})` }));
      // What is open has not answered yet.
      this.on('open', () => this.ping('', true, () => undefined));
      this.on('ping', sign);
      this.on('pong', sign);
      let tokens = burst;
      let refilledAt = performance.now();
      this.on('message', (message) => {
        sign();
        if (options.pong === false || byteLength(message) > smallBytes || this.readyState !== WebSocket.OPEN) return;
        const now = performance.now();
        tokens = Math.min(burst, tokens + ((now - refilledAt) * perSecond) / 1000);
        refilledAt = now;
        if (tokens < 1) return;
        tokens -= 1;
        // The callback takes the error of a socket that closes meanwhile: the pong is a courtesy, never a reason to fail.
        this.pong('', true, () => undefined);
      });
    }
  };
}

function byteLength(message: ArrayBuffer | Buffer | Buffer[] | Blob | string): number {
  if (typeof message === 'string') return message.length;
  if (Array.isArray(message)) return message.reduce((sum, part) => sum + part.byteLength, 0);
  return message instanceof Blob ? message.size : message.byteLength;
}

function endOf(error: Error): SocketEnd['kind'] {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'tooLarge';
  if (error.message === 'Server sent no subprotocol') return 'noSubprotocol';
  return typeof code === 'string' && code.startsWith('WS_ERR_') ? 'unreadable' : 'closed';
}
