import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { clusterTemplateSchema, type ClusterTemplate, variableNameSchema } from '#lib/core/cluster/template.ts';
import { fault, type Fault } from '#lib/core/fault.ts';

/** Templates as YAML, for people to share and to keep under version control. Secrets are not in it: variables have names alone. */

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullable();
const fileTemplateSchema = clusterTemplateSchema.omit({ id: true }).extend({
  environment: z.record(variableNameSchema, value).default({}),
  idleMinutes: clusterTemplateSchema.shape.idleMinutes.default(null),
  about: clusterTemplateSchema.shape.about.default(''),
});
const fileSchema = z.strictObject({
  farfield: z.literal(1),
  clusterTemplates: z.array(fileTemplateSchema.strict()).min(1).max(100),
});
export type FileTemplate = z.infer<typeof fileTemplateSchema>;

export function writeTemplates(templates: readonly ClusterTemplate[]): string {
  const clusterTemplates = templates.map(({ id: _id, environment, ...template }) => ({
    ...template,
    environment: Object.fromEntries(Object.keys(environment).map((name) => [name, null])),
  }));
  return stringify({ farfield: 1, clusterTemplates });
}

export function readTemplates(text: string): Fault | readonly FileTemplate[] {
  let content: unknown;
  try {
    // Anchors that are used many times are how a small text becomes a large one.
    content = parse(text, { maxAliasCount: 20, uniqueKeys: true });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return fault('request.invalid', `The text is no YAML: ${why}`, howItLooks);
  }
  const read = fileSchema.safeParse(content);
  if (read.success) return read.data.clusterTemplates;
  const issue = read.error.issues[0];
  return fault('request.invalid', `${issue?.path.join('.') || 'The text'}: ${issue?.message ?? 'invalid'}`, howItLooks);
}

const howItLooks = 'Export a template to see how such a text looks.';
