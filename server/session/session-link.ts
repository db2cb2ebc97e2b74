import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { InputId, PrincipalId, RunId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { MessageNumber } from '#lib/core/kernel/message-numbers.ts';
import type { KernelStatus, SessionBinding, SessionEvent } from '#lib/core/session/event.ts';
import type { Run } from '#lib/core/session/state.ts';
import type {
  HowHeard,
  KernelGap,
  KernelLink,
  KernelLinkListener,
  KernelMessage,
  KernelQuestion,
} from '#server/kinds/gateway/port.ts';
import { boundEvent } from './bound-output.ts';
import type { LinkHost } from './link-host.ts';
import { readInput } from './read-input.ts';
import { readDisplayUpdate, readMessage } from './read-message.ts';
import { readPayloads } from './read-payload.ts';
import { ToldUsage } from './told-usage.ts';
import { readProgress } from './read-progress.ts';
import { RunFlight } from './run-flight.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionAgent } from './session-agent.ts';
import { ownerOfGap, readLimiterNotice, SessionGaps } from './session-gaps.ts';

/** After a reconnect: silence about a run for this long, with an idle kernel, means that its end was missed. */
const settleMs = 2_000;
/** Times in a row that a gateway calls a silent kernel idle until it is believed, though the kernel has not said so. */
const mostDoubts = 15;
const longestRetryMs = 15_000;
export const endNotReceived = 'its end was not received; output may be missing';

/**
 * One session's line to its kernel: turns messages into events by `parent msg_id → run`, decides when a run is over, and
 * after a lost connection finds out what became of the run that was in flight.
 */
export class SessionLink {
  readonly #binding: SessionBinding;
  readonly #host: LinkHost;
  readonly #effects: SessionEffects;
  readonly agent: SessionAgent | null;
  readonly #runs = new Map<string, RunId>();
  #gaps: SessionGaps;
  /** What a gap adds to the log, at the place of the message that revealed it. */
  #ahead: SessionEvent[] = [];
  #flight: RunFlight | null = null;
  /** A flight from before the connection was lost, whose end may have been missed. */
  #settling: RunFlight | null = null;
  #link: KernelLink | null = null;
  #stopped = false;
  /** Our own restart is under way: the old kernel's last words say nothing about the new one. */
  #restarting = false;
  readonly #usage = new ToldUsage();
  /** Counts what the kernel said of its state by itself: newer than an answer of REST that was asked for before. */
  #statesHeard = 0;
  /**
   * The kernel has answered on its main shell since the connection was lost: no run is in its way. Each socket begins with
   * such a question. The gateway's word alone says little: it calls a kernel idle that has answered beside its run.
   */
  #isFree = false;
  #doubts = 0;
  #retries = 0;
  #callOffRetry: (() => void) | null = null;
  #callOffSettle: (() => void) | null = null;

  constructor(binding: SessionBinding, host: LinkHost, effects: SessionEffects) {
    this.#binding = binding;
    this.#host = host;
    this.#effects = effects;
    this.#gaps = this.#newGaps();
    this.agent = host.agent({
      ask: (question, limitMs) => this.ask(question, limitMs),
      busy: () => this.#flight !== null,
    });
    for (const run of host.state().runs.values()) {
      if (run.sessionId !== binding.id || run.msgId === null) continue;
      this.#runs.set(run.msgId, run.id);
      if (run.state === 'running') this.#flight = this.#newFlight(run.id, true);
    }
    if (this.#flight !== null) host.working();
  }

  /** Connects; a gateway that is not there yet is asked again for ever. */
  run(): void {
    if (this.#stopped || this.#link !== null) return;
    const gateway = this.#host.gateway();
    if (isFault(gateway)) {
      this.#status('reconnecting', gateway.message);
      const pause = Math.min(longestRetryMs, 500 * 2 ** this.#retries);
      this.#retries += 1;
      this.#callOffRetry = this.#effects.after(pause, () => this.run());
      return;
    }
    const { kernelId, clientId } = this.#binding;
    // Gaps are named by their link.
    this.#gaps = this.#newGaps();
    const heard = this.#host.state().sessions.get(this.#binding.id)?.heard;
    const listener: KernelLinkListener = {
      message: (message) => this.#message(message),
      heard: (number, how) => this.#log(number, how, []),
      gap: (gap) => this.#gap(gap),
      refused: ({ mostBytes }) => {
        const runId = this.#flight?.runId;
        if (runId !== undefined && !this.#stopped) this.#host.dispatch([this.#gaps.refuse(runId, mostBytes)]);
      },
      others: (others) => {
        const sessionId = this.#binding.id;
        const known = this.#host.state().sessions.get(sessionId)?.others;
        if (this.#stopped || known === others) return;
        this.#host.dispatch([{ type: 'KernelShared', ...this.#stamp(), sessionId, others }]);
      },
      connection: (state, reason) => {
        this.agent?.lineIs(state === 'connected');
        if (state === 'connected') void this.#connected();
        else if (state === 'reconnecting') this.#lost(reason);
      },
      status: (status, ofOthers = false) => {
        // The gateway asks beside a run, on another channel: the kernel is idle there, and goes on here.
        if (!ofOthers || this.#flight === null || status !== 'idle') this.#kernelStatus(status);
      },
    };
    this.#link = gateway.connect(kernelId, clientId, listener, heard);
  }

  execute(run: Run, msgId: string, source: string): void {
    for (const [known, id] of this.#runs) if (!this.#host.state().runs.has(id)) this.#runs.delete(known);
    this.#runs.set(msgId, run.id);
    this.#flight = this.#newFlight(run.id);
    const before = (): void => void this.agent?.prepare({ ahead: true });
    this.#link?.execute(msgId, source, { cellId: run.cellId, before });
    this.#host.working();
  }

  /** Asks beside the runs. Not while the end of a run is being looked for: an answer makes the gateway call a busy kernel idle. */
  async ask(question: KernelQuestion, limitMs: number): Promise<Fault | JsonObject> {
    if (this.#link === null) return fault('kernel.noAnswer', 'The kernel is not connected.');
    const inTurn = question.type === 'evaluate' && question.aside !== true;
    if (question.type === 'usage' && this.#flight !== null) return this.#usage.answer(this.#effects.ticks());
    if (!inTurn && this.#flight !== null && this.#flight === this.#settling)
      return fault('kernel.busy', 'The kernel runs a cell that was begun before the connection was lost.');
    return this.#link.ask(question, limitMs);
  }

  /** Whether the answer left for the kernel. */
  answer(inputId: InputId, text: string): boolean {
    return this.#link?.answer(inputId, text) ?? false;
  }

  /** Brackets our own restart; `end` lets the kernel's status count again. A restarted kernel's link connects anew by itself. */
  beginRestart(): void {
    this.#restarting = true;
    this.agent?.forget();
    this.#dropFlight();
  }

  endRestart(restarted: boolean): void {
    this.#restarting = false;
    // A line that came up meanwhile may have led to the old kernel.
    if (restarted) this.agent?.forget();
    this.#dropFlight();
    if (this.#link === null) this.run();
    else if (!restarted) void this.#connected();
  }

  /** As `stop`, after what was on its way. */
  async leave(): Promise<void> {
    await this.#link?.leave();
    this.stop();
  }

  stop(): void {
    this.#stopped = true;
    this.#dropFlight();
    this.#callOffRetry?.();
    this.#callOffSettle?.();
    this.#link?.close();
    this.#link = null;
  }

  #newFlight(runId: RunId, recovered = false): RunFlight {
    this.#dropFlight();
    return new RunFlight({ runId, recovered }, this.#effects, (flight) => this.#finish(flight));
  }

  #dropFlight(): void {
    this.#flight?.drop();
    this.#flight = null;
  }

  #stamp(): { at: number; by: PrincipalId } {
    return { at: this.#effects.now(), by: this.#host.by };
  }

  /** Whether the message answers a run of this session. */
  #message(message: KernelMessage): boolean {
    if (this.#stopped) return false;
    if (message.type === 'kernel_info_reply' && message.channel === 'shell') this.#isFree = true;
    const runId = message.parentMsgId === null ? undefined : this.#runs.get(message.parentMsgId);
    // An update of a display is for every notebook that shows it.
    const foreign = runId === undefined || message.type === 'update_display_data';
    const how = { aside: message.channel !== 'iopub', foreign };
    this.#log(message.number ?? null, how, this.#read(message, runId));
    this.#usage.hear(message, this.#effects.ticks());
    // Other notebooks and front ends of the kernel run things too: not ours, not shown.
    if (runId === undefined) return false;
    if (message.type === 'execute_reply') this.#leavePayloads(runId, message.content);
    const flight = this.#flight?.runId === runId ? this.#flight : null;
    flight?.hear(message);
    return true;
  }

  /** What the message says in the words of the log. */
  #read(message: KernelMessage, runId: RunId | undefined): SessionEvent[] {
    const { type, content } = message;
    if (type === 'update_display_data') {
      const update = readDisplayUpdate(content, this.#stamp());
      return update === undefined ? [] : [boundEvent(update)];
    }
    if (runId === undefined) return [];
    const stamp = { ...this.#stamp(), runId };
    if (type === 'status' && isJsonObject(content) && content['execution_state'] === 'busy')
      return [...this.#gaps.begins(runId)];
    const event = readProgress(message, stamp) ?? readInput(message, stamp) ?? readMessage(type, content, stamp);
    if (event === undefined || this.#isKnownCount(event)) return [];
    // The gateway's own words have no number of the kernel's.
    const notice =
      event.type === 'StreamArrived' && event.name === 'stderr' && (message.number ?? null) === null
        ? readLimiterNotice(event.text)
        : null;
    return [notice === null ? boundEvent(event) : this.#gaps.limit(runId, notice)];
  }

  /** As one write: what the message says, that it was heard, and what is missing before it. */
  #log(number: MessageNumber | null, how: HowHeard, said: readonly SessionEvent[]): void {
    if (this.#stopped) return;
    const ahead = this.#ahead;
    this.#ahead = [];
    const events = [...ahead, ...(number === null ? [] : [this.#gaps.heard(number, how)]), ...said];
    if (events.length > 0) this.#host.dispatch(events);
  }

  /** Whether what is missing is of a run of this session. Told before the message that reveals it, or again by itself. */
  #gap(gap: KernelGap): boolean {
    if (this.#stopped) return false;
    if (this.#gaps.knows(gap)) {
      this.#lead(this.#gaps.tell(gap), gap);
      return true;
    }
    // Settled before this session had any part in it.
    if (gap.before === null) return false;
    const { parentMsgId } = gap.before;
    const parent = (parentMsgId === null ? undefined : this.#runs.get(parentMsgId)) ?? null;
    if (gap.isOfParent === true && parent === null) return false;
    const events = this.#gaps.take(gap, gap.isOfParent === true ? parent : ownerOfGap(gap, this.#flight, parent));
    if (events !== null) this.#lead(events, gap);
    return events !== null;
  }

  #newGaps(): SessionGaps {
    const { state } = this.#host;
    const { randomId } = this.#effects;
    return new SessionGaps({ sessionId: this.#binding.id, state, randomId, stamp: () => this.#stamp() });
  }

  #lead(events: readonly SessionEvent[], gap: KernelGap): void {
    if (gap.before === null) return void (events.length > 0 && this.#host.dispatch(events));
    this.#ahead.push(...events);
  }

  #leavePayloads(runId: RunId, content: unknown): void {
    const run = this.#host.state().runs.get(runId);
    if (run !== undefined) for (const payload of readPayloads(content)) this.#host.payload(run, payload);
  }

  /** `execute_input` and `execute_reply` both carry the count: the log has it once. */
  #isKnownCount(event: SessionEvent): boolean {
    if (event.type !== 'ExecutionCountSet') return false;
    const run = this.#host.state().runs.get(event.runId);
    return run !== undefined && this.#host.state().cells.get(run.cellId)?.executionCount === event.executionCount;
  }

  #finish(flight: RunFlight): void {
    if (this.#flight !== flight || this.#stopped) return;
    this.#dropFlight();
    const state = this.#host.state();
    const run = state.runs.get(flight.runId);
    const outputs = run === undefined ? undefined : state.cells.get(run.cellId)?.outputs;
    this.#host.dispatch(flight.end(this.#stamp(), outputs ?? []));
    void this.agent?.prepare();
  }

  #kernelStatus(status: 'starting' | 'idle' | 'busy' | 'restarting' | 'dead'): void {
    if (this.#stopped) return;
    this.#statesHeard += 1;
    if (status === 'dead') {
      this.#dropFlight();
      this.#link?.close();
      this.#link = null;
      this.#restarting = false;
      if (this.#host.state().sessions.get(this.#binding.id)?.status !== 'dead') this.#host.died(false);
      return this.#status('dead', 'the kernel died, or its gateway no longer has it');
    }
    if (this.#restarting) return;
    if (status === 'restarting') return this.#restartedByGateway();
    this.#status(status);
  }

  /** The gateway saw the kernel die and starts it anew: what ran is lost, not cancelled by anybody. */
  #restartedByGateway(): void {
    this.agent?.forget();
    this.#dropFlight();
    this.#host.died(true);
    this.#status('restarting', 'the kernel died and is being restarted by its gateway');
  }

  #lost(reason?: string): void {
    if (this.#stopped || this.#restarting) return;
    this.#callOffSettle?.();
    this.#isFree = false;
    const present = this.#host.state().sessions.get(this.#binding.id);
    if (present?.status === 'restarting') return;
    // Every try is said anew: what is known of the cause stays until there is news.
    if (present?.status === 'reconnecting' && present.reason !== null && reason === undefined) return;
    this.#status('reconnecting', reason ?? 'the connection to the kernel was lost');
  }

  /**
   * The socket is open. What the kernel does now only REST knows: a busy one says nothing until it is done. `flight`: the
   * run whose end may have been missed, one that was sent before; what leaves by the open socket is not.
   */
  async #connected(flight = this.#flight): Promise<void> {
    this.#retries = 0;
    if (this.#stopped || this.#restarting) return;
    const heard = this.#statesHeard;
    const gateway = this.#host.gateway();
    const found = isFault(gateway) ? gateway : await gateway.findKernel(this.#binding.kernelId);
    if (this.#stopped || this.#restarting || this.#link === null) return;
    if (found === null) return this.#kernelStatus('dead');
    if (isFault(found)) {
      this.#callOffRetry?.();
      this.#callOffRetry = this.#effects.after(settleMs, () => void this.#connected(flight));
      return;
    }
    const state = found.state;
    const isNews = this.#statesHeard === heard;
    // With a run in flight the gateway's idle is a doubt, which `settle` clears up.
    const believed = state === 'idle' && this.#flight !== null ? 'busy' : state;
    if (isNews && (believed === 'idle' || believed === 'busy' || believed === 'starting')) this.#status(believed);
    if (flight !== null && flight === this.#flight) {
      flight.heardAt = this.#effects.ticks();
      this.#settleLater(flight);
    }
  }

  /** Watches a run that was in flight when the connection was lost until it ends or is known to have ended unheard. */
  #settleLater(flight: RunFlight): void {
    this.#callOffSettle?.();
    this.#settling = flight;
    this.#callOffSettle = this.#effects.after(settleMs, () => void this.#settle(flight));
  }

  async #settle(flight: RunFlight): Promise<void> {
    const gateway = this.#host.gateway();
    if (this.#flight !== flight || this.#stopped) return;
    const silentSince = flight.heardAt;
    const found = isFault(gateway) ? gateway : await gateway.findKernel(this.#binding.kernelId);
    if (this.#flight !== flight || this.#stopped) return;
    const silent = flight.heardAt === silentSince && this.#effects.ticks() - silentSince >= settleMs;
    const isIdle = silent && found !== null && !isFault(found) && found.state === 'idle';
    this.#doubts = isIdle ? this.#doubts + 1 : 0;
    if (!isIdle || (!this.#isFree && this.#doubts < mostDoubts)) return this.#settleLater(flight);
    this.#doubts = 0;
    const { runId } = flight;
    this.#dropFlight();
    const missing = this.#gaps.unended(runId, flight.recovered ? 'server' : 'connection');
    const lost: SessionEvent = {
      type: 'RunFinished',
      ...this.#stamp(),
      runId,
      outcome: 'lost',
      reason: endNotReceived,
    };
    this.#host.dispatch([...missing, lost]);
    this.#status('idle');
  }

  #status(status: KernelStatus, reason?: string): void {
    const present = this.#host.state().sessions.get(this.#binding.id);
    if (present === undefined || (present.status === status && present.reason === (reason ?? null))) return;
    const sessionId = this.#binding.id;
    const why = reason === undefined ? {} : { reason };
    this.#host.dispatch([{ type: 'KernelStatusChanged', ...this.#stamp(), sessionId, status, ...why }]);
  }
}
