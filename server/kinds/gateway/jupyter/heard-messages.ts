import type { KernelMessage } from '@jupyterlab/services';
import { isJsonObject, type JsonValue } from '#lib/core/json.ts';
import {
  graceMs,
  MessageNumbers,
  readMessageNumber,
  type HeardNumbers,
  type MessageNumber,
  type MessageParent,
  type NumberGap,
} from '#lib/core/kernel/message-numbers.ts';
import type { KernelGap } from '../port.ts';
import { stateOf } from './read-frame.ts';

export type HeardMessage = {
  readonly number: MessageNumber | null;
  /** It was heard before, on an earlier socket. */
  readonly again: boolean;
  /** Told before the message itself. */
  readonly gap: KernelGap | null;
};

/** Ids that are kept of kernels that number nothing, to know what comes twice while one socket follows another. */
const mostIds = 4_096;

/**
 * The numbers of one kernel's messages over all sockets of its link: says of each message whether it is new and whether
 * others are missing before it, and tells later what became of them. `now` only goes forward.
 */
export class HeardMessages {
  readonly #clientId: string;
  readonly #tell: (gap: KernelGap) => void;
  readonly #now: () => number;
  readonly #numbers = new MessageNumbers();
  #ids = new Set<string>();
  #earlier = new Set<string>();
  /** The run whose text the last message on iopub was. */
  #textOf: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(clientId: string, tell: (gap: KernelGap) => void, now: () => number = () => performance.now()) {
    this.#clientId = clientId;
    this.#tell = tell;
    this.#now = now;
  }

  restore(heard: readonly HeardNumbers[]): void {
    for (const one of heard) this.#numbers.restore(one);
  }

  /** Another socket takes over. */
  interrupted(): void {
    this.#numbers.interrupted();
    if (this.#ids.size > 0) this.#earlier = this.#ids;
    this.#ids = new Set();
  }

  hear(message: KernelMessage.IMessage): HeardMessage {
    const { header, parent_header: parent, content } = message;
    const session: string = header.session;
    const number = readMessageNumber(header.msg_id, session);
    // What the gateway says by itself it says in our name, with numbers that begin anew on each line.
    if (session === this.#clientId) return { number: null, again: false, gap: null };
    if (number === null) return this.#unnumbered(header.msg_id);
    const type: string = header.msg_type;
    const state = type === 'status' ? stateOf(content) : undefined;
    const { again, gap } = this.#numbers.hear({
      number,
      iopub: message.channel === 'iopub',
      parent: this.#parentOf(parent),
      status: state === 'busy' || state === 'idle' ? state : null,
      at: this.#now(),
    });
    this.#settleLater();
    const parentMsgId = isJsonObject(parent) && typeof parent['msg_id'] === 'string' ? parent['msg_id'] : null;
    const textOf = type === 'stream' ? parentMsgId : null;
    const amidText = textOf !== null && textOf === this.#textOf;
    if (message.channel === 'iopub') this.#textOf = textOf;
    if (gap === null) return { number, again, gap };
    return { number, again, gap: { ...gap, amidText, before: { type, parentMsgId, isBusy: state === 'busy' } } };
  }

  /** Whether a message answers somebody else: the gateway, or another front end. */
  isOfOthers(parent: unknown): boolean {
    return this.#parentOf(parent).of === 'others';
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #unnumbered(msgId: string): HeardMessage {
    const again = this.#earlier.has(msgId);
    this.#ids.add(msgId);
    if (this.#ids.size > mostIds) this.#ids = new Set([...this.#ids].slice(mostIds / 2));
    return { number: null, again, gap: null };
  }

  #parentOf(parent: unknown): MessageParent {
    if (!isJsonObject(parent)) return { of: 'nobody' };
    const msgId: JsonValue | undefined = parent['msg_id'];
    const { session, date } = parent;
    if (typeof msgId !== 'string' || typeof session !== 'string') return { of: 'nobody' };
    const number = readMessageNumber(msgId, session);
    const inOurName = session === this.#clientId;
    if (inOurName && number === null) return { of: 'us' };
    return {
      of: 'others',
      // When it was asked tells the questions of two lines apart.
      id: typeof date === 'string' ? `${msgId} ${date}` : msgId,
      executes: !inOurName && parent['msg_type'] === 'execute_request',
    };
  }

  #settleLater(): void {
    if (this.#timer !== undefined || !this.#numbers.unsettled) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const gap of this.#numbers.settle(this.#now())) this.#tell(told(gap));
      this.#settleLater();
    }, graceMs / 2);
    this.#timer.unref();
  }
}

const told = (gap: NumberGap): KernelGap => ({ ...gap, amidText: false, before: null });
