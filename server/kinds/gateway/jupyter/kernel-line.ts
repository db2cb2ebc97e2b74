import { KernelConnection, KernelMessage, ServerConnection } from '@jupyterlab/services';
import type { WebSocket } from 'ws';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { KernelId } from '#lib/core/ids.ts';
import type { FindEndpoint, GatewayEffects } from '../port.ts';
import { isWithinBounds } from './frame-bounds.ts';
import { pongSocketClass, type SocketEnd } from './pong-socket.ts';
import { quietServices } from './quiet-services.ts';
import { readFrame } from './read-frame.ts';
import { orFault } from './rest.ts';

quietServices();

/** For the other side to answer a farewell. */
const farewellMs = 2_000;

export type LineOptions = {
  readonly kernelId: KernelId;
  readonly clientId: string;
  readonly endpoint: FindEndpoint;
  readonly effects: GatewayEffects;
  readonly pong: boolean;
  /** Off for gateways that know the old framing alone: they refuse whoever asks for another. */
  readonly subprotocols: boolean;
};

/** What a line tells, until it is closed. */
export type LineEvents = {
  readonly open: () => void;
  readonly received: (message: KernelMessage.IMessage) => void;
  readonly sent: (msgId: string) => void;
  /** Anything at all came from the other side. */
  readonly sign: () => void;
  readonly down: (end: SocketEnd) => void;
};

/** One socket to a kernel: one life of a KernelConnection of @jupyterlab/services, which makes no other by itself. */
export class KernelLine {
  readonly connection: KernelConnection;
  #closed = false;
  #leaving: (() => void) | null = null;
  #socket: WebSocket | null = null;

  static open(options: LineOptions, events: LineEvents): Promise<Fault | KernelLine> {
    return orFault(() => KernelLine.#open(options, events));
  }

  static async #open(options: LineOptions, events: LineEvents): Promise<Fault | KernelLine> {
    const endpoint = await options.endpoint();
    if (isFault(endpoint)) return endpoint;
    const { effects } = options;
    // http and https alone reach this point; the URL check is for the place, so the scheme does not matter to it.
    const url = new URL(endpoint.baseUrl);
    const refused = await effects.checkUrl(url);
    if (refused !== null) return refused;
    let line: KernelLine | null = null;
    let first: WebSocket | null = null;
    const socketClass = pongSocketClass({
      headers: endpoint.headers,
      tls: endpoint.tls,
      lookup: effects.lookupFor(url),
      pong: options.pong,
      subprotocols: options.subprotocols,
      onMade: (socket) => {
        if (line !== null) line.#socket = socket;
        else first = socket;
      },
      onSign: () => line !== null && !line.#closed && events.sign(),
      onDown: (end) => {
        if (line === null || line.#closed) return;
        if (line.#leaving === null) events.down(end);
        else line.#leaving();
      },
    });
    const usual = ServerConnection.makeSettings({ baseUrl: endpoint.baseUrl, appendToken: false, token: '' });
    line = new KernelLine(options, events, {
      ...usual,
      // ws and the browser's WebSocket agree in all that the library uses; their declared event types do not.
      WebSocket: socketClass as unknown as typeof globalThis.WebSocket,
      serializer: {
        serialize: (message, protocol) => usual.serializer.serialize(withOwnBuffers(message), protocol),
        deserialize: (data, protocol) =>
          readFrame(() => {
            if (!isWithinBounds(data, protocol ?? '')) throw new RangeError('the parts of a frame reach outside of it');
            return usual.serializer.deserialize(data, protocol);
          }),
      },
    });
    line.#socket ??= first;
    return line;
  }

  private constructor(options: LineOptions, events: LineEvents, serverSettings: ServerConnection.ISettings) {
    const { kernelId, clientId } = options;
    this.connection = new QuietConnection({
      model: { id: kernelId, name: '' },
      clientId,
      handleComms: false,
      serverSettings,
    });
    this.connection.info.catch(() => undefined);
    // Fires in order of arrival, also for parents that this process never sent: replayed answers come that way.
    this.connection.anyMessage.connect((_, { msg, direction }) => {
      if (this.#closed) return;
      if (direction === 'recv') events.received(msg);
      else events.sent(msg.header.msg_id);
    });
    this.connection.connectionStatusChanged.connect((_, status) => {
      if (!this.#closed && status === 'connected') events.open();
    });
  }

  get isOpen(): boolean {
    return !this.#closed && this.connection.connectionStatus === 'connected';
  }

  /** Says farewell and tells what comes until the other side has heard it; then closes. */
  async leave(): Promise<void> {
    if (this.isOpen && this.#leaving === null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, farewellMs);
        this.#leaving = () => {
          clearTimeout(timer);
          resolve();
        };
        this.#socket?.close();
      });
    }
    this.close();
  }

  /** Nothing is told any more. */
  close(): void {
    this.#closed = true;
    this.connection.dispose();
  }
}

/** The library sends the whole memory that a view is a part of: each buffer gets a memory of its own. */
function withOwnBuffers(message: KernelMessage.IMessage): KernelMessage.IMessage {
  if (message.buffers === undefined || message.buffers.length === 0) return message;
  const buffers = message.buffers.map((buffer) =>
    ArrayBuffer.isView(buffer)
      ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice().buffer
      : buffer,
  );
  return { ...message, buffers };
}

/** The library's connection without its own reconnect and with no rejection that nobody can catch. */
class QuietConnection extends KernelConnection {
  // Called by the library as `void promise`: a kernel that restarts meanwhile would end the process.
  override requestKernelInfo(): Promise<KernelMessage.IInfoReplyMsg | undefined> {
    return super.requestKernelInfo().catch(() => undefined);
  }

  // Called on the gateway's `restarting`; the link renews itself on the same message.
  override reconnect(): Promise<void> {
    return Promise.resolve();
  }
}
