import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { PrincipalId, RunId, SessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState, SessionState } from '#lib/core/session/state.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import { findSession } from './find-session.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionKernels } from './session-kernels.ts';
import type { SessionRuns } from './session-runs.ts';

export type ReplayParts = {
  readonly source: SourcePort;
  readonly effects: Pick<SessionEffects, 'now'>;
  readonly kernels: SessionKernels;
  readonly runs: SessionRuns;
  readonly state: () => NotebookRunState;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
};

/** What a person does after the death of a kernel: run again what had run in it, or leave it. */
export class SessionReplay {
  readonly #parts: ReplayParts;
  /** Two people who press at once get one replay. */
  readonly #underWay = new Map<SessionId, Promise<readonly RunId[] | Fault>>();

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Runs the cells that had run in the kernel that died, in their order, each once, with the source they have now. In a
   * kernel in which nothing has run: where there is none, this one is restarted, or another of its kind started.
   */
  replay(id: SessionId, by: PrincipalId): Promise<readonly RunId[] | Fault> {
    const known = this.#underWay.get(id);
    if (known !== undefined) return known;
    const replay = this.#replay(id, by).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, replay);
    return replay;
  }

  async #replay(id: SessionId, by: PrincipalId): Promise<readonly RunId[] | Fault> {
    const { source, state, runs } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    const { death } = session;
    if (death === null) return fault('run.notFound', 'There is nothing to replay: somebody has taken care of it.');
    const fresh = isFresh(session) ? id : await this.#renew(session, by);
    if (isFault(fresh)) return fresh;
    this.dismiss(fresh, by);
    const cellIds = death.ran.filter((cell) => source.cellType(cell) === 'code');
    if (cellIds.length === 0) return [];
    const answer = await runs.request({ cellIds, sessionId: fresh, stateVector: null, by });
    return isFault(answer) ? answer : answer.runIds;
  }

  /** What was said of the end of a kernel has been read. */
  dismiss(id: SessionId, by: PrincipalId): Fault | null {
    const { state, dispatch, effects } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    if (session.death !== null) dispatch([{ type: 'DeathDismissed', at: effects.now(), by, sessionId: id }]);
    return null;
  }

  async #renew({ binding }: SessionState, by: PrincipalId): Promise<SessionId | Fault> {
    const { kernels } = this.#parts;
    const failed = await kernels.restart(binding.id, by);
    if (failed === null) return binding.id;
    if (failed.fault !== 'kernel.notFound') return failed;
    // Its gateway no longer has it: a new one of the same kind in the same place is what a restart would have given.
    const { gatewayId, kernelName } = binding;
    const started = await kernels.start({ gatewayId, kernelName, shutdownPrevious: false }, by);
    return isFault(started) ? started : started.id;
  }
}

/** Whether the gateway has put a new kernel in the place of the dead one, and nobody has run anything in it. */
function isFresh({ status, ran, running, queue }: SessionState): boolean {
  return status !== 'dead' && ran.length === 0 && running === null && queue.length === 0;
}
