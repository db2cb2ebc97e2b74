import type { ClusterKind } from '#lib/core/cluster/kind.ts';
import { DaskCluster } from './dask/adapter.ts';
import type { ClusterEffects, ClusterPort, FindClusterEndpoint } from './port.ts';
import { RayCluster } from './ray/adapter.ts';
import { SparkConnectServer } from './spark/connect/adapter.ts';
import { SparkMaster } from './spark/standalone/adapter.ts';

type ConnectAdapter = (find: FindClusterEndpoint, effects: ClusterEffects) => ClusterPort;

/** The kinds that can be spoken with, each by its adapter: one line per kind. */
export const clusterAdapters: Readonly<Partial<Record<ClusterKind, ConnectAdapter>>> = {
  'spark-standalone': (find, effects) => new SparkMaster(find, effects),
  'spark-connect': (find, effects) => new SparkConnectServer(find, effects),
  dask: (find, effects) => new DaskCluster(find, effects),
  ray: (find, effects) => new RayCluster(find, effects),
};
