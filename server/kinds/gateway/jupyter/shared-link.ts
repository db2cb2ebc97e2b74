import { setTimeout as delay } from 'node:timers/promises';
import type { HeardNumbers } from '#lib/core/kernel/message-numbers.ts';
import { RestartGaps, type RestartGap } from '#lib/core/kernel/restart-gaps.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';
import type { KernelGap, KernelLink, KernelLinkListener, KernelMessage } from '../port.ts';
import { stateOf } from './read-frame.ts';

/** The one socket to a kernel, as those who share it use it. */
export type KernelSocket = Pick<KernelLink, 'execute' | 'ask' | 'answer' | 'close' | 'leave'> & {
  /** Forgets requests that no socket took yet; all of them, or those listed. */
  dropUnsent(msgIds?: ReadonlySet<string>): void;
};

/** `welcome`: it has what was said before it joined, and hears the rest as it comes. */
type Member = {
  readonly listener: KernelLinkListener;
  /** What it had before a restart of this server. */
  readonly heard: readonly HeardNumbers[];
  readonly asked: Set<string>;
  welcome: boolean;
  leaving: boolean;
};

type Held = { readonly said: KernelMessage | KernelGap; readonly size: number };

/** Kept of messages that nobody claimed yet, in characters of their content as JSON and what each costs besides. */
const heldLimit = 16 * 1024 * 1024;
const messageSize = 500;
/** Requests of which it is known how many of their messages were not kept. */
const mostDropped = 256;
/** For the other notebooks of a kernel to leave as well, when the server stops. */
const othersLeaveMs = 200;

/**
 * Several notebooks on one kernel: one socket under one session id, since Jupyter keeps what a kernel says while nobody
 * listens for one client alone. Everyone hears everything and knows its own requests.
 *
 * After a restart of this server the first notebook opens the socket and is handed what was kept for all of them. What
 * nobody claimed waits here for those who join later; the oldest goes first. What the earlier process had heard is not the
 * same in all journals: each is told what it lacks itself.
 */
export class SharedLink<Socket extends KernelSocket> {
  readonly socket: Socket;
  readonly #members = new Set<Member>();
  #held: Held[] = [];
  readonly #dropped = new Map<string, number>();
  #ids = 0;
  readonly #restart = new RestartGaps<Member>(() => this.#nextId());
  #heldSize = 0;
  #others = 0;
  #left: Promise<void> | null = null;
  #connection: Parameters<KernelLinkListener['connection']> = ['connecting'];

  /** `connect` makes the socket, whose events are then shared; it must call nothing before it returns. */
  constructor(connect: (listener: KernelLinkListener) => Socket) {
    this.socket = connect({
      message: (message) => this.#message(message),
      heard: (number, how) => {
        this.#compare(this.#restart.hear(number, !how.aside), nobodys);
        for (const { listener } of this.#welcome()) listener.heard?.(number, how);
      },
      gap: (gap) => this.#gap(gap),
      refused: (message) => {
        for (const { listener } of this.#welcome()) listener.refused?.(message);
      },
      others: (count) => {
        this.#others = count;
        for (const { listener } of this.#welcome()) listener.others?.(count);
      },
      connection: (...said) => {
        this.#connection = said;
        for (const { listener } of this.#welcome()) listener.connection(...said);
      },
      status: (...said) => {
        for (const { listener } of this.#welcome()) listener.status(...said);
      },
    });
  }

  /** The last one that closes its link closes the socket. */
  join(listener: KernelLinkListener, heard: readonly HeardNumbers[] = []): KernelLink {
    const first = this.#members.size === 0;
    const member: Member = { listener, heard, asked: new Set(), welcome: first, leaving: false };
    this.#members.add(member);
    // After the caller has its link; the first one hears of the connection by itself.
    if (first) this.#restart.join(member, heard);
    else queueMicrotask(() => this.#receive(member));
    const close = (): void => {
      if (!this.#members.delete(member)) return;
      this.#restart.leave(member);
      this.socket.dropUnsent(member.asked);
      if (this.#members.size === 0) this.socket.close();
      listener.connection('closed');
    };
    return {
      execute: (msgId, code, options) => {
        member.asked.add(msgId);
        this.socket.execute(msgId, code, options);
      },
      ask: (question, limitMs) => this.socket.ask(question, limitMs),
      answer: (inputId, text) => this.socket.answer(inputId, text),
      close,
      leave: async () => {
        member.leaving = true;
        await this.#farewell();
        close();
      },
    };
  }

  /** Those who leave together hear the end together; while somebody stays, so does the socket. */
  async #farewell(): Promise<void> {
    const all = (): boolean => [...this.#members].every(({ leaving }) => leaving);
    for (let waited = 0; waited < othersLeaveMs && !all(); waited += 20) await delay(20);
    if (all()) await (this.#left ??= this.socket.leave());
  }

  #welcome(): Member[] {
    return [...this.#members].filter((member) => member.welcome);
  }

  #receive(member: Member): void {
    if (!this.#members.has(member)) return;
    member.welcome = true;
    this.#tellDropped(member);
    this.#compare(this.#restart.join(member, member.heard), nobodys);
    const unclaimed = this.#held.filter(({ said }) => tell(member.listener, said) !== true);
    this.#held = unclaimed;
    this.#heldSize = unclaimed.reduce((sum, { size }) => sum + size, 0);
    // It has now all that was heard here, whoever heard it.
    for (const number of this.#restart.positions) member.listener.heard?.(number, { aside: false, foreign: true });
    if (!this.#members.has(member)) return;
    member.listener.connection(...this.#connection);
    if (this.#others > 0) member.listener.others?.(this.#others);
  }

  #message(message: KernelMessage): void {
    const { number, type, parentMsgId } = message;
    if (number != null) {
      const isBusy = type === 'status' && stateOf(message.content) === 'busy';
      const before = { type, parentMsgId, isBusy };
      this.#compare(this.#restart.hear(number, message.channel === 'iopub'), before);
    }
    let claimed = false;
    for (const { listener } of this.#welcome()) claimed = listener.message(message) === true || claimed;
    if (claimed || message.parentMsgId === null) return;
    this.#hold(message, messageSize + weighJson(message.content).characters);
  }

  #gap(gap: KernelGap): void {
    let claimed = false;
    for (const { listener } of this.#welcome()) claimed = listener.gap?.(gap) === true || claimed;
    if (!claimed) this.#hold(gap, messageSize);
  }

  #hold(said: KernelMessage | KernelGap, size: number): void {
    if (size > heldLimit / 2) return this.#drop([{ said, size }]);
    this.#held.push({ said, size });
    this.#heldSize += size;
    if (this.#heldSize <= heldLimit) return;
    // Half of it at a time: taking single messages off the front would cost a copy each.
    let dropped = 0;
    while (this.#heldSize > heldLimit / 2) this.#heldSize -= this.#held[dropped++]?.size ?? 0;
    this.#drop(this.#held.slice(0, dropped));
    this.#held = this.#held.slice(dropped);
  }

  /** What is not kept is counted, for the one whose it was: a gap that is told when it joins. */
  #drop(held: readonly Held[]): void {
    for (const { said } of held) {
      const parent = 'content' in said ? said.parentMsgId : (said.before?.parentMsgId ?? null);
      const missing = 'content' in said ? 1 : said.missing;
      if (parent !== null && missing > 0) this.#dropped.set(parent, (this.#dropped.get(parent) ?? 0) + missing);
    }
    for (const [oldest] of this.#dropped) {
      if (this.#dropped.size <= mostDropped) break;
      this.#dropped.delete(oldest);
    }
  }

  #tellDropped({ listener }: Member): void {
    for (const [parentMsgId, missing] of this.#dropped) {
      const before = { type: 'stream', parentMsgId, isBusy: false };
      const known = { missing, cause: 'server', settled: true, amidText: true, isOfParent: true } as const;
      if (listener.gap?.({ id: this.#nextId(), ...known, before }) === true) this.#dropped.delete(parentMsgId);
    }
  }

  /** Tells members what they lack of the time before a restart, or that it is less than it was. */
  #compare(gaps: readonly RestartGap<Member>[], before: NonNullable<KernelGap['before']>): void {
    for (const { member, id, missing, isNew } of gaps)
      member.listener.gap?.({ id, missing, ...ofRestart, before: isNew ? before : null });
  }

  /** Below the ids that the numbers of messages give. */
  #nextId(): number {
    this.#ids -= 1;
    return this.#ids;
  }
}

const ofRestart = { cause: 'server', settled: true, amidText: false } as const;
/** A message that says nothing of anybody's run. */
const nobodys = { type: 'status', parentMsgId: null, isBusy: false } as const;

function tell(listener: KernelLinkListener, said: KernelMessage | KernelGap): boolean | void {
  return 'content' in said ? listener.message(said) : listener.gap?.(said);
}
