import { randomUUID } from 'node:crypto';
import { KernelMessage, type KernelConnection } from '@jupyterlab/services';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { KernelQuestion } from '../port.ts';
import { stateOf } from './read-frame.ts';

/** Unanswered questions that a kernel may have of us at once; on its main shell each of them delays the next run. */
const mostOpen = { subshell: 8, main: 1 } as const;
/** For the control channel, which answers while a cell runs, where a kernel answers there at all. */
const controlLimitMs = 1_000;
/** A kernel that is done with a question and has not answered it by then does not know such questions. */
const replyAfterIdleMs = 1_000;

/** Control messages whose replies and states are still told from those of others. */
const mostOwnControl = 128;

/** Of a timer. */
const longestMs = 2 ** 31 - 1;

/** Parents whose messages say nothing about runs: those of ours, and those of other clients of the kernel. */
const questionTypes: ReadonlySet<unknown> = new Set([
  'complete_request',
  'inspect_request',
  'history_request',
  'create_subshell_request',
  'delete_subshell_request',
  'list_subshell_request',
  'usage_request',
]);

/** Evaluations are executions to the kernel: their ids tell them from runs, also after a restart of this server. */
const evaluationId = (inTurn: boolean): string => `farfield-${inTurn ? 'turn' : 'aside'}-${randomUUID()}`;
const isEvaluation = (msgId: string): boolean => /^farfield-(?:turn|aside)-/.test(msgId);
/** One that the main shell answers: the kernel is busy with it, and its end is not that of a run. */
export const isInTurn = (msgId: string | null): boolean => msgId?.startsWith('farfield-turn-') === true;

type Place = 'main' | 'turn' | 'subshell' | 'control';
type ShellQuestion = Exclude<KernelQuestion, { readonly type: 'usage' }>;
type Open = { readonly answer: (content: Fault | JsonObject) => void; readonly on: Place };

/**
 * What a kernel is asked beside its runs. A kernel with subshells gets one for it at the first question, kept over lost
 * connections and deleted with the link, so that it answers while a cell runs. Any other is asked only while it is idle,
 * and never has more than one question of ours: the next run waits for that one at most.
 */
export class KernelQuestions {
  readonly #clientId: string;
  readonly #useSubshells: boolean;
  readonly #open = new Map<string, Open>();
  /** Control messages of ours, whose busy and idle are not the kernel's. */
  readonly #ownControl = new Set<string>();
  #connection: KernelConnection | null = null;
  #hasSubshells: boolean | null = null;
  #subshell: string | null = null;
  #making: Promise<void> | null = null;
  #mainBusy = false;
  /** The last question about its usage. */
  #usage: string | null = null;

  constructor(options: { readonly clientId: string; readonly subshells: boolean }) {
    this.#clientId = options.clientId;
    this.#useSubshells = options.subshells;
  }

  /** One that takes its turn is on its way when this returns. */
  ask(question: KernelQuestion, limitMs: number): Promise<Fault | JsonObject> {
    if (question.type === 'usage') return this.#askUsage(limitMs);
    const inTurn = question.type === 'evaluate' && question.aside !== true;
    return inTurn ? this.#askOn(null, question, limitMs) : this.#askAside(question, limitMs);
  }

  async #askAside(question: ShellQuestion, limitMs: number): Promise<Fault | JsonObject> {
    const began = performance.now();
    const subshell = await this.#findSubshell(limitMs);
    const left = limitMs - (performance.now() - began);
    const answer = await this.#askOn(subshell, question, left);
    if (subshell === null || !isFault(answer) || !answer.message.includes(unknownSubshell)) return answer;
    if (this.#subshell === subshell) this.#subshell = null;
    return this.#askOn(await this.#findSubshell(left), question, left);
  }

  /** The socket takes messages. */
  opened(connection: KernelConnection): void {
    this.#connection = connection;
  }

  /** The socket is gone, and with it the answers that are on their way. */
  closed(): void {
    this.#connection = null;
    this.#mainBusy = false;
    this.#ownControl.clear();
    const lost = [...this.#open.values()];
    this.#open.clear();
    for (const { answer } of lost) answer(noAnswer('the connection to it was lost'));
  }

  /** Another process has taken the kernel's place: it knows no subshell of ours. */
  kernelReplaced(): void {
    this.#subshell = null;
    this.#hasSubshells = null;
  }

  mainIs(state: string): void {
    this.#mainBusy = state === 'busy';
  }

  /** The link ends: the kernel, which goes on, is freed of our subshell. */
  end(): void {
    if (this.#subshell !== null) void this.#sendControl('delete_subshell_request', { subshell_id: this.#subshell });
    this.#subshell = null;
  }

  /** True when the message belongs to a question, of whomever: it says nothing about runs. */
  receive(message: KernelMessage.IMessage, parentMsgId: string | null): boolean {
    const type: string = message.header.msg_type;
    const content: unknown = message.content;
    if (type === 'kernel_info_reply' && isJsonObject(content) && content['status'] !== 'error') {
      const features = content['supported_features'];
      this.#hasSubshells = Array.isArray(features) && features.includes('kernel subshells');
    }
    if (parentMsgId === null) return false;
    const own = this.#ownControl.has(parentMsgId);
    // Also when it comes too late for the question that wanted it: the next one has it then.
    if (own && type === 'create_subshell_reply' && isJsonObject(content) && typeof content['subshell_id'] === 'string')
      this.#subshell = content['subshell_id'];
    if (type.endsWith('_reply')) this.#answered(parentMsgId, content);
    if (type === 'status' && stateOf(content) === 'idle') this.#doneWith(parentMsgId);
    if (own || isEvaluation(parentMsgId)) return true;
    return 'msg_type' in message.parent_header && questionTypes.has(message.parent_header.msg_type);
  }

  /** The reply comes on another channel, perhaps a moment later. Without it the question would be open for ever. */
  #doneWith(msgId: string): void {
    const open = this.#open.get(msgId);
    if (open === undefined) return;
    setTimeout(() => {
      if (this.#open.delete(msgId)) open.answer(noAnswer('it does not know this question'));
    }, replyAfterIdleMs).unref();
  }

  #answered(msgId: string, content: unknown): void {
    const open = this.#open.get(msgId);
    if (open === undefined) return;
    this.#open.delete(msgId);
    if (!isJsonObject(content)) return open.answer(noAnswer('its answer cannot be read'));
    if (content['status'] === 'ok' || content['status'] === undefined) return open.answer(content);
    const { ename, evalue } = content;
    const named = typeof ename === 'string' ? `${ename}: ` : '';
    open.answer(noAnswer(`${named}${typeof evalue === 'string' ? evalue.slice(0, 500) : 'it failed at the question'}`));
  }

  #askOn(subshell: string | null, question: ShellQuestion, limitMs: number): Promise<Fault | JsonObject> {
    const connection = this.#connection;
    if (connection === null || connection.connectionStatus !== 'connected')
      return Promise.resolve(noAnswer('it is not connected'));
    const inTurn = question.type === 'evaluate' && question.aside !== true;
    const on = inTurn ? 'turn' : subshell === null ? 'main' : 'subshell';
    const open = [...this.#open.values()].filter((one) => one.on === on).length;
    if (on !== 'turn' && ((on === 'main' && this.#mainBusy) || open >= mostOpen[on])) return Promise.resolve(busy());
    const msgId = question.type === 'evaluate' ? evaluationId(inTurn) : randomUUID();
    const message = messageOf(question, { channel: 'shell', session: this.#clientId, subshellId: subshell, msgId });
    return this.#wait(msgId, { on, limitMs }, () => connection.sendShellMessage(message, true));
  }

  /** Sends, and waits no longer than the limit; the question stays open until the kernel has answered it. */
  #wait(
    msgId: string,
    { on, limitMs }: { readonly on: Place; readonly limitMs: number },
    send: () => { readonly done: Promise<unknown> },
  ): Promise<Fault | JsonObject> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => resolve(noAnswer('it did not answer in time')),
        Math.min(longestMs, Math.max(0, limitMs)),
      );
      timer.unref();
      const answer = (content: Fault | JsonObject): void => {
        clearTimeout(timer);
        resolve(content);
      };
      this.#open.set(msgId, { answer, on });
      try {
        // Rejects when the socket goes; that is told by `closed`.
        send().done.catch(() => undefined);
      } catch {
        this.#open.delete(msgId);
        answer(noAnswer('it is not connected'));
      }
    });
  }

  async #findSubshell(limitMs: number): Promise<string | null> {
    if (!this.#useSubshells || this.#hasSubshells === false) return null;
    if (this.#subshell === null) {
      this.#making ??= this.#makeSubshell(Math.min(limitMs, controlLimitMs)).finally(() => {
        this.#making = null;
      });
      await this.#making;
    }
    return this.#subshell;
  }

  async #makeSubshell(limitMs: number): Promise<void> {
    // A kernel that was busy when we came has not told yet what it can; its control channel may.
    if (this.#hasSubshells === null) await this.#control('kernel_info_request', limitMs);
    // One that says nothing there is not asked there again, until it tells by itself.
    this.#hasSubshells ??= false;
    if (this.#hasSubshells) await this.#control('create_subshell_request', limitMs);
  }

  /** One at a time: a kernel whose control channel is stuck does not find a heap of them. */
  #askUsage(limitMs: number): Promise<Fault | JsonObject> {
    if (this.#usage !== null) this.#open.delete(this.#usage);
    this.#usage = randomUUID();
    return this.#control('usage_request', limitMs, this.#usage);
  }

  async #control(type: ControlType, limitMs: number, msgId: string = randomUUID()): Promise<Fault | JsonObject> {
    return this.#wait(msgId, { on: 'control', limitMs }, () => {
      const done = this.#sendControl(type, {}, msgId);
      if (done === null) throw new Error('not connected');
      return { done };
    });
  }

  #sendControl(
    msgType: ControlType | 'delete_subshell_request',
    content: JsonObject,
    msgId: string = randomUUID(),
  ): Promise<unknown> | null {
    const connection = this.#connection;
    if (connection === null || connection.connectionStatus !== 'connected') return null;
    this.#ownControl.add(msgId);
    for (const oldest of this.#ownControl) {
      if (this.#ownControl.size <= mostOwnControl) break;
      this.#ownControl.delete(oldest);
    }
    // The library declares kernel_info for the shell channel alone; kernels answer it on both.
    const message = KernelMessage.createMessage<KernelMessage.ICreateSubshellRequestMsg>({
      msgType: msgType as 'create_subshell_request',
      channel: 'control',
      session: this.#clientId,
      msgId,
      content,
    });
    const { done } = connection.sendControlMessage(message, true);
    done.catch(() => undefined);
    return done;
  }
}

type ControlType = 'kernel_info_request' | 'create_subshell_request' | 'usage_request';

/** ipykernel's word for a subshell that it does not have. */
const unknownSubshell = 'UnknownSubshellError';

type Head = {
  readonly channel: 'shell';
  readonly session: string;
  readonly subshellId: string | null;
  readonly msgId: string;
};

function messageOf(question: ShellQuestion, head: Head) {
  switch (question.type) {
    case 'complete': {
      const content = { code: question.code, cursor_pos: question.cursor };
      return KernelMessage.createMessage<KernelMessage.ICompleteRequestMsg>({
        ...head,
        msgType: 'complete_request',
        content,
      });
    }
    case 'inspect': {
      const content = { code: question.code, cursor_pos: question.cursor, detail_level: question.detail };
      return KernelMessage.createMessage<KernelMessage.IInspectRequestMsg>({
        ...head,
        msgType: 'inspect_request',
        content,
      });
    }
    case 'evaluate': {
      const content = {
        code: '',
        silent: true,
        store_history: false,
        user_expressions: { asked: question.expression },
        allow_stdin: false,
        stop_on_error: false,
      };
      return KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
        ...head,
        msgType: 'execute_request',
        content,
      });
    }
    case 'history': {
      const content = { output: false, raw: true, hist_access_type: 'tail', n: question.count } as const;
      return KernelMessage.createMessage<KernelMessage.IHistoryRequestMsg>({
        ...head,
        msgType: 'history_request',
        content,
      });
    }
  }
}

const noAnswer = (why: string) => fault('kernel.noAnswer', `The kernel gave no answer: ${why}.`);
const busy = () =>
  fault('kernel.busy', 'The kernel is busy and answers nothing beside what it runs.', 'Ask again when it is free.');
