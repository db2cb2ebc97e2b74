import type { PrincipalId, RunId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { KernelMessage } from '#server/kinds/gateway/port.ts';
import { readOutput } from './read-message.ts';
import type { SessionEffects } from './session-effects.ts';

const replyAfterIdleMs = 1_000;
const idleAfterReplyMs = 5_000;

/** One run in flight: it is over when the shell reply and iopub's `idle` have both come, in either order. */
export class RunFlight {
  readonly runId: RunId;
  /** An earlier process of this server sent it. */
  readonly recovered: boolean;
  /** When the last message came that names this run as its parent, in ticks. */
  heardAt: number;
  /** Whether anything was heard of it. */
  begun: boolean;
  readonly #effects: SessionEffects;
  readonly #onEnd: (flight: RunFlight) => void;
  #reply: { readonly ok: boolean; readonly aborted: boolean } | null = null;
  #idle = false;
  #errorShown = false;
  /** An error that only the reply told so far. */
  #lateError: JsonObject | null = null;
  #callOff: (() => void) | null = null;

  /** `onEnd` is called once, when nothing more is to be waited for. */
  constructor(
    run: { readonly runId: RunId; readonly recovered: boolean },
    effects: SessionEffects,
    onEnd: (flight: RunFlight) => void,
  ) {
    this.runId = run.runId;
    this.recovered = run.recovered;
    this.begun = run.recovered;
    this.#effects = effects;
    this.#onEnd = onEnd;
    this.heardAt = effects.ticks();
  }

  /** Takes a message whose parent is this run. */
  hear({ type, content }: KernelMessage): void {
    this.heardAt = this.#effects.ticks();
    this.begun = true;
    if (type === 'error') this.#errorShown = true;
    if (type === 'execute_reply') this.#replied(content);
    if (type === 'status' && isJsonObject(content) && content['execution_state'] === 'idle') this.#idle = true;
    if (this.#reply !== null && this.#idle) return this.#onEnd(this);
    if (this.#reply === null && !this.#idle) return;
    this.#callOff?.();
    this.#callOff = this.#effects.after(this.#idle ? replyAfterIdleMs : idleAfterReplyMs, () => this.#onEnd(this));
  }

  drop(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  /** How it ended. `outputs`: of its cell; without a reply they decide, after our own restart also those of before. */
  end(stamp: { readonly at: number; readonly by: PrincipalId }, outputs: readonly Output[]): SessionEvent[] {
    const { runId } = this;
    const late = this.#errorShown ? null : this.#lateError;
    const events: SessionEvent[] =
      late === null ? [] : [{ type: 'OutputArrived', ...stamp, runId, output: readOutput('error', late) }];
    if (this.#reply?.aborted === true) {
      const reason = 'the kernel skipped it';
      return [...events, { type: 'RunFinished', ...stamp, runId, outcome: 'cancelled', reason }];
    }
    const failed = this.#errorShown || outputs.some((output) => output.output_type === 'error');
    const ok = this.#reply === null ? !failed : this.#reply.ok;
    return [...events, { type: 'RunFinished', ...stamp, runId, outcome: ok ? 'ok' : 'error' }];
  }

  /** Some kernels put the error into the reply alone; when iopub shows it, once is enough. The reply may overtake iopub. */
  #replied(content: unknown): void {
    const status = isJsonObject(content) ? content['status'] : undefined;
    this.#reply = { ok: status === 'ok', aborted: status === 'aborted' };
    if (status === 'error' && isJsonObject(content) && typeof content['ename'] === 'string') this.#lateError = content;
  }
}
