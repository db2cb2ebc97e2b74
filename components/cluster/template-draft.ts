import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import type { ClusterKind } from '#lib/core/cluster/kind.ts';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';

/** What stands in the form of a template, as typed. */
export type TemplateDraft = {
  readonly label: string;
  readonly kind: ClusterKind;
  readonly workers: string;
  readonly threads: string;
  /** Of each worker, in GB. */
  readonly memory: string;
  /** Minutes; empty: never. */
  readonly idle: string;
  /** `NAME=value`, one a line; a name alone keeps its value. */
  readonly environment: string;
  readonly about: string;
};

export type ReadTemplate = {
  readonly label: string;
  readonly kind: ClusterKind;
  readonly size: ClusterSize;
  readonly idleMinutes: number | null;
  readonly about: string;
  /** null: the value that it has. */
  readonly environment: readonly (readonly [name: string, value: string | null])[];
};

export const emptyDraft: TemplateDraft = {
  label: '',
  kind: 'dask',
  workers: '2',
  threads: '1',
  memory: '1',
  idle: '60',
  environment: '',
  about: '',
};

const gigabyte = 1e9;

export function draftOf({ label, kind, size, idleMinutes, environment, about }: ClusterTemplateView): TemplateDraft {
  return {
    label,
    kind,
    workers: String(size.workers),
    threads: String(size.threads),
    memory: String(Number((size.memoryBytes / gigabyte).toFixed(3))),
    idle: idleMinutes === null ? '' : String(idleMinutes),
    environment: environment.join('\n'),
    about,
  };
}

/** Reads what was typed, or says what is wrong with it. `kept`: names of variables that have a value already. */
export function readDraft(draft: TemplateDraft, kept: readonly string[]): Fault | ReadTemplate {
  const workers = readWhole(draft.workers, 'workers');
  const threads = readWhole(draft.threads, 'threads');
  const idleMinutes = draft.idle.trim() === '' ? null : readWhole(draft.idle, 'minutes');
  const memory = Number(draft.memory.trim().replace(',', '.'));
  const environment = readLines(draft.environment, kept);
  for (const part of [workers, threads, idleMinutes, environment]) if (isFault(part)) return part;
  if (draft.label.trim() === '') return fault('request.invalid', 'It has no name.', 'Enter one.');
  if (!(memory > 0)) return fault('request.invalid', `“${draft.memory}” is no size.`, 'Enter gigabytes, such as 1.5.');
  return {
    label: draft.label.trim(),
    kind: draft.kind,
    size: { workers: workers as number, threads: threads as number, memoryBytes: Math.round(memory * gigabyte) },
    idleMinutes: idleMinutes as number | null,
    about: draft.about.trim(),
    environment: environment as ReadTemplate['environment'],
  };
}

function readWhole(typed: string, what: string): Fault | number {
  return /^[1-9]\d{0,5}$/.test(typed.trim())
    ? Number(typed)
    : fault('request.invalid', `“${typed}” is no number of ${what}.`, 'Enter a whole number from 1 on.');
}

function readLines(typed: string, kept: readonly string[]): Fault | ReadTemplate['environment'] {
  const lines = typed.split('\n').filter((line) => line.trim() !== '');
  const read: (readonly [string, string | null])[] = [];
  for (const line of lines) {
    const at = line.indexOf('=');
    const name = (at === -1 ? line : line.slice(0, at)).trim();
    // What was typed may be a secret: it is not said again.
    if (!/^[A-Za-z_]\w*$/.test(name) || (at === -1 && !kept.includes(name)))
      return fault('request.invalid', 'A line of the variables cannot be read.', 'Write NAME=value, one a line.');
    read.push([name, at === -1 ? null : line.slice(at + 1)]);
  }
  return read;
}
