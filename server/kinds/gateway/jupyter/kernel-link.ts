import { KernelConnection, KernelMessage, ServerConnection } from '@jupyterlab/services';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { KernelId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { HeardNumbers, MessageNumber } from '#lib/core/kernel/message-numbers.ts';
import type {
  FindEndpoint,
  GatewayEffects,
  GatewayEndpoint,
  GatewayKernel,
  KernelLinkListener,
  KernelQuestion,
} from '../port.ts';
import { HeardMessages } from './heard-messages.ts';
import { pongSocketClass } from './pong-socket.ts';
import { KernelQuestions } from './kernel-questions.ts';
import { quietServices } from './quiet-services.ts';
import { buffersOf, readFrame, stateOf } from './read-frame.ts';
import type { KernelSocket } from './shared-link.ts';

quietServices();

const longestPauseMs = 15_000;
/** A kernel that somebody else shuts down leaves our socket open and silent: only REST tells. */
const livenessMs = 5_000;
const probeEveryMs = 400;
const probes = 8;
/** Time for the gateway to take notice of a socket that opened or closed. */
const noticeMs = 250;

export type JupyterLinkOptions = {
  readonly kernelId: KernelId;
  readonly clientId: string;
  readonly endpoint: FindEndpoint;
  readonly findKernel: () => Promise<Fault | GatewayKernel | null>;
  readonly effects: GatewayEffects;
  readonly pong: boolean;
  /** Whether to use the kernel's subshells where it has them. */
  readonly subshells: boolean;
  readonly onClose: () => void;
};

/**
 * The one client of a kernel, shared by `SharedLink`. Each life of the socket is one KernelConnection of @jupyterlab/services; this supervisor
 * makes the next one, under the same session id, for ever and with jitter, after REST has said that the kernel is still
 * there (the library's own reconnect gives up after seven tries and takes a refused token for a dead kernel).
 *
 * Messages are taken from `anyMessage`, which fires in order of arrival and also for parents that this process never
 * sent: replayed answers to requests of an earlier process come that way.
 */
export class JupyterKernelLink implements KernelSocket {
  readonly #options: JupyterLinkOptions;
  readonly #listener: KernelLinkListener;
  readonly #questions: KernelQuestions;
  readonly #heard: HeardMessages;
  /** Requests that no socket took yet, in order. */
  #unsent: { readonly msgId: string; readonly send: () => boolean }[] = [];
  #connection: KernelConnection | null = null;
  #ended = false;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #liveness: NodeJS.Timeout | undefined;
  /**
   * After a restart the gateway's iopub subscription may not have reached the new kernel yet: outputs of a request that
   * leaves now would be lost. Nothing is sent, and no status believed, until iopub has answered one of these probes.
   */
  #probing: Set<string> | null = null;
  #fresh = false;
  /** The next socket opens under another session id: that makes the gateway forget channels to a kernel's old ports. */
  #forgetting = false;
  #paused = false;

  constructor(options: JupyterLinkOptions, listener: KernelLinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#questions = new KernelQuestions(options);
    this.#heard = new HeardMessages(options.clientId, (gap) => void listener.gap?.(gap));
    queueMicrotask(() => void this.#open());
  }

  execute(msgId: string, code: string, options: { readonly cellId: string }): void {
    const send = (): boolean => this.#send(msgId, code, options.cellId);
    if (this.#unsent.length > 0 || !send()) this.#unsent.push({ msgId, send });
  }

  ask(question: KernelQuestion, limitMs: number): Promise<Fault | JsonObject> {
    return this.#questions.ask(question, limitMs);
  }

  answer(inputId: string, text: string): boolean {
    const connection = this.#probing === null ? this.#connection : null;
    if (connection === null || connection.connectionStatus !== 'connected') return false;
    try {
      const parent = KernelMessage.createMessage<KernelMessage.IInputRequestMsg>({
        msgType: 'input_request',
        channel: 'stdin',
        session: this.#options.clientId,
        msgId: inputId,
        content: { prompt: '', password: false },
      });
      connection.sendInputReply({ status: 'ok', value: text }, parent.header);
      return true;
    } catch {
      return false; // the socket went between the look and the word: whoever answers is told to try again
    }
  }

  /** What an earlier process of this server had heard. */
  restore(heard: readonly HeardNumbers[]): void {
    this.#heard.restore(heard);
  }

  dropUnsent(msgIds?: ReadonlySet<string>): void {
    this.#unsent = msgIds === undefined ? [] : this.#unsent.filter(({ msgId }) => !msgIds.has(msgId));
  }

  close(): void {
    this.#end('closed');
  }

  /**
   * Before a restart. A socket that is open while the kernel's ports change may leave the gateway with channels to the
   * old ones, which it would then keep for our session id. Requests that have not left were for the old kernel.
   */
  pause(): void {
    if (this.#ended) return;
    this.#paused = true;
    this.dropUnsent();
    clearTimeout(this.#timer);
    this.#drop();
    this.#listener.connection('reconnecting');
  }

  /** Opens the next socket; with `fresh` (after a restart) it waits until the new kernel answers on it. */
  renew(fresh = true): void {
    if (this.#ended) return;
    this.#paused = false;
    this.#drop();
    this.#fresh = fresh;
    if (fresh) this.#questions.kernelReplaced();
    this.#tries = 1;
    this.#listener.connection('reconnecting');
    this.#retry(noticeMs);
  }

  async #open(): Promise<void> {
    if (this.#ended || this.#paused) return;
    const { kernelId, effects } = this.#options;
    const clientId = this.#forgetting ? `${this.#options.clientId}-new` : this.#options.clientId;
    const endpoint = await this.#options.endpoint();
    if (this.#ended || this.#paused || this.#connection !== null) return;
    if (isFault(endpoint)) return this.#retryBecause(endpoint);
    const settings = await this.#settings(endpoint, effects);
    if (this.#ended || this.#paused || this.#connection !== null) return;
    if (isFault(settings)) return this.#retryBecause(settings);
    if (this.#tries === 0) this.#listener.connection('connecting');
    this.#probing = this.#fresh ? new Set() : null;
    const connection = new QuietConnection({
      model: { id: kernelId, name: '' },
      clientId,
      handleComms: false,
      serverSettings: settings,
    });
    this.#connection = connection;
    this.#heard.interrupted();
    connection.info.catch(() => undefined);
    connection.anyMessage.connect((_, { msg, direction }) => {
      if (this.#connection !== connection) return;
      if (this.#forgetting) return;
      if (direction === 'recv') this.#receive(msg);
      else this.#probing?.add(msg.header.msg_id);
    });
    connection.connectionStatusChanged.connect((_, status) => {
      if (this.#connection !== connection || status !== 'connected') return;
      if (this.#forgetting) this.#timer = setTimeout(() => this.#forgotten(), noticeMs);
      else if (this.#probing === null) this.#connected();
      else this.#probe(connection, probes);
    });
  }

  #probe(connection: KernelConnection, left: number): void {
    if (this.#connection !== connection || this.#probing === null) return;
    if (left === 0) {
      this.#forgetting = true;
      return this.renew();
    }
    void connection.requestKernelInfo();
    this.#timer = setTimeout(() => this.#probe(connection, left - 1), probeEveryMs);
  }

  async #settings(endpoint: GatewayEndpoint, effects: GatewayEffects): Promise<Fault | ServerConnection.ISettings> {
    // http and https alone reach this point; the URL check is for the place, so the scheme does not matter to it.
    const refused = await effects.checkUrl(new URL(endpoint.baseUrl));
    if (refused !== null) return refused;
    const socketClass = pongSocketClass({
      headers: endpoint.headers,
      tls: endpoint.tls,
      lookup: effects.lookup,
      pong: this.#options.pong,
      onDown: () => this.#down(),
    });
    const usual = ServerConnection.makeSettings({ baseUrl: endpoint.baseUrl, appendToken: false, token: '' });
    return {
      ...usual,
      // ws and the browser's WebSocket agree in all that the library uses; their declared event types do not.
      WebSocket: socketClass as unknown as typeof globalThis.WebSocket,
      serializer: {
        serialize: (message, protocol) => usual.serializer.serialize(message, protocol),
        deserialize: (data, protocol) => readFrame(() => usual.serializer.deserialize(data, protocol)),
      },
    };
  }

  #forgotten(): void {
    if (this.#ended || this.#paused) return;
    this.#forgetting = false;
    this.renew();
  }

  #connected(): void {
    this.#tries = 0;
    this.#probing = null;
    this.#fresh = false;
    clearTimeout(this.#timer);
    clearInterval(this.#liveness);
    this.#liveness = setInterval(() => void this.#look(), livenessMs);
    this.#liveness.unref();
    if (this.#connection !== null) this.#questions.opened(this.#connection);
    this.#listener.connection('connected');
    while (this.#unsent[0]?.send() === true) this.#unsent.shift();
  }

  #send(msgId: string, code: string, cellId: string): boolean {
    const connection = this.#probing === null ? this.#connection : null;
    if (connection === null || connection.connectionStatus !== 'connected') return false;
    const message = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
      msgType: 'execute_request',
      channel: 'shell',
      username: '',
      session: this.#options.clientId,
      msgId,
      content: {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: true,
        stop_on_error: true,
      },
      metadata: { cellId },
    });
    try {
      const future = connection.sendShellMessage(message, true);
      // Rejects when the kernel dies or the socket goes; what happened to the run is read from the messages.
      future.done.catch(() => undefined);
      this.#questions.mainIs('busy');
      return true;
    } catch {
      return false;
    }
  }

  #receive(message: KernelMessage.IMessage): void {
    const parent: unknown = message.parent_header;
    const parentMsgId = isJsonObject(parent) && typeof parent['msg_id'] === 'string' ? parent['msg_id'] : null;
    const type: string = message.header.msg_type;
    const content: unknown = message.content;
    const { number, again, gap } = this.#heard.hear(message);
    if (again) return;
    if (gap !== null) this.#listener.gap?.(gap);
    const { channel } = message;
    if (this.#questions.receive(message, parentMsgId)) return this.#passOver(number, channel);
    const state = type === 'status' ? stateOf(content) : undefined;
    if (this.#probing !== null && state === 'idle' && parentMsgId !== null && this.#probing.has(parentMsgId))
      this.#connected();
    const believed = this.#probing === null || state === 'restarting';
    if (state !== undefined && state !== 'dead' && believed) {
      this.#questions.mainIs(state);
      this.#listener.status(state);
    }
    if (channel === 'iopub' || channel === 'shell' || channel === 'stdin' || channel === 'control') {
      const { msg_id: msgId } = message.header;
      const buffers = buffersOf(message);
      this.#listener.message({ channel, type, msgId, parentMsgId, content, number, buffers });
    } else this.#passOver(number, channel);
    if (state === 'dead') this.#die();
    // The gateway restarted the kernel by itself: only a new socket makes it connect to the new ports.
    else if (state === 'restarting' && parentMsgId === null) {
      this.dropUnsent();
      setImmediate(() => !this.#paused && this.renew());
    }
  }

  #passOver(number: MessageNumber | null, channel: string): void {
    if (number !== null) this.#listener.heard?.(number, channel !== 'iopub');
  }

  /** The socket is gone: was it the kernel, the gateway or the way there? */
  #down(): void {
    if (this.#ended || this.#connection === null) return;
    this.#drop();
    this.#listener.connection('reconnecting');
    void this.#findOut();
  }

  async #look(): Promise<void> {
    const connection = this.#connection;
    const found = await this.#options.findKernel();
    if (found === null && this.#connection === connection) this.#die();
  }

  async #findOut(): Promise<void> {
    const found = await this.#options.findKernel();
    if (this.#ended || this.#paused || this.#connection !== null) return;
    if (found === null || (!isFault(found) && found.state === 'dead')) return this.#die();
    if (isFault(found)) return this.#retryBecause(found);
    this.#retry();
  }

  /** A token that was replaced, a server that is down: the next try asks for the endpoint anew. */
  #retryBecause(trouble: Fault): void {
    this.#listener.connection('reconnecting', trouble.message);
    this.#retry();
  }

  /** Full jitter in a doubling range, the first try at once. */
  #retry(afterMs = Math.random() * Math.min(longestPauseMs, 250 * (2 ** this.#tries - 1))): void {
    if (this.#ended || this.#paused) return;
    this.#tries = Math.min(this.#tries + 1, 10);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), afterMs);
  }

  #drop(): void {
    clearInterval(this.#liveness);
    this.#probing = null;
    const connection = this.#connection;
    this.#connection = null;
    this.#questions.closed();
    connection?.dispose();
  }

  #die(): void {
    if (this.#ended) return;
    this.#listener.status('dead');
    this.#end('closed');
  }

  #end(state: 'closed'): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#questions.end();
    this.#heard.stop();
    this.#drop();
    this.#unsent = [];
    this.#options.onClose();
    this.#listener.connection(state);
  }
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
