import { fault, type Fault } from '#lib/core/fault.ts';
import type { InputId, PrincipalId, RunId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { isWaiting } from '#lib/core/session/reduce-input.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionKernels } from './session-kernels.ts';

export type InputParts = {
  readonly effects: Pick<SessionEffects, 'now'>;
  readonly kernels: Pick<SessionKernels, 'link'>;
  readonly state: () => NotebookRunState;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
};

export type InputAnswer = {
  readonly runId: RunId;
  readonly inputId: InputId;
  readonly text: string;
  readonly by: PrincipalId;
};

const hidden = '········';

/**
 * Answers to questions of running code. The first one counts. A password goes from here to the kernel and nowhere else:
 * no event, log line or reply has it.
 */
export class SessionInputs {
  readonly #parts: InputParts;

  constructor(parts: InputParts) {
    this.#parts = parts;
  }

  answer({ runId, inputId, text, by }: InputAnswer): Fault | null {
    const { effects, kernels, state, dispatch } = this.#parts;
    const run = state().runs.get(runId);
    if (run === undefined || run.state !== 'running') {
      return fault('input.withdrawn', 'The cell no longer waits for an answer: its run is over.');
    }
    const { input } = run;
    if (input === null || !isWaiting(state(), runId, inputId)) {
      return fault('input.answered', 'Somebody else has answered already; your answer was not sent.');
    }
    // First to the kernel: a question that is said to be answered must not wait on.
    if (kernels.link(run.sessionId)?.answer(inputId, text) !== true) {
      return fault(
        'kernel.noAnswer',
        'The kernel is not connected, so the answer was not sent.',
        'Send it again when the connection is back.',
      );
    }
    const stamp = { at: effects.now(), by, runId };
    const shown = `${input.prompt}${input.password ? hidden : text}\n`;
    dispatch([
      { type: 'InputAnswered', ...stamp, inputId, text: input.password ? null : text },
      { type: 'StreamArrived', ...stamp, name: 'stdout', text: shown },
    ]);
    return null;
  }
}
