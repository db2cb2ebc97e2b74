import { listWorkers, loadsOf } from '#lib/core/cluster/most-workers.ts';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import { lacksFigures, type WorkersTaken, withTaken } from '#lib/core/cluster/workers-taken.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ProviderPort } from '#server/kinds/provider/port.ts';
import type { KnownCluster } from './cluster-view.ts';
import { askedEvery, type Pace } from './pace.ts';
import type { Target, Told } from './perform-effect.ts';

/** Who is told of a cluster that is looked at: what it tells, or why it tells nothing. */
export type WatchCluster = (seen: Fault | NonNullable<KnownCluster['seen']>) => void;

/** A cluster that is asked again and again, and those who follow it. */
export type Watched = Target & {
  readonly pace: Pace;
  readonly watchers: Set<WatchCluster>;
  /** When somebody last had it in a list, ms since 1970. */
  listedAt?: number;
  /** When its workers were last measured. */
  taken?: WorkersTaken;
};

type LookParts = {
  readonly provider: ProviderPort;
  /** Whether kernels are told of it. */
  readonly bound: boolean;
  /** ms since 1970 */
  readonly now: () => number;
  readonly take: (told: Told) => void;
};

/** How often the processes of one that is asked nothing are looked at. */
const aliveEveryMs = 15_000;
/** Who has a list open asks for it every three seconds. */
const listedForMs = 10_000;

/** Asks a cluster how it is when it is its turn, and tells what came of it. Ends when nothing is asked any more. */
export async function lookAt(entry: Watched, parts: LookParts): Promise<void> {
  const { cluster } = entry.stored;
  const listed = parts.now() - (entry.listedAt ?? Number.NEGATIVE_INFINITY) < listedForMs;
  const every = askedEvery(cluster, { watched: entry.watchers.size > 0, listed, bound: parts.bound });
  if (every !== null) await entry.pace.turn(every, parts.now(), () => describe(entry, parts));
  else if (cluster.origin === 'launched' && cluster.state === 'ready')
    await entry.pace.turn(aliveEveryMs, parts.now(), () => findAgain(entry, parts));
  else if (cluster.origin === 'launched' && cluster.state === 'unreachable')
    await entry.pace.turn(aliveEveryMs, parts.now(), () => describe(entry, parts));
}

/** Whether it told. */
async function describe(entry: Watched, parts: LookParts): Promise<boolean> {
  const told = isFault(entry.port) ? entry.port : await entry.port.describe();
  const picture = isFault(told) ? told : measured(listWorkers(told, entry.seen?.picture ?? null), entry, parts);
  if (isFault(picture)) await miss(entry, picture, parts);
  else {
    const at = parts.now();
    entry.seen = { picture, at };
    if (entry.stored.cluster.state === 'unreachable') parts.take({ type: 'ClusterReady' });
    const { queued, waiting } = picture.tasks;
    // Workers may have been asked later than tasks: what either says to run runs.
    const running = Math.max(picture.tasks.running, runningOn(picture));
    parts.take({ type: 'WorkSeen', running, queued: queued + waiting, asOf: at - (picture.tasksAge ?? 0) });
  }
  for (const watcher of entry.watchers) watcher(isFault(picture) ? picture : (entry.seen ?? seesNothing));
  return !isFault(picture);
}

/** With what the provider measures, where the engine does not tell it. */
function measured(picture: ClusterPicture, entry: Watched, { provider }: LookParts): ClusterPicture {
  const { id, origin } = entry.stored.cluster;
  if (origin !== 'launched' || !lacksFigures(picture)) return picture;
  const before = entry.taken ?? null;
  entry.taken = provider.measure(id);
  return withTaken(picture, entry.taken, before);
}

/** Whose provider knows that it has ended has failed; another one may come back. */
async function miss(entry: Watched, why: Fault, { provider, take }: LookParts): Promise<void> {
  const { id, origin } = entry.stored.cluster;
  const found = origin === 'launched' ? await provider.find(id) : null;
  if (isFault(found)) take({ type: 'ClusterFailed', fault: found });
  else take({ type: 'ClusterUnreachable', fault: why });
}

/** Nobody asks the engine, but its processes are ours to look after. */
async function findAgain(entry: Watched, { provider, take }: LookParts): Promise<boolean> {
  const found = await provider.find(entry.stored.cluster.id);
  if (isFault(found)) take({ type: 'ClusterFailed', fault: found });
  return !isFault(found);
}

const seesNothing = fault('cluster.unreachable', 'Nothing was seen of this cluster.');

function runningOn(picture: ClusterPicture): number {
  return loadsOf(picture).reduce((sum, { running }) => sum + running, 0);
}
