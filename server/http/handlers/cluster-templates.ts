import { isFault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

type ClusterTemplateHandlers = Pick<
  Handlers,
  | 'listClusterTemplates'
  | 'createClusterTemplate'
  | 'changeClusterTemplate'
  | 'removeClusterTemplate'
  | 'duplicateClusterTemplate'
  | 'exportClusterTemplate'
  | 'importClusterTemplates'
>;

export function clusterTemplateHandlers({
  clusterTemplates,
}: Pick<Services, 'clusterTemplates'>): ClusterTemplateHandlers {
  return {
    listClusterTemplates: async () => ({ templates: clusterTemplates.list() }),
    createClusterTemplate: async ({ body }) => clusterTemplates.create(body),
    changeClusterTemplate: async ({ params, body }) => clusterTemplates.change(params.id, body),
    removeClusterTemplate: async ({ params }) => (await clusterTemplates.remove(params.id)) ?? {},
    duplicateClusterTemplate: async ({ params }) => clusterTemplates.duplicate(params.id),
    exportClusterTemplate: async ({ params }) => {
      const written = clusterTemplates.export(params.id);
      return isFault(written) ? written : { name: written.name, bytes: Buffer.from(written.yaml) };
    },
    importClusterTemplates: async ({ body }) => clusterTemplates.import(body.yaml),
  };
}
