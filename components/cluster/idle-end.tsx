'use client';
import { Countdown } from '#components/ui/countdown.tsx';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { keep } from './cluster-requests.ts';

/** The last minutes of a cluster that nobody uses; nothing while it has no end. */
export function IdleEnd({ cluster: { id, idle } }: { readonly cluster: ClusterView }) {
  if (idle.end === null) return null;
  const title = 'Nothing has run on it for a while.';
  return <Countdown end={idle.end} verb="stops" title={title} onKeep={() => void keep(id)} />;
}
