import { distanceWords } from '#components/ui/measure-words.ts';
import type { PickerLine, PickerLines } from '#components/ui/picker-line.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { ageWords, loadWords, markOf, sizeWords, startWords, stateWords, usersWords } from './cluster-words.ts';
import type { Unreached } from './unreached.ts';

/** What a line of the picker stands for. */
export type ClusterChoice =
  | { readonly type: 'cluster'; readonly id: ClusterId }
  | { readonly type: 'launch'; readonly templateId: string }
  | { readonly type: 'attach' }
  | { readonly type: 'detach' };

export type ClusterLinesInput = {
  readonly clusters: readonly ClusterView[];
  readonly templates: readonly ClusterTemplateView[];
  /** The one that the notebook's kernel finds. */
  readonly bound: ClusterId | null;
  /** Keys of lines that were taken lately, newest first. */
  readonly recent: readonly string[];
  /** What the notebook's kernel said it does not reach, and why. */
  readonly unreached: Unreached;
  /** ms since 1970 */
  readonly now: number;
};

/** What the picker offers of clusters: recent ones, those there are (what cannot be had last), and what can be launched. */
export function clusterLines(input: ClusterLinesInput): readonly PickerLines[] {
  const { clusters, templates, bound, recent } = input;
  const there = clusters
    .filter(({ state }) => state !== 'stopped')
    .map((cluster) => lineOfCluster(cluster, input))
    .toSorted((a, b) => Number(b.current) - Number(a.current) || refused(a) - refused(b));
  const launches = templates.map(lineOfTemplate).toSorted((a, b) => refused(a) - refused(b));
  const again = recent.flatMap((key) =>
    [...there, ...launches]
      .filter((line) => line.key === key && line.refusal === null)
      .map((line) => ({ ...line, key: `recent:${key}` })),
  );
  const sections = [
    { title: 'Recent', lines: again },
    { title: 'Clusters', lines: [...there, ...(bound === null ? [] : [detach]), attach] },
    { title: 'Launch a cluster', lines: launches },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

export function choiceOfKey(key: string): ClusterChoice | null {
  const [, kind, id] = /^(?:recent:)?(cluster|launch|attach|detach)(?::(.+))?$/.exec(key) ?? [];
  if (kind === 'attach' || kind === 'detach') return { type: kind };
  if (id === undefined) return null;
  return kind === 'cluster' ? { type: kind, id: id as ClusterId } : { type: 'launch', templateId: id };
}

/** Adds a line to the recent ones: newest first, at most three, no doubles. */
export function withRecentLine(recent: readonly string[], key: string): readonly string[] {
  const plain = key.replace(/^recent:/, '');
  return [plain, ...recent.filter((one) => one !== plain)].slice(0, 3);
}

function lineOfCluster(cluster: ClusterView, { bound, unreached, now }: ClusterLinesInput): PickerLine {
  const { id, kind, label, size, distanceMs, seen, origin } = cluster;
  const current = id === bound;
  const lost = !current && unreached.has(id);
  return {
    key: `cluster:${id}`,
    mark: lost ? 'none' : markOf(cluster),
    title: label,
    about: [clusterManifests[kind].label, ...(size === null ? [] : [sizeWords(size)])].join(', '),
    distance: distanceWords(origin === 'launched', distanceMs),
    use: lost ? 'not reached' : stateWords(cluster, now),
    note: [
      ...(seen === null ? [] : [loadWords(seen.picture)]),
      usersWords(cluster),
      ...(seen === null ? [] : [ageWords(seen, now)]),
    ]
      .filter(Boolean)
      .join(' · '),
    current,
    refusal: current ? null : refusalOf(cluster, unreached.get(id)),
  };
}

/** One that starts, or failed, can be chosen: what is waited for, or went wrong, is shown then. */
function refusalOf({ state, fault }: ClusterView, unreached: string | undefined): string | null {
  if (state === 'unreachable') return fault?.message ?? 'It does not answer.';
  if (state === 'stopping') return 'It is being stopped.';
  if (state === 'ready' && unreached !== undefined) return `The kernel does not reach it: ${unreached}`;
  return null;
}

function lineOfTemplate(template: ClusterTemplateView): PickerLine {
  const { id, kind, label, size, about, lastStartMs, refusal } = template;
  return {
    ...plain,
    key: `launch:${id}`,
    mark: 'add',
    title: label,
    about: `${clusterManifests[kind].label}, ${sizeWords(size)}`,
    use: refusal === null ? startWords(lastStartMs) : '',
    note: refusal === null ? about : '',
    refusal: refusal === null ? null : [refusal.message, refusal.hint].filter(Boolean).join(' '),
  };
}

const plain = { distance: '', about: '', note: '', current: false, refusal: null } as const;

const attach: PickerLine = {
  ...plain,
  key: 'attach',
  mark: 'add',
  title: 'Attach a cluster by its address…',
  use: 'one that others run',
};

const detach: PickerLine = {
  ...plain,
  key: 'detach',
  mark: 'leave',
  title: 'Detach from the cluster',
  use: 'the kernel stays',
};

const refused = ({ refusal }: PickerLine) => Number(refusal !== null);
