import type { KernelConnection, KernelMessage } from '@jupyterlab/services';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { HeardNumbers, MessageNumber } from '#lib/core/kernel/message-numbers.ts';
import type { ExecuteOptions, KernelLinkListener, KernelQuestion } from '../port.ts';
import { HeardMessages } from './heard-messages.ts';
import { KernelLine } from './kernel-line.ts';
import type { JupyterLinkOptions } from './kernel-link-options.ts';
import { isInTurn, KernelQuestions } from './kernel-questions.ts';
import { executeRequest, inputRequestHeader } from './kernel-requests.ts';
import { LineWatch, patienceMs } from './line-watch.ts';
import { maxPayload, type SocketEnd } from './pong-socket.ts';
import { buffersOf, stateOf } from './read-frame.ts';
import { thrownFault } from './rest.ts';
import { Retries } from './retries.ts';
import type { KernelSocket } from './shared-link.ts';

const longestSeekPauseMs = 15_000;
const probeEveryMs = 400;
const probes = 8;
/** Time for the gateway to take notice of a socket that opened or closed. */
const noticeMs = 250;
/** A gateway that answers REST again has this long to say something on the old socket, too. */
const revivalMs = 3_000;

/**
 * The one client of a kernel, shared by `SharedLink`. Each life of the socket is one `KernelLine`; this supervisor makes
 * the next one, under the same session id, for ever and with jitter, after REST has said that the kernel is still there
 * (the library's own reconnect gives up after seven tries and takes a refused token for a dead kernel).
 *
 * A line that gives no sign of life stays readable. Only when the gateway answers REST and still says nothing on it is it
 * given up, and then the next one is opened first: a frozen gateway goes on where it was, and nothing is lost by a hasty
 * second socket, for which Jupyter would throw the first one out.
 */
export class JupyterKernelLink implements KernelSocket {
  readonly #options: JupyterLinkOptions;
  readonly #listener: KernelLinkListener;
  readonly #questions: KernelQuestions;
  readonly #heard: HeardMessages;
  readonly #watch: LineWatch;
  /** Requests that no socket took yet, in order. */
  #unsent: { readonly msgId: string; readonly send: () => boolean }[] = [];
  #line: KernelLine | null = null;
  /** Takes the place of a line that has gone silent, once it has said something. */
  #next: KernelLine | null = null;
  #subprotocols = true;
  #ended = false;
  readonly #retries = new Retries(() => this.#attempt(this.#open()));
  #timer: NodeJS.Timeout | undefined;
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
    const patience = options.patienceMs ?? patienceMs;
    this.#watch = new LineWatch({
      patienceMs: patience,
      silent: () => {
        const reason = `no sign of life from the gateway for ${Math.round(patience / 1000)} s`;
        listener.connection('reconnecting', reason);
        this.#attempt(this.#seek());
      },
      // The next line may be on its way to the gateway, which then closes this one: it goes on, and takes over.
      revived: () => {
        listener.connection('connected');
        this.#sendWaiting();
      },
      look: () => void this.#look().catch(() => undefined), // it looks again
      others: (count) => listener.others?.(count),
    });
    queueMicrotask(() => this.#attempt(this.#open()));
  }

  execute(msgId: string, code: string, options: ExecuteOptions): void {
    const send = (): boolean => this.#send(msgId, code, options);
    if (this.#unsent.length > 0 || !send()) this.#unsent.push({ msgId, send });
  }

  ask(question: KernelQuestion, limitMs: number): Promise<Fault | JsonObject> {
    return this.#questions.ask(question, limitMs);
  }

  answer(inputId: string, text: string): boolean {
    const connection = this.#ready();
    if (connection === null) return false;
    try {
      connection.sendInputReply({ status: 'ok', value: text }, inputRequestHeader(this.#options.clientId, inputId));
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

  /** What lets us in is another by now. */
  hurry(): void {
    this.#retries.hurry();
    this.#watch.seekNow();
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#retries.stop();
    this.#questions.end();
    this.#heard.stop();
    this.#dropAll();
    this.#unsent = [];
    this.#options.onClose();
    this.#listener.connection('closed');
  }

  async leave(): Promise<void> {
    this.#paused = true;
    await this.#line?.leave();
    this.close();
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
    this.#retries.stop();
    this.#dropAll();
    this.#listener.connection('reconnecting');
  }

  /** Opens the next socket; with `fresh` (after a restart) it waits until the new kernel answers on it. */
  renew(fresh = true): void {
    if (this.#ended) return;
    this.#paused = false;
    this.#dropAll();
    this.#fresh = fresh;
    if (fresh) this.#questions.kernelReplaced();
    this.#listener.connection('reconnecting');
    this.#retries.rest(noticeMs);
  }

  async #open(): Promise<void> {
    if (this.#ended || this.#paused || this.#line !== null) return;
    const line = await this.#makeLine(() => this.#opened());
    if (this.#ended || this.#paused || this.#line !== null) return void (isFault(line) || line.close());
    if (isFault(line)) return this.#retryBecause(line);
    if (this.#retries.isFirst) this.#listener.connection('connecting');
    this.#probing = this.#fresh ? new Set() : null;
    this.#take(line);
  }

  #take(line: KernelLine): void {
    this.#line = line;
    this.#heard.interrupted();
  }

  #makeLine(open: (line: KernelLine) => void): Promise<Fault | KernelLine> {
    const { kernelId, endpoint, effects, pong } = this.#options;
    const clientId = this.#forgetting ? `${this.#options.clientId}-new` : this.#options.clientId;
    const options = { kernelId, clientId, endpoint, effects, pong, subprotocols: this.#subprotocols };
    let made: KernelLine | null = null;
    const told = (tell: (line: KernelLine) => void): void => {
      if (made !== null && (made === this.#line || made === this.#next)) tell(made);
    };
    const making = KernelLine.open(options, {
      open: () => told(open),
      received: (message) =>
        told((line) => {
          if (line === this.#next) this.#succeed(line);
          if (!this.#forgetting) this.#receive(message);
        }),
      sent: (msgId) => this.#probing?.add(msgId),
      sign: () => told((line) => this.#sign(line)),
      down: (end) => told((line) => this.#down(line, end)),
    });
    return making.then((line) => (made = isFault(line) ? null : line) ?? line);
  }

  #opened(): void {
    if (this.#forgetting) this.#timer = setTimeout(() => this.#forgotten(), noticeMs);
    else if (this.#probing === null) this.#connected();
    else this.#probe(this.#line, probes);
  }

  #probe(line: KernelLine | null, left: number): void {
    if (line === null || this.#line !== line || this.#probing === null) return;
    if (left === 0) {
      this.#forgetting = true;
      return this.renew();
    }
    void line.connection.requestKernelInfo();
    this.#timer = setTimeout(() => this.#probe(line, left - 1), probeEveryMs);
  }

  #forgotten(): void {
    if (this.#ended || this.#paused) return;
    this.#forgetting = false;
    this.renew();
  }

  #connected(): void {
    this.#retries.succeeded();
    this.#probing = null;
    this.#fresh = false;
    clearTimeout(this.#timer);
    this.#watch.begin();
    if (this.#line !== null) this.#questions.opened(this.#line.connection);
    this.#listener.connection('connected');
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    while (this.#unsent[0]?.send() === true) this.#unsent.shift();
  }

  #sign(line: KernelLine): void {
    if (line === this.#line) this.#watch.sign();
    else if (line.isOpen) this.#succeed(line);
  }

  #seekLater(): void {
    this.#watch.seekLater(1_000 + Math.random() * longestSeekPauseMs, () => this.#attempt(this.#seek()));
  }

  /** While a line is silent: does the gateway answer at all? Then its next line is opened beside the old one. */
  async #seek(): Promise<void> {
    const isCalledOff = (): boolean => !this.#watch.silent || this.#ended || this.#paused || this.#next !== null;
    const again = (): void => this.#seekLater();
    if (isCalledOff()) return;
    const found = await this.#options.findKernel();
    if (isCalledOff()) return;
    if (found === null || (!isFault(found) && found.state === 'dead')) return this.#die();
    if (isFault(found)) return again();
    await new Promise((resolve) => setTimeout(resolve, revivalMs));
    if (isCalledOff()) return;
    const line = await this.#makeLine(() => undefined);
    if (isFault(line)) return again();
    if (isCalledOff()) return line.close();
    this.#next = line;
  }

  /** The next line has said something: the old one is let go. */
  #succeed(line: KernelLine): void {
    this.#next = null;
    this.#questions.closed();
    this.#line?.close();
    this.#take(line);
    this.#connected();
  }

  /** The connection that takes requests; null while there is none. */
  #ready(): KernelConnection | null {
    const isReady = this.#probing === null && !this.#watch.silent && this.#line?.isOpen === true;
    return isReady ? (this.#line?.connection ?? null) : null;
  }

  #send(msgId: string, code: string, { cellId, before }: ExecuteOptions): boolean {
    const connection = this.#ready();
    if (connection === null) return false;
    before?.();
    const message = executeRequest({ clientId: this.#options.clientId, msgId, code, cellId });
    try {
      // Rejects when the kernel dies or the socket goes; what happened to the run is read from the messages.
      connection.sendShellMessage(message, true).done.catch(() => undefined);
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
    const state = type === 'status' ? stateOf(content) : undefined;
    if (this.#questions.receive(message, parentMsgId)) {
      if (isInTurn(parentMsgId) && (state === 'busy' || state === 'idle')) this.#listener.status(state, true);
      return this.#passOver(number, channel);
    }
    if (this.#probing !== null && state === 'idle' && parentMsgId !== null && this.#probing.has(parentMsgId))
      this.#connected();
    const believed = this.#probing === null || state === 'restarting';
    if (state !== undefined && state !== 'dead' && believed) {
      this.#questions.mainIs(state);
      this.#listener.status(state, this.#heard.isOfOthers(parent));
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
    if (number !== null) this.#listener.heard?.(number, { aside: channel !== 'iopub', foreign: false });
  }

  /** A socket is gone: was it the kernel, the gateway or the way there? */
  #down(line: KernelLine, end: SocketEnd): void {
    if (end.kind === 'noSubprotocol') this.#subprotocols = false;
    if (line === this.#next) {
      this.#next = null;
      line.close();
      return this.#line === null ? this.#attempt(this.#findOut()) : this.#seekLater();
    }
    if (end.kind === 'tooLarge') this.#listener.refused?.({ mostBytes: maxPayload });
    this.#drop();
    this.#listener.connection('reconnecting');
    if (this.#next === null) this.#attempt(this.#findOut());
  }

  async #look(): Promise<void> {
    const line = this.#line;
    const found = await this.#options.findKernel();
    if (this.#line !== line || this.#next !== null) return;
    if (found === null) return this.#die();
    if (!isFault(found)) this.#watch.count(found.connections);
  }

  async #findOut(): Promise<void> {
    const found = await this.#options.findKernel();
    if (this.#ended || this.#paused || this.#line !== null) return;
    if (found === null || (!isFault(found) && found.state === 'dead')) return this.#die();
    if (isFault(found)) return this.#retryBecause(found);
    this.#retry();
  }

  /** A token that was replaced, a server that is down: the next try asks for the endpoint anew. */
  #retryBecause(trouble: Fault): void {
    this.#retry();
    this.#listener.connection('reconnecting', trouble.message);
  }

  /** Whatever fails in a step on the way to a line: the way goes on. */
  #attempt(step: Promise<void>): void {
    step.catch((error: unknown) => {
      if (this.#line === null) this.#retryBecause(thrownFault(error));
      else this.#seekLater();
    });
  }

  #retry(): void {
    if (!this.#ended && !this.#paused) this.#retries.later();
  }

  /** Lets go of the line; the one that is to take its place stays. */
  #drop(): void {
    this.#watch.end();
    this.#probing = null;
    const line = this.#line;
    this.#line = null;
    this.#questions.closed();
    line?.close();
  }

  #dropAll(): void {
    this.#next?.close();
    this.#next = null;
    this.#drop();
  }

  #die(): void {
    if (this.#ended) return;
    this.#listener.status('dead');
    this.close();
  }
}
