import { agoWords, counted, span } from '#components/ui/measure-words.ts';
import type { KernelStatus } from '#lib/core/session/event.ts';
import { loadsOf } from '#lib/core/cluster/most-workers.ts';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import { countdown } from '#lib/core/kernel/idle-policy.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';

/** The words of clusters. Pure, so that they can be tested. */

/** `2 × 2 threads, 1.1 GB each`. */
export function sizeWords({ workers, threads, memoryBytes }: ClusterSize): string {
  return `${workers} × ${counted(threads, 'thread')}, ${sayBytes(memoryBytes)}${workers === 1 ? '' : ' each'}`;
}

/** The state in a word or two; of one that is about to be stopped, when. */
export function stateWords({ state, scaling, idle, work }: ClusterView, now: number): string {
  switch (state) {
    case 'requested':
    case 'provisioning':
      return 'starting';
    case 'checking':
      return 'being asked';
    case 'ready':
      if (idle.end !== null) return `idle, stops in ${countdown(idle.end, now)}`;
      if (scaling) return 'changes its size';
      return work !== null && work.running > 0 ? 'at work' : 'ready';
    case 'unreachable':
      return 'does not answer';
    case 'failed':
      return 'failed';
    case 'stopping':
      return 'is stopping';
    case 'stopped':
      return 'stopped';
  }
}

/** The state as a mark. */
export function markOf({ state, work, scaling }: ClusterView): KernelStatus {
  switch (state) {
    case 'requested':
    case 'provisioning':
    case 'checking':
    case 'stopping':
      return 'starting';
    case 'ready':
      return scaling ? 'starting' : work !== null && work.running > 0 ? 'busy' : 'idle';
    case 'unreachable':
      return 'reconnecting';
    case 'failed':
      return 'dead';
    case 'stopped':
      return 'none';
  }
}

export type Load = {
  readonly threads: number;
  readonly busy: number;
  /** Bytes; null where some worker does not tell. */
  readonly memory: { readonly used: number; readonly limit: number } | null;
};

export function loadOf(picture: ClusterPicture): Load {
  const workers = loadsOf(picture);
  const known = workers.flatMap(({ memory }) =>
    memory === null || memory.limit === null ? [] : [{ used: memory.used, limit: memory.limit }],
  );
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const threads = sum(workers.map((worker) => worker.threads));
  return {
    threads,
    busy: Math.min(threads, sum(workers.map(({ running }) => running))),
    memory:
      workers.length === 0 || known.length < workers.length
        ? null
        : { used: sum(known.map(({ used }) => used)), limit: sum(known.map(({ limit }) => limit)) },
  };
}

/** `3 of 4 threads free · 1.2 of 2.1 GB used`; what is not told is left out. */
export function loadWords(picture: ClusterPicture): string {
  const { threads, busy, memory } = loadOf(picture);
  if (picture.workers.length === 0) return 'no worker yet';
  return [
    `${threads - busy} of ${counted(threads, 'thread')} free`,
    ...(memory === null ? [] : [`${sayBytes(memory.used)} of ${sayBytes(memory.limit)} used`]),
  ].join(' · ');
}

/** Who uses it, as far as it is known: our notebooks, and how many programs the engine counts. */
export function usersWords({ notebooks, seen }: ClusterView): string {
  const names = notebooks.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const clients = seen?.picture.clients ?? 0;
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return [...shown, ...(clients > 0 ? [counted(clients, 'client')] : [])].join(', ');
}

/** When the figures of the workers are from: some are older than the look that tells of them. */
export function ageWords({ at, picture }: NonNullable<ClusterView['seen']>, now: number): string {
  const from = at - (picture.workersAge ?? 0);
  const seconds = Math.round((now - from) / 1000);
  return seconds > 3 && seconds < 10 ? `figures ${seconds} s ago` : `figures ${agoWords(from, now)}`;
}

export function startWords(lastStartMs: number | null): string {
  return lastStartMs === null ? 'start not measured yet' : `last start ${span(lastStartMs)}`;
}
