import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { PrincipalId, SessionId } from '#lib/core/ids.ts';
import type { BoundCluster, SessionBinding } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import { findBinding, type GatewayDirectory, type StartRequest } from './find-binding.ts';
import { sessionView } from './run-view.ts';
import type { LaunchTurn, SessionLaunch } from './session-launch.ts';
import type { SessionEffects } from './session-effects.ts';

/** What starting needs of the session host. */
export type StartParts = {
  readonly source: SourcePort;
  readonly gateways: GatewayDirectory;
  readonly effects: SessionEffects;
  readonly state: () => NotebookRunState;
  readonly stopped: () => boolean;
  readonly clusters: ClusterDirectory;
  readonly bind: (binding: SessionBinding, cluster: BoundCluster | null, by: PrincipalId) => void;
  /** Where people see it. */
  readonly launch: SessionLaunch;
  readonly end: (id: SessionId, how: { readonly shutdown: boolean }, by: PrincipalId) => Promise<Fault | null>;
};

type Answer = Fault | SessionView;
type Turn = { readonly wish: string; readonly startsKernel: boolean; readonly answer: Promise<Answer> };

/**
 * Starts of one notebook, one after the other. Who asks for what is being started anyway gets that one. Who asks for
 * something else waits and replaces it; a kernel that was started for nothing then does not stay behind.
 */
export class SessionStarts {
  readonly #parts: StartParts;
  #last: Turn | null = null;

  constructor(parts: StartParts) {
    this.#parts = parts;
  }

  start(request: StartRequest, by: PrincipalId): Promise<Answer> {
    const before = this.#last;
    const wish = JSON.stringify([
      request.gatewayId,
      request.kernelId ?? null,
      request.kernelName ?? null,
      request.clusterId ?? null,
    ]);
    if (before?.wish === wish) return before.answer;
    if (before === null && request.unlessBound) {
      const present = this.#present();
      if (present !== null) return Promise.resolve(present);
    }
    const turn: Turn = {
      wish,
      startsKernel: request.kernelId === undefined,
      answer: this.#follow(before, request, by),
    };
    this.#last = turn;
    void turn.answer
      .catch(() => undefined)
      .finally(() => {
        if (this.#last === turn) this.#last = null;
      });
    return turn.answer;
  }

  /** Carries a start out, seen by people. */
  async #follow(before: Turn | null, request: StartRequest, by: PrincipalId): Promise<Answer> {
    const { gateways, launch } = this.#parts;
    const label = gateways.get(request.gatewayId)?.label ?? request.gatewayId;
    const turn = launch.begin(request.kernelName ?? 'a running kernel', label);
    if (before !== null) turn.queued('waiting for the start that was asked for before');
    const answer = await this.#after(before, request, by, turn);
    if (isFault(answer)) turn.failed(answer);
    return answer;
  }

  async #after(before: Turn | null, request: StartRequest, by: PrincipalId, turn: LaunchTurn): Promise<Answer> {
    const earlier = (await before?.answer.catch(() => null)) ?? null;
    const fresh = before?.startsKernel === true && earlier !== null && !isFault(earlier) ? earlier.id : null;
    if (request.unlessBound && earlier !== null && !isFault(earlier)) {
      turn.withdrawn();
      return earlier;
    }
    if (turn.launch.signal.aborted) return calledOff;
    const cluster = request.clusterId === undefined ? null : this.#parts.clusters.binding(request.clusterId);
    if (isFault(cluster)) return cluster;
    turn.launch.onReason(request.kernelId === undefined ? 'asking the gateway for a kernel' : 'looking for the kernel');
    const { source, gateways, effects, state, stopped } = this.#parts;
    const folder = source.path.slice(0, Math.max(0, source.path.lastIndexOf('/')));
    const binding = await findBinding(request, folder, gateways, effects.randomId, turn.launch);
    if (isFault(binding)) return binding;
    if (turn.launch.signal.aborted) {
      if (request.kernelId === undefined) await this.#shutDown(binding);
      return calledOff;
    }
    for (const session of stopped() ? [] : state().sessions.values()) {
      const same = session.binding.kernelId === binding.kernelId;
      const shutdown = request.shutdownPrevious && !same;
      const unused = session.binding.id === fresh && !shutdown && !same && (await this.#isUnused(session.binding));
      const failed = await this.#parts.end(session.binding.id, { shutdown }, by);
      const left = unused && failed === null ? await this.#shutDown(session.binding) : failed;
      if (left !== null) effects.report(`session: the previous kernel was left running: ${left.message}`);
    }
    if (turn.launch.signal.aborted && !stopped()) {
      if (request.kernelId === undefined) await this.#shutDown(binding);
      return calledOff;
    }
    if (stopped()) {
      if (request.kernelId === undefined) await this.#shutDown(binding);
      return fault('server.stopping', 'This notebook is being closed.', 'Try again.');
    }
    turn.bound(binding.id, request.kernelId === undefined);
    this.#parts.bind(binding, cluster?.cluster ?? null, by);
    return this.#present() ?? fault('session.notFound', 'The session ended at once.', 'Pick a kernel again.');
  }

  /** The session where cells run; null without one. */
  #present(): SessionView | null {
    const state = this.#parts.state();
    const session = state.sessions.values().next().value;
    return session === undefined ? null : sessionView(state, session, this.#parts.source.path);
  }

  /** Whether nothing was run from here on a kernel and, as its gateway says, nobody else is connected to it. */
  async #isUnused({ id, kernelId, gatewayId }: SessionBinding): Promise<boolean> {
    const gateway = this.#parts.gateways.port(gatewayId);
    if (isFault(gateway) || [...this.#parts.state().runs.values()].some((run) => run.sessionId === id)) return false;
    const found = await gateway.findKernel(kernelId);
    return found !== null && !isFault(found) && found.connections <= 1;
  }

  /** Ends a kernel unless another notebook has joined it. */
  async #shutDown({ kernelId, gatewayId }: SessionBinding): Promise<Fault | null> {
    const gateway = this.#parts.gateways.port(gatewayId);
    if (isFault(gateway)) return gateway;
    return gateway.clientOf(kernelId) === null ? gateway.shutdownKernel(kernelId) : null;
  }
}

const calledOff = fault('kernel.startCancelled', 'The start of the kernel was called off.');
