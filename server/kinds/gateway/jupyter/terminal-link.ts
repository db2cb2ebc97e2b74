import type { WebSocket } from 'ws';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { TerminalName } from '#lib/core/ids.ts';
import type { FindEndpoint, GatewayEffects, TerminalLink, TerminalLinkListener } from '../port.ts';
import { LineWatch, patienceMs } from './line-watch.ts';
import { pongSocketClass } from './pong-socket.ts';
import { thrownFault } from './rest.ts';
import { Retries } from './retries.ts';

export type TerminalLinkOptions = {
  readonly name: TerminalName;
  readonly endpoint: FindEndpoint;
  readonly effects: GatewayEffects;
  readonly isThere: () => Promise<Fault | boolean>;
  /** How long a line may be silent; 15 s where nothing is said. */
  readonly patienceMs?: number | undefined;
};

/**
 * The connection to one terminal of a Jupyter Server (terminado's protocol: JSON arrays). Each new socket is sent what the
 * gateway still has of the text so far, in one message, and then what comes.
 */
export class JupyterTerminalLink implements TerminalLink {
  readonly #options: TerminalLinkOptions;
  readonly #listener: TerminalLinkListener;
  readonly #watch: LineWatch;
  #socket: WebSocket | null = null;
  #isSetUp = false;
  #isFirst = true;
  #size: { readonly cols: number; readonly rows: number } | null = null;
  #ended = false;
  readonly #retries = new Retries(() => this.#attempt(this.#open()));

  constructor(options: TerminalLinkOptions, listener: TerminalLinkListener) {
    this.#options = options;
    this.#listener = listener;
    const patience = options.patienceMs ?? patienceMs;
    this.#watch = new LineWatch({
      patienceMs: patience,
      // Text waits at the gateway: unlike a kernel's, nothing is lost by another socket.
      silent: () => {
        this.#drop();
        this.#retryBecause(`no sign of life from the gateway for ${Math.round(patience / 1000)} s`);
      },
      revived: () => undefined,
      look: () => undefined,
      others: () => undefined,
    });
    queueMicrotask(() => {
      if (this.#ended) return;
      listener.connection('connecting');
      this.#attempt(this.#open());
    });
  }

  type(text: string): boolean {
    return this.#send(['stdin', text]);
  }

  resize(size: { readonly cols: number; readonly rows: number }): void {
    this.#size = size;
    this.#send(['set_size', size.rows, size.cols, 0, 0]);
  }

  close(): void {
    this.#ended = true;
    this.#retries.stop();
    this.#drop();
  }

  async #open(): Promise<void> {
    const endpoint = await this.#options.endpoint();
    if (this.#ended || this.#socket !== null) return;
    if (isFault(endpoint)) return this.#failed(endpoint);
    const { effects, name } = this.#options;
    const url = new URL(`terminals/websocket/${encodeURIComponent(name)}`, endpoint.baseUrl);
    const refused = await effects.checkUrl(url);
    if (this.#ended || this.#socket !== null) return;
    if (refused !== null) return this.#failed(refused);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const Socket = pongSocketClass({
      headers: endpoint.headers,
      tls: endpoint.tls,
      lookup: effects.lookupFor(new URL(endpoint.baseUrl)),
      onSign: () => this.#watch.sign(),
      onDown: () => this.#down(socket),
    });
    const socket = new Socket(url);
    this.#socket = socket;
    this.#isSetUp = false;
    this.#isFirst = true;
    socket.on('message', (message) => {
      if (this.#socket === socket) this.#receive(textOf(message));
    });
  }

  #receive(text: string): void {
    const message = parse(text);
    if (message === null) return;
    const [type, content] = message;
    if (type === 'setup') this.#setUp();
    else if (type === 'stdout' && typeof content === 'string') {
      const again = this.#isFirst;
      this.#isFirst = false;
      this.#listener.output(content, again);
    } else if (type === 'disconnect') this.#end();
  }

  #setUp(): void {
    if (this.#isSetUp) return;
    this.#isSetUp = true;
    this.#retries.succeeded();
    this.#watch.begin();
    if (this.#size !== null) this.resize(this.#size);
    this.#listener.connection('connected');
  }

  /** A socket is gone: was it the shell, the gateway or the way there? */
  #down(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#drop();
    if (this.#retries.isFirst) this.#listener.connection('reconnecting');
    this.#attempt(this.#findOut());
  }

  async #findOut(): Promise<void> {
    const isThere = await this.#options.isThere();
    if (this.#ended || this.#socket !== null) return;
    if (isFault(isThere)) this.#failed(isThere);
    else if (isThere) this.#retry();
    else this.#end();
  }

  #failed(trouble: Fault): void {
    // Nobody will ever find a way to a gateway that is registered no longer.
    if (trouble.fault === 'gateway.notFound') this.#end(trouble.message);
    else this.#retryBecause(trouble.message);
  }

  #retryBecause(reason: string): void {
    this.#retry();
    this.#listener.connection('reconnecting', reason);
  }

  /** Whatever fails in a step on the way to a line: the way goes on. */
  #attempt(step: Promise<void>): void {
    step.catch((error: unknown) => {
      if (!this.#ended && this.#socket === null) this.#retryBecause(thrownFault(error).message);
    });
  }

  #retry(): void {
    if (!this.#ended) this.#retries.later();
  }

  #send(message: readonly unknown[]): boolean {
    const socket = this.#socket;
    if (socket === null || !this.#isSetUp || socket.readyState !== socket.OPEN) return false;
    socket.send(JSON.stringify(message), () => undefined);
    return true;
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isSetUp = false;
    this.#watch.end();
    socket?.close();
    // What does not answer a farewell is not waited for.
    if (socket !== null) setTimeout(() => socket.terminate(), 2_000).unref();
  }

  #end(reason?: string): void {
    if (this.#ended) return;
    this.close();
    this.#listener.connection('ended', reason);
  }
}

/** What terminado sends: an array that begins with its kind. All else is passed over. */
function parse(text: string): readonly [string, unknown] | null {
  try {
    const message: unknown = JSON.parse(text);
    return Array.isArray(message) && typeof message[0] === 'string' ? [message[0], message[1]] : null;
  } catch {
    return null; // not of this protocol: the line stays, the message does not
  }
}

function textOf(message: ArrayBuffer | Buffer | Buffer[] | Blob | string): string {
  if (typeof message === 'string') return message;
  if (Array.isArray(message)) return Buffer.concat(message).toString();
  if (message instanceof ArrayBuffer) return Buffer.from(message).toString();
  return Buffer.isBuffer(message) ? message.toString() : '';
}
