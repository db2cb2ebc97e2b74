import type { ClusterKind } from '#lib/core/cluster/kind.ts';
import { daskEngine } from './dask/engine.ts';
import type { LocalEngine } from './engine.ts';
import { rayEngine } from './ray/engine.ts';
import { sparkConnectEngine } from './spark-connect/engine.ts';
import { sparkStandaloneEngine } from './spark-standalone/engine.ts';

/** The engines that can be started on this machine: one line per kind. */
export const localEngines: Readonly<Partial<Record<ClusterKind, LocalEngine>>> = {
  'spark-standalone': sparkStandaloneEngine,
  'spark-connect': sparkConnectEngine,
  dask: daskEngine,
  ray: rayEngine,
};
