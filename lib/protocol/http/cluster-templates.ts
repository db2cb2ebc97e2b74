import { z } from 'zod';
import { clusterTemplateSchema, variableNameSchema } from '#lib/core/cluster/template.ts';
import { faultSchema } from '#lib/core/fault.ts';
import { route } from './route.ts';

const none = z.object({});
const ofTemplate = z.object({ id: z.string().min(1).max(64) });

export const clusterTemplateViewSchema = clusterTemplateSchema.omit({ environment: true }).extend({
  /** Names of the environment variables of the workers. Values are never part of an answer. */
  environment: z.array(variableNameSchema),
  /** Comes with the product: it can be duplicated, and neither changed nor deleted. */
  shipped: z.boolean(),
  /** Why it cannot be launched here; null: it can. */
  refusal: faultSchema.nullable(),
  /** What the last start of this engine and size took; null: never measured. */
  lastStartMs: z.number().nullable(),
});
export type ClusterTemplateView = z.infer<typeof clusterTemplateViewSchema>;

export const templateFormSchema = clusterTemplateSchema.omit({ id: true }).extend({
  environment: clusterTemplateSchema.shape.environment.default({}),
  about: clusterTemplateSchema.shape.about.default(''),
});
export type ClusterTemplateForm = z.input<typeof templateFormSchema>;

/** What is left out stays. A variable with null keeps the value that it has; one that is not named is removed. */
export const templateChangeSchema = clusterTemplateSchema
  .omit({ id: true })
  .extend({ environment: z.record(variableNameSchema, z.string().max(16_384).nullable()) })
  .partial();
export type ClusterTemplateChange = z.infer<typeof templateChangeSchema>;

export const listClusterTemplates = route({
  method: 'GET',
  path: '/api/v1/cluster-templates',
  summary: 'Templates to launch clusters from: those that come with the product, then own ones by name.',
  action: 'cluster.list',
  params: none,
  query: none,
  body: none,
  reply: z.object({ templates: z.array(clusterTemplateViewSchema) }),
});

export const createClusterTemplate = route({
  method: 'POST',
  path: '/api/v1/cluster-templates',
  summary: 'Keep a template of your own. Values of its environment variables are sealed at rest.',
  action: 'cluster.launch',
  params: none,
  query: none,
  body: templateFormSchema,
  reply: clusterTemplateViewSchema,
});

export const changeClusterTemplate = route({
  method: 'PUT',
  path: '/api/v1/cluster-templates/:id',
  summary:
    'Change a template of your own; what is left out stays. Clusters that were launched from it stay as they are.',
  action: 'cluster.launch',
  params: ofTemplate,
  query: none,
  body: templateChangeSchema,
  reply: clusterTemplateViewSchema,
});

export const removeClusterTemplate = route({
  method: 'DELETE',
  path: '/api/v1/cluster-templates/:id',
  summary: 'Delete a template of your own.',
  action: 'cluster.launch',
  params: ofTemplate,
  query: none,
  body: none,
  reply: none,
});

export const duplicateClusterTemplate = route({
  method: 'POST',
  path: '/api/v1/cluster-templates/:id/duplicate',
  summary: 'Copy a template, also one that comes with the product, under a free name.',
  action: 'cluster.launch',
  params: ofTemplate,
  query: none,
  body: none,
  reply: clusterTemplateViewSchema,
});

export const exportClusterTemplate = route({
  method: 'GET',
  path: '/api/v1/cluster-templates/:id/export',
  summary: 'A template as a YAML file. Of its environment variables it has the names, never the values.',
  action: 'cluster.list',
  params: ofTemplate,
  query: none,
  body: none,
  reply: z.unknown(),
  bytes: true,
});

export const importClusterTemplates = route({
  method: 'POST',
  path: '/api/v1/cluster-templates/import',
  summary: 'Keep the templates of a YAML text, under free names. All of them, or none when one cannot be read.',
  action: 'cluster.launch',
  params: none,
  query: none,
  body: z.object({ yaml: z.string().min(1).max(1_000_000) }),
  reply: z.object({
    templates: z.array(clusterTemplateViewSchema),
    /** Variables that the text names without a value: they are empty until somebody enters one. */
    missing: z.array(z.object({ templateId: z.string(), name: z.string() })),
  }),
});
