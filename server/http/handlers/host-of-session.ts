import { fault, type Fault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { Services } from '#server/service-set.ts';
import type { SessionHost } from '#server/session/session-host.ts';

/** The host of the open notebook that a session belongs to. */
export function hostOfSession({ hosts }: Pick<Services, 'hosts'>, id: SessionId): SessionHost | Fault {
  for (const host of hosts.values()) if (host.state().sessions.has(id)) return host;
  return sessionEnded;
}

export const sessionEnded = fault(
  'session.notFound',
  'This session has ended.',
  'Pick a kernel for the notebook again.',
);
