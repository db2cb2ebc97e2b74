import { isFault, type Fault } from '#lib/core/fault.ts';
import type { Cluster } from '#lib/core/cluster/state.ts';
import { clusterKindSchema } from '#lib/core/cluster/kind.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

type ClusterHandlers = Pick<
  Handlers,
  | 'listClusters'
  | 'readCluster'
  | 'launchCluster'
  | 'attachCluster'
  | 'stopCluster'
  | 'scaleCluster'
  | 'keepCluster'
  | 'setClusterIdle'
  | 'checkCluster'
  | 'relaunchCluster'
>;

export function clusterHandlers({
  clusters,
  clusterTemplates,
  clusterStarts,
  authorOf,
}: Pick<Services, 'clusters' | 'clusterTemplates' | 'clusterStarts' | 'authorOf'>): ClusterHandlers {
  const view = (answer: Fault | Cluster): Fault | ClusterView => (isFault(answer) ? answer : clusters.view(answer.id));
  return {
    listClusters: async () => ({
      clusters: clusters.views(),
      kinds: clusterKindSchema.options.map((kind) => ({ kind, ...clusters.offers(kind) })),
      machine: clusters.machine(),
      starts: [...clusterStarts.list()],
    }),
    readCluster: async ({ params }) => clusters.view(params.id),
    launchCluster: async ({ body, principal }) => {
      const form = clusterTemplates.fill(body);
      return isFault(form) ? form : view(clusters.launch(form, authorOf(principal)));
    },
    attachCluster: async ({ body: { kind, label, token, ...place }, principal }) => {
      const form = { kind, label: label ?? null, place, token: token === undefined || token === '' ? null : token };
      return view(await clusters.attach(form, authorOf(principal)));
    },
    stopCluster: async ({ params, principal }) => {
      const answer = clusters.ask(params.id, { type: 'StopRequested' }, authorOf(principal));
      return isFault(answer) ? answer : {};
    },
    scaleCluster: async ({ params, body: { workers, evenIfBusy }, principal }) =>
      view(clusters.scale(params.id, workers, evenIfBusy, authorOf(principal))),
    keepCluster: async ({ params, principal }) =>
      view(clusters.ask(params.id, { type: 'KeepRequested' }, authorOf(principal))),
    setClusterIdle: async ({ params, body, principal }) =>
      view(clusters.ask(params.id, { type: 'IdlePolicySet', minutes: body.minutes }, authorOf(principal))),
    checkCluster: async ({ params, principal }) =>
      view(clusters.ask(params.id, { type: 'CheckRequested' }, authorOf(principal))),
    relaunchCluster: async ({ params, principal }) => view(clusters.relaunch(params.id, authorOf(principal))),
  };
}
