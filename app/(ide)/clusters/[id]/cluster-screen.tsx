'use client';
import { useEffect } from 'react';
import dynamic from 'next/dynamic';
import { useCluster } from '#components/cluster/clusters-store.ts';
import { ClusterPart } from '#components/resource/cluster-part.tsx';
import { openDocument } from '#components/shell/document-actions.ts';
import { setDocumentTitle } from '#components/shell/document-titles.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { clusterOf } from '#lib/core/cluster/cluster-path.ts';

const ClusterPage = dynamic(() => import('#components/cluster/cluster-page.tsx').then((module) => module.ClusterPage), {
  loading: () => <Skeleton label="Loading the cluster" />,
});

/** The page of a cluster in the frame. */
export function ClusterScreen({ path }: { readonly path: string }) {
  const id = clusterOf(path);
  const label = useCluster(id)?.label ?? 'Cluster';
  useEffect(() => setDocumentTitle(path, label), [path, label]);
  return id === null ? null : (
    <ClusterPage key={path} id={id} onOpen={openDocument} figures={<ClusterPart id={id} label="The last hour" />} />
  );
}
