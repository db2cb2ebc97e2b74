import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterId, PrincipalId, SessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { ClusterForKernel } from './cluster-directory.ts';
import { findSession } from './find-session.ts';
import { agentOff } from './session-agent.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionKernels } from './session-kernels.ts';

export type ClusterHostParts = {
  readonly effects: Pick<SessionEffects, 'now'>;
  readonly kernels: SessionKernels;
  readonly state: () => NotebookRunState;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
};

/** A kernel that is free answers sooner. */
const answerWithinMs = 5_000;

/** Which cluster the kernels of a notebook find without an address. The log has its name; what lets in is asked for anew. */
export class SessionClusters {
  readonly #parts: ClusterHostParts;

  constructor(parts: ClusterHostParts) {
    this.#parts = parts;
  }

  /** Attaches the kernel of a session to a cluster, or to none, from its next run on. */
  async bind(id: SessionId, cluster: ClusterId | null, by: PrincipalId): Promise<Fault | null> {
    const { state, kernels } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    const agent = kernels.agent(id);
    if (agent === null || agent.gaveUp) return agentOff;
    const wanted = cluster === null ? null : kernels.clusterFor(session.binding.gatewayId, cluster);
    if (isFault(wanted)) return wanted;
    const before = session.cluster;
    agent.tellAnew();
    this.#tell(id, wanted?.cluster ?? null, by);
    // A kernel that runs a cell is told before the next one.
    if (session.running !== null) return null;
    const answer = await Promise.race([agent.prepare(), later(answerWithinMs)]);
    const reason = state().sessions.get(id)?.cluster?.reason ?? null;
    if (!isFault(answer) && reason === null) return null;
    this.#tell(id, before, by);
    void agent.prepare();
    return isFault(answer) ? answer : fault('cluster.unreachable', `Not attached: ${reason ?? ''}.`, nextStep);
  }

  /** Which of these clusters the kernel of a session reaches; what is no cluster, or not ready, is not reached. */
  async reach(
    id: SessionId,
    ids: readonly ClusterId[],
  ): Promise<Fault | readonly { readonly id: ClusterId; readonly reason: string | null }[]> {
    const { state, kernels } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    const agent = kernels.agent(id);
    if (agent === null) return agentOff;
    const found = ids.map((one) => [one, kernels.clusterFor(session.binding.gatewayId, one)] as const);
    const addresses: Record<string, ClusterForKernel['address']> = {};
    for (const [one, known] of found) if (!isFault(known)) addresses[one] = known.address;
    const reached = await agent.reach(addresses);
    if (isFault(reached)) return reached;
    return found.map(([one, known]) => ({
      id: one,
      reason: isFault(known) ? known.message : (reached[one] ?? null),
    }));
  }

  #tell(sessionId: SessionId, cluster: ClusterForKernel['cluster'] | null, by: PrincipalId): void {
    const named = cluster === null ? null : { id: cluster.id, kind: cluster.kind, label: cluster.label };
    this.#parts.dispatch([{ type: 'ClusterBound', at: this.#parts.effects.now(), by, sessionId, cluster: named }]);
  }
}

const nextStep = 'Pick another cluster, or a kernel that is nearer to this one.';
const later = (ms: number) => new Promise<null>((resolve) => setTimeout(() => resolve(null), ms).unref());
