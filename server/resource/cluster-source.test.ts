import { expect, it } from 'vitest';
import type { WorkerPicture } from '#lib/core/cluster/picture.ts';
import { fault, isFault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import type { WatchCluster } from '#server/cluster/look-at-cluster.ts';
import { ClusterSource } from './cluster-source.ts';
import type { Heard } from './source.ts';

const node = (id: string): WorkerPicture => ({
  id,
  name: `worker ${id}`,
  host: 'h',
  threads: 1,
  running: 0,
  cpu: null,
  memory: null,
  spilled: null,
  disk: null,
  network: null,
  heardAt: null,
});
const tasks = { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 };

/** A source of a cluster that has the nodes that the test says; answers what is told as gone. */
function follow() {
  const heard: Heard[] = [];
  let say: WatchCluster = () => undefined;
  const source = new ClusterSource(clusterId('c'), {
    clusters: {
      view: () => fault('cluster.notFound', 'none'),
      watch: (_id, listener) => {
        say = listener;
        return () => undefined;
      },
    },
    notebooks: () => ['a.ipynb', 'a.ipynb'],
  });
  source.begin((one) => heard.push(one));
  return {
    heard,
    fail: () => say(fault('cluster.unreachable', 'away')),
    gone: (at: number, ...ids: string[]) => {
      const picture = { version: null, tasks, clients: null, workers: ids.map(node), wantedWorkers: null };
      say({ at, picture });
      const last = heard.at(-1);
      return last === undefined || isFault(last) || last.kind !== 'cluster'
        ? null
        : last.gone.map(({ id, missedAt }) => `${id} at ${missedAt}`);
    },
  };
}

it('tells of nodes that have gone, the last one first, until they are back or long gone', () => {
  const { gone, fail } = follow();
  expect(gone(1, '1', '2', '3')).toEqual([]);
  expect(gone(2, '1', '3')).toEqual(['2 at 2']);
  fail();
  expect(gone(3, '1')).toEqual(['3 at 3', '2 at 2']);
  expect(gone(4, '1', '2')).toEqual(['3 at 3']);
  expect(gone(600_002, '1', '2')).toEqual(['3 at 3']);
  expect(gone(600_003, '1', '2')).toEqual([]);
});

it('names each notebook once', () => {
  const { gone, heard } = follow();
  gone(1);
  expect(heard).toMatchObject([{ notebooks: ['a.ipynb'] }]);
});
