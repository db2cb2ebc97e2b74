import type { Fault } from '#lib/core/fault.ts';
import type { PrincipalId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState, Run } from '#lib/core/session/state.ts';
import type { RunPayload } from '#lib/protocol/run-payload.ts';
import type { GatewayPort } from '#server/kinds/gateway/port.ts';
import type { AgentParts, SessionAgent } from './session-agent.ts';

/** What a link may do to its host: read the state, and tell what happened. */
export type LinkHost = {
  readonly state: () => NotebookRunState;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
  readonly gateway: () => GatewayPort | Fault;
  /** A run was sent, or found again after a restart of this server. */
  readonly working: () => void;
  /** The kernel ended and nobody here asked for it; what ran and waited in it is over after this. */
  readonly died: (restarted: boolean) => void;
  /** A run left something for whoever asked for it. */
  readonly payload: (run: Run, payload: RunPayload) => void;
  /** What is inside the kernel, given the way to ask it; null: nothing ever is. */
  readonly agent: (line: Pick<AgentParts, 'ask' | 'busy'>) => SessionAgent | null;
  readonly by: PrincipalId;
};
