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
  /** Called once, before anyone else hears of the end of the socket. */
  readonly onDown: (reason: string) => void;
};

/** Larger messages fill segments, and Nagle does not hold full segments back. */
const smallBytes = 4096;
/** Token bucket: enough for every message of quick cells, no second stream of frames under a flood. */
const burst = 40;
const perSecond = 400;
const maxPayload = 256 * 1024 * 1024;
const pingEveryMs = 20_000;

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
      super(url, protocols === undefined || protocols.length === 0 ? [] : protocols, client);
      this.binaryType = 'arraybuffer';
      let down = false;
      const fall = (reason: string): void => {
        if (down) return;
        down = true;
        clearInterval(keepalive);
        options.onDown(reason);
      };
      let heard = true;
      const keepalive = setInterval(() => {
        if (this.readyState !== WebSocket.OPEN) return;
        // Nothing at all for a whole period, not even the answer to our ping: the line is dead though TCP has not said so.
        if (!heard) return this.terminate();
        heard = false;
        this.ping();
      }, pingEveryMs);
      keepalive.unref();
      this.on('error', (error: Error) => fall(error.message));
      this.on('close', (code: number) => fall(`the socket closed (${code})`));
      this.on('pong', () => (heard = true));
      let tokens = burst;
      let refilledAt = performance.now();
      this.on('message', (message) => {
        heard = true;
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
