import type { Kysely } from 'kysely';
import { type ClusterTemplate, clusterTemplateSchema, shippedTemplates } from '#lib/core/cluster/template.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import type {
  ClusterTemplateChange,
  ClusterTemplateView,
  templateFormSchema,
} from '#lib/protocol/http/cluster-templates.ts';
import type { LaunchClusterForm } from '#lib/protocol/http/clusters.ts';
import type { z } from 'zod';
import type { Seal } from '#server/auth/seal.ts';
import type { ClusterTemplateRow, Database } from '#server/db/schema.ts';
import { sealedElsewhere } from './cluster-endpoint.ts';
import type { Clusters, LaunchForm } from './clusters.ts';
import { openEnvironment, sealEnvironment } from './sealed-environment.ts';
import type { StartTimes } from './start-times.ts';
import { readTemplates, writeTemplates } from './template-file.ts';

export type ClusterTemplatesParts = {
  readonly db: Kysely<Database>;
  readonly workspaceId: WorkspaceId;
  readonly seal: Seal;
  readonly clusters: Pick<Clusters, 'admit' | 'machine'>;
  readonly startTimes: StartTimes;
  readonly randomId: () => string;
};

type Form = z.output<typeof templateFormSchema>;
type Imported = {
  readonly templates: ClusterTemplateView[];
  readonly missing: { templateId: string; name: string }[];
};

const mostTemplates = 500;
const keptSchema = clusterTemplateSchema.omit({ environment: true });

/**
 * What clusters are launched from: templates that come with the product, sized for this machine, and those that people
 * keep. Owns the table `cluster_templates`. Values of environment variables leave it only into a launch.
 */
export class ClusterTemplates {
  readonly #parts: ClusterTemplatesParts;
  readonly #own = new Map<string, ClusterTemplate>();
  /** By template: its environment as it lies in the database, where it was sealed with another key file. */
  readonly #locked = new Map<string, string>();

  constructor(parts: ClusterTemplatesParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { db, workspaceId, seal } = this.#parts;
    const rows = await db.selectFrom('cluster_templates').selectAll().where('workspace_id', '=', workspaceId).execute();
    for (const row of rows) {
      const environment = openEnvironment(row.sealed_environment, seal, contextOf(row.id));
      if (environment === null) this.#locked.set(row.id, row.sealed_environment);
      this.#own.set(row.id, { ...keptSchema.parse(JSON.parse(row.template)), environment: environment ?? {} });
    }
  }

  list(): ClusterTemplateView[] {
    const own = [...this.#own.values()].toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
    return [...this.#shipped(), ...own].map((template) => this.#viewOf(template));
  }

  /** What a form for a launch means: what it leaves out is as in its template. */
  fill(form: LaunchClusterForm): Fault | LaunchForm {
    const template = form.templateId === undefined ? null : this.#findWhole(form.templateId);
    if (isFault(template)) return template;
    const kind = form.kind ?? template?.kind;
    const size = form.size ?? template?.size;
    if (kind === undefined || size === undefined)
      return fault('request.invalid', 'A launch needs a kind and a size.', 'Name them, or a template.');
    return {
      kind,
      size,
      label: form.label ?? template?.label ?? clusterManifests[kind].label,
      idleMinutes: form.idleMinutes === undefined ? (template?.idleMinutes ?? null) : form.idleMinutes,
      environment: { ...template?.environment, ...form.environment },
    };
  }

  async create(form: Form): Promise<Fault | ClusterTemplateView> {
    const [kept] = await this.#keep([{ ...form, id: this.#parts.randomId() }]);
    return kept ?? tooMany;
  }

  async change(id: string, change: ClusterTemplateChange): Promise<Fault | ClusterTemplateView> {
    const present = this.#findOwn(id);
    if (isFault(present)) return present;
    const locked = this.#locked.get(id);
    const { environment: stated, ...rest } = change;
    // A form that cannot show the names of locked variables has none to send.
    const named = locked !== undefined && Object.keys(stated ?? {}).length === 0 ? undefined : stated;
    const environment: Record<string, string> = {};
    for (const [name, value] of Object.entries(named ?? {}))
      environment[name] = value ?? present.environment[name] ?? '';
    const changed = clusterTemplateSchema.safeParse({
      ...present,
      ...rest,
      environment: named === undefined ? present.environment : environment,
    });
    if (!changed.success) return fault('request.invalid', changed.error.issues[0]?.message ?? 'It cannot be kept.');
    const [kept] = await this.#keep([changed.data], named === undefined ? locked : undefined);
    return kept ?? tooMany;
  }

  async remove(id: string): Promise<Fault | null> {
    const present = this.#findOwn(id);
    if (isFault(present)) return present;
    await this.#parts.db.deleteFrom('cluster_templates').where('id', '=', id).execute();
    this.#own.delete(id);
    this.#locked.delete(id);
    return null;
  }

  async duplicate(id: string): Promise<Fault | ClusterTemplateView> {
    const template = this.#findWhole(id);
    if (isFault(template)) return template;
    return this.create({ ...template, label: this.#freeLabel(template.label, new Set()) });
  }

  /** The template as YAML, and a name for its file. */
  export(id: string): Fault | { readonly name: string; readonly yaml: string } {
    const template = this.#findWhole(id);
    if (isFault(template)) return template;
    const name = template.label.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
    return { name: `${name}.yaml`, yaml: writeTemplates([template]) };
  }

  async import(yaml: string): Promise<Fault | Imported> {
    const read = readTemplates(yaml);
    if (isFault(read)) return read;
    const taken = new Set<string>();
    const missing: Imported['missing'] = [];
    const templates: ClusterTemplate[] = [];
    for (const { environment, ...template } of read) {
      const id = this.#parts.randomId();
      const label = this.#freeLabel(template.label, taken);
      taken.add(label);
      const values = Object.entries(environment).map(([name, value]) => [name, value ?? ''] as const);
      for (const [name, value] of Object.entries(environment)) {
        if (value === null) missing.push({ templateId: id, name });
      }
      const whole = clusterTemplateSchema.safeParse({
        ...template,
        id,
        label,
        environment: Object.fromEntries(values),
      });
      if (!whole.success) return fault('request.invalid', whole.error.issues[0]?.message ?? 'It cannot be read.');
      templates.push(whole.data);
    }
    const kept = await this.#keep(templates);
    return kept.length === 0 ? tooMany : { templates: kept, missing };
  }

  /** All of them, or none when there would be too many. `locked`: what stays in the place of their environment. */
  async #keep(templates: readonly ClusterTemplate[], locked?: string): Promise<ClusterTemplateView[]> {
    const { db } = this.#parts;
    const fresh = templates.filter(({ id }) => !this.#own.has(id));
    if (this.#own.size + fresh.length > mostTemplates) return [];
    await db.transaction().execute(async (transaction) => {
      for (const template of templates) {
        await transaction.deleteFrom('cluster_templates').where('id', '=', template.id).execute();
        await transaction.insertInto('cluster_templates').values(this.#rowOf(template, locked)).execute();
      }
    });
    for (const template of templates) {
      this.#own.set(template.id, template);
      if (locked === undefined) this.#locked.delete(template.id);
    }
    return templates.map((template) => this.#viewOf(template));
  }

  #rowOf({ environment, ...template }: ClusterTemplate, locked: string | undefined): ClusterTemplateRow {
    return {
      id: template.id,
      workspace_id: this.#parts.workspaceId,
      template: JSON.stringify(template),
      sealed_environment: locked ?? sealEnvironment(environment, this.#parts.seal, contextOf(template.id)),
    };
  }

  #viewOf({ environment, ...template }: ClusterTemplate): ClusterTemplateView {
    const { kind, size, id } = template;
    return {
      ...template,
      environment: Object.keys(environment),
      shipped: !this.#own.has(id),
      refusal: this.#parts.clusters.admit(kind, size),
      lastStartMs: this.#parts.startTimes.get(kind, size),
    };
  }

  #shipped(): readonly ClusterTemplate[] {
    return shippedTemplates(this.#parts.clusters.machine());
  }

  #find(id: string): Fault | ClusterTemplate {
    return this.#own.get(id) ?? this.#shipped().find((template) => template.id === id) ?? notFound;
  }

  /** One whose environment is known. */
  #findWhole(id: string): Fault | ClusterTemplate {
    const found = this.#find(id);
    if (isFault(found) || !this.#locked.has(id)) return found;
    return sealedElsewhere('environment', found.label, 'enter its variables anew');
  }

  #findOwn(id: string): Fault | ClusterTemplate {
    const found = this.#find(id);
    if (isFault(found) || this.#own.has(id)) return found;
    const message = `“${found.label}” comes with Farfield and stays as it is.`;
    return fault('template.shipped', message, 'Duplicate it, and change the copy.');
  }

  #freeLabel(label: string, taken: ReadonlySet<string>): string {
    const labels = new Set([...taken, ...this.list().map((template) => template.label)]);
    const base = label.replace(/ \(\d+\)$/, '').slice(0, 70);
    if (!labels.has(label)) return label;
    for (let number = 2; ; number += 1) {
      if (!labels.has(`${base} (${number})`)) return `${base} (${number})`;
    }
  }
}

const contextOf = (id: string): string => `cluster-template|${id}`;

const notFound = fault('template.notFound', 'There is no such template.', 'Pick another one.');
const tooMany = fault(
  'template.tooMany',
  `More than ${mostTemplates} templates are not kept.`,
  'Delete some that nobody uses.',
);
