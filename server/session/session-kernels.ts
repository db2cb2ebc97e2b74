import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterId, GatewayId, PrincipalId, SessionId } from '#lib/core/ids.ts';
import type { SessionBinding, SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState, Run, SessionState } from '#lib/core/session/state.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import type { RunPayload } from '#lib/protocol/run-payload.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import type { GatewayPort } from '#server/kinds/gateway/port.ts';
import type { ClusterDirectory, ClusterForKernel } from './cluster-directory.ts';
import type { GatewayDirectory, StartRequest } from './find-binding.ts';
import { findSession } from './find-session.ts';
import { SessionAgent, type AgentParts } from './session-agent.ts';
import type { SessionEffects } from './session-effects.ts';
import { SessionLaunch } from './session-launch.ts';
import { SessionLink } from './session-link.ts';
import { SessionStarts } from './session-starts.ts';
import { SessionVitals } from './session-vitals.ts';

/** What the kernels of a notebook need of its session host. */
export type KernelParts = {
  readonly source: SourcePort;
  readonly gateways: GatewayDirectory;
  readonly effects: SessionEffects;
  /** The server itself, as the author of what kernels do. */
  readonly by: PrincipalId;
  readonly state: () => NotebookRunState;
  readonly stopped: () => boolean;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
  /** A run left something for whoever asked for it. */
  readonly payload: (run: Run, payload: RunPayload) => void;
  readonly clusters: ClusterDirectory;
  /** Whether kernels of ours that speak Python get an agent. */
  readonly agentEnabled: () => boolean;
};

/**
 * The kernels of one notebook: owns the link of each session, binds, restarts, interrupts and ends. What happens becomes
 * events of the session host; nothing of it is kept here but the links.
 */
export class SessionKernels {
  readonly #parts: KernelParts;
  readonly #links = new Map<SessionId, SessionLink>();
  readonly #starts: SessionStarts;
  /** The start that is under way. */
  readonly launch: SessionLaunch;
  readonly #vitals: SessionVitals;

  constructor(parts: KernelParts) {
    this.#parts = parts;
    const { source, gateways, effects, state, stopped, dispatch } = parts;
    this.#vitals = new SessionVitals(parts);
    this.launch = new SessionLaunch({ effects, end: (id, how, who) => this.end(id, how, who) });
    this.#starts = new SessionStarts({
      source,
      gateways,
      effects,
      state,
      stopped,
      launch: this.launch,
      end: (id, how, by) => this.end(id, how, by),
      clusters: parts.clusters,
      bind: (session, cluster, by) => {
        const stamp = { at: effects.now(), by };
        dispatch([
          { type: 'SessionBound', ...stamp, session },
          ...(cluster === null ? [] : [{ type: 'ClusterBound', ...stamp, sessionId: session.id, cluster } as const]),
        ]);
        this.#connect(session, true);
      },
    });
  }

  link(id: SessionId): SessionLink | undefined {
    return this.#links.get(id);
  }

  /** What is inside the kernel of a session; null where nothing can be. */
  agent(id: SessionId): SessionAgent | null {
    return this.#parts.agentEnabled() ? (this.#links.get(id)?.agent ?? null) : null;
  }

  /** How the kernels of a gateway are told of a cluster, or why they are not. */
  clusterFor(gatewayId: GatewayId, id: ClusterId): Fault | ClusterForKernel {
    const found = this.#parts.clusters.binding(id);
    const gateway = this.#parts.gateways.port(gatewayId);
    const isHere = !isFault(gateway) && gateway.processes !== undefined;
    if (isFault(found) || isHere) return found;
    return found.here ? notFromThere(found) : { ...found, packages: null };
  }

  /** Finds the kernels of an earlier process again, under the session ids that it used. */
  reconnect(): void {
    for (const { binding, status } of this.#parts.state().sessions.values()) {
      if (status === 'dead') continue;
      const reason = 'finding the kernel again after a restart of this server';
      const change = { status: 'reconnecting', reason } as const;
      this.#parts.dispatch([{ type: 'KernelStatusChanged', ...this.#stamp(), sessionId: binding.id, ...change }]);
      this.#connect(binding);
    }
  }

  /** Binds the notebook to a new or a running kernel, in place of what it was bound to. One start at a time. */
  start(request: StartRequest, by: PrincipalId): Promise<Fault | SessionView> {
    return this.#starts.start(request, by);
  }

  /** Asks the kernel to stop what it runs. */
  async interruptRun(id: SessionId): Promise<Fault | null> {
    const reached = this.#reach(id);
    return isFault(reached) ? reached : reached.gateway.interruptKernel(reached.session.binding.kernelId);
  }

  async restart(id: SessionId, by: PrincipalId): Promise<Fault | null> {
    const reached = this.#reach(id);
    if (isFault(reached)) return reached;
    const { session, gateway } = reached;
    const { dispatch, effects } = this.#parts;
    this.#links.get(id)?.beginRestart();
    this.#vitals.forget(id);
    const stamp = { at: effects.now(), by, sessionId: id };
    dispatch([
      { type: 'KernelStatusChanged', ...stamp, status: 'restarting' },
      { type: 'KernelRenewed', ...stamp },
    ]);
    const failed = await gateway.restartKernel(session.binding.kernelId);
    // The session may have ended meanwhile; its link, too, may be another by now.
    if (this.#parts.stopped() || !this.#parts.state().sessions.has(id)) return failed;
    const link = this.#links.get(id);
    if (failed?.fault === 'kernel.notFound' || failed?.fault === 'kernel.dead') {
      const status = { status: 'dead', reason: failed.message } as const;
      dispatch([{ type: 'KernelStatusChanged', ...this.#stamp(), sessionId: id, ...status }]);
    } else if (link === undefined) {
      this.#connect(session.binding);
    } else {
      link.endRestart(failed === null);
    }
    return failed;
  }

  /** Lets go of a kernel, and ends it when asked to. */
  async end(id: SessionId, options: { readonly shutdown: boolean }, by: PrincipalId): Promise<Fault | null> {
    const { state, dispatch, effects } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    const reason = options.shutdown ? 'the kernel was shut down' : 'the notebook let go of the kernel';
    dispatch([{ type: 'SessionUnbound', at: effects.now(), by, sessionId: id, reason }]);
    if (!options.shutdown) return null;
    const gateway = this.#gateway(session);
    return isFault(gateway) ? gateway : gateway.shutdownKernel(session.binding.kernelId);
  }

  /** Connects a session anew whose connection was let go of. */
  connectAgain(id: SessionId): void {
    const session = this.#parts.state().sessions.get(id);
    if (session !== undefined && !this.#links.has(id) && !this.#parts.stopped()) this.#connect(session.binding);
  }

  /** Lets go of the connection of a session that has ended. */
  closeLink(id: SessionId): void {
    this.#links.get(id)?.stop();
    this.#links.delete(id);
    this.#vitals.forget(id);
  }

  /** Lets go of all connections, in order: what kernels said until now is still heard. */
  async leave(): Promise<void> {
    this.#vitals.stop();
    this.launch.stop();
    await Promise.all([...this.#links.values()].map((link) => link.leave()));
    this.#links.clear();
  }

  /** `fresh`: nothing of ours is in the kernel yet. */
  #connect(binding: SessionBinding, fresh = false): void {
    const { effects, gateways, state, dispatch, payload, by } = this.#parts;
    const gateway = (): GatewayPort | Fault => gateways.port(binding.gatewayId);
    const link = new SessionLink(
      binding,
      {
        state,
        dispatch,
        gateway,
        payload,
        by,
        agent: (line) => this.#agentOf(binding, line, fresh),
        working: () => this.#vitals.working(binding),
        died: (restarted) => this.#vitals.died(binding, restarted),
      },
      effects,
    );
    this.#links.set(binding.id, link);
    link.run();
  }

  #agentOf(
    { id, language, gatewayId }: SessionBinding,
    line: Pick<AgentParts, 'ask' | 'busy'>,
    fresh: boolean,
  ): SessionAgent | null {
    if (language !== 'python') return null;
    const { agentEnabled, effects, state, dispatch } = this.#parts;
    const bound = () => state().sessions.get(id)?.cluster ?? null;
    const told = (of: ClusterId, why: string | null): void => {
      const present = bound();
      if (present?.id !== of || present.reason === why) return;
      const { reason: _, ...named } = present;
      const because = why === null ? {} : { reason: why };
      dispatch([{ type: 'ClusterBound', ...this.#stamp(), sessionId: id, cluster: named, ...because }]);
    };
    const cluster = (): Fault | ClusterForKernel | null => {
      const present = bound();
      const answer = present === null ? null : this.clusterFor(gatewayId, present.id);
      if (present !== null && isFault(answer)) told(present.id, answer.message);
      return answer;
    };
    const { report, ticks } = effects;
    return new SessionAgent({ ...line, enabled: agentEnabled, cluster, told, ticks, report }, { fresh });
  }

  #reach(id: SessionId): { readonly session: SessionState; readonly gateway: GatewayPort } | Fault {
    const session = findSession(this.#parts.state(), id);
    if (isFault(session)) return session;
    const gateway = this.#gateway(session);
    return isFault(gateway) ? gateway : { session, gateway };
  }

  #gateway(session: SessionState): GatewayPort | Fault {
    return this.#parts.gateways.port(session.binding.gatewayId);
  }

  #stamp(): { at: number; by: PrincipalId } {
    return { at: this.#parts.effects.now(), by: this.#parts.by };
  }
}

/** A cluster of this machine is no other machine's: a kernel there would look for it on its own loopback. */
function notFromThere({ cluster }: ClusterForKernel): Fault {
  return fault(
    'cluster.unreachable',
    `“${cluster.label}” runs on this machine, and the kernel on another one, from where it cannot be reached.`,
    'Choose a kernel of this machine, or attach a cluster that both can reach.',
  );
}
