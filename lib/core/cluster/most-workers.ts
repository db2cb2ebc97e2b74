import type { ClusterPicture, WorkerPicture } from './picture.ts';

/** Workers that are told of one by one, and of which an hour is kept. */
export const mostWorkers = 500;

type Load = Pick<WorkerPicture, 'threads' | 'running' | 'cpu' | 'memory'>;

/** What there is to be summed up: each worker that is listed, and what the others take together. */
export function loadsOf({ workers, others }: ClusterPicture): readonly Load[] {
  return others === undefined ? workers : [...workers, others];
}

/** Lists so many workers, those first that were listed `before`, so that each stays; of the others the sums are told. */
export function listWorkers(picture: ClusterPicture, before: ClusterPicture | null): ClusterPicture {
  const { workers } = picture;
  if (workers.length <= mostWorkers) return picture;
  const listed = new Set(before?.workers.map(({ id }) => id));
  const [known, fresh]: [WorkerPicture[], WorkerPicture[]] = [[], []];
  for (const worker of workers) (listed.has(worker.id) ? known : fresh).push(worker);
  const ordered = [...known, ...fresh];
  const rest = ordered.slice(mostWorkers);
  const others = { count: rest.length, ...sumOf(rest) };
  return { ...picture, workers: ordered.slice(0, mostWorkers), others };
}

export function sayOthers({ count }: NonNullable<ClusterPicture['others']>): string {
  return `And ${count} worker${count === 1 ? '' : 's'} more, in the sums alone.`;
}

function sumOf(loads: readonly Load[]): Load {
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const told = <Value>(values: readonly (Value | null)[]): Value[] => values.filter((value) => value !== null);
  const cpus = told(loads.map(({ cpu }) => cpu));
  const memories = told(loads.map(({ memory }) => memory));
  const limits = told(memories.map(({ limit }) => limit));
  return {
    threads: sum(loads.map(({ threads }) => threads)),
    running: sum(loads.map(({ running }) => running)),
    cpu: cpus.length === 0 ? null : sum(cpus),
    memory:
      memories.length === 0
        ? null
        : { used: sum(memories.map(({ used }) => used)), limit: limits.length < memories.length ? null : sum(limits) },
  };
}
