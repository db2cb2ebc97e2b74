import { type Fault, isFault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import { listComputePlaces } from '#server/gateway/compute-places.ts';
import type { Services } from '#server/service-set.ts';
import type { SessionHost } from '#server/session/session-host.ts';
import type { Handlers } from '../router.ts';
import { hostOfSession, sessionEnded } from './host-of-session.ts';

type KernelHandlers = Pick<
  Handlers,
  | 'listKernels'
  | 'listSessions'
  | 'startSession'
  | 'interruptSession'
  | 'restartSession'
  | 'endSession'
  | 'replaySession'
  | 'dismissDeath'
  | 'keepSession'
  | 'bindCluster'
  | 'reachClusters'
>;

export function kernelHandlers(services: Services): KernelHandlers {
  const { gateways, hosts } = services;
  const onSession = async (
    id: SessionId,
    act: (host: SessionHost) => Promise<Fault | null>,
  ): Promise<Fault | Record<string, never>> => {
    const host = hostOfSession(services, id);
    if (isFault(host)) return host;
    return (await act(host)) ?? {};
  };
  return {
    listKernels: async () => ({
      places: await listComputePlaces(gateways, (gatewayId, kernelId) =>
        [...hosts.values()]
          .flatMap((host) => host.views())
          .filter((view) => view.gatewayId === gatewayId && view.kernelId === kernelId)
          .map((view) => view.path),
      ),
    }),
    listSessions: async ({ query }) => {
      const views = [...hosts.values()].flatMap((host) => host.views());
      return { sessions: query.path === undefined ? views : views.filter((view) => view.path === query.path) };
    },
    startSession: async ({ body, principal }) => {
      const opened = await services.openNotebook(body.path);
      if (isFault(opened)) return opened;
      return opened.host.kernels.start(body, services.authorOf(principal));
    },
    interruptSession: async ({ params, principal }) =>
      onSession(params.id, (host) => host.runs.interrupt(params.id, services.authorOf(principal))),
    restartSession: async ({ params, principal }) =>
      onSession(params.id, (host) => host.kernels.restart(params.id, services.authorOf(principal))),
    replaySession: async ({ params, principal }) => {
      const host = hostOfSession(services, params.id);
      if (isFault(host)) return host;
      const runs = await host.deaths.replay(params.id, services.authorOf(principal));
      return isFault(runs) ? runs : { runs: runs.length };
    },
    keepSession: async ({ params, principal }) =>
      onSession(params.id, async (host) => host.idle.keep(params.id, services.authorOf(principal))),
    bindCluster: async ({ params, body, principal }) => {
      const host = hostOfSession(services, params.id);
      if (isFault(host)) return host;
      const failed = await host.clusters.bind(params.id, body.clusterId, services.authorOf(principal));
      return failed ?? host.views().find(({ id }) => id === params.id) ?? sessionEnded;
    },
    reachClusters: async ({ params, body }) => {
      const host = hostOfSession(services, params.id);
      if (isFault(host)) return host;
      const clusters = await host.clusters.reach(params.id, body.clusterIds);
      return isFault(clusters) ? clusters : { clusters: [...clusters] };
    },
    dismissDeath: async ({ params, principal }) =>
      onSession(params.id, async (host) => host.deaths.dismiss(params.id, services.authorOf(principal))),
    endSession: async ({ params, query, principal }) =>
      onSession(params.id, (host) =>
        host.kernels.end(params.id, { shutdown: query.shutdown === 'true' }, services.authorOf(principal)),
      ),
  };
}
