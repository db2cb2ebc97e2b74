import { isFault, type Fault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { Services } from '#server/service-set.ts';
import type { QueueView } from '#server/session/run-view.ts';
import type { Handlers } from '../router.ts';
import { hostOfSession } from './host-of-session.ts';

type QueueHandlers = Pick<Handlers, 'readQueue' | 'changeQueue' | 'clearQueue'>;

export function queueHandlers(services: Services): QueueHandlers {
  const viewOf = (id: SessionId): QueueView | Fault => {
    const host = hostOfSession(services, id);
    return isFault(host) ? host : host.queues.view(id);
  };
  return {
    readQueue: async ({ params }) => viewOf(params.id),
    changeQueue: async ({ params, body, principal }) => {
      const host = hostOfSession(services, params.id);
      if (isFault(host)) return host;
      const changed = host.queues.change(params.id, body, services.authorOf(principal));
      return isFault(changed) ? changed : viewOf(params.id);
    },
    clearQueue: async ({ params, principal }) => {
      const host = hostOfSession(services, params.id);
      if (isFault(host)) return host;
      const waiting = host.state().sessions.get(params.id)?.queue ?? [];
      host.runs.cancelWaiting(waiting, services.authorOf(principal));
      return viewOf(params.id);
    },
  };
}
