import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { decodePath } from '#components/shell/locations.ts';
import { clusterOf } from '#lib/core/cluster/cluster-path.ts';
import { ClusterScreen } from './cluster-screen.tsx';

type ClusterPageProps = { readonly params: Promise<{ readonly id: string }> };

export const metadata: Metadata = { title: 'Cluster' };

export default async function ClusterPage({ params }: ClusterPageProps) {
  const path = `/clusters/${decodePath([(await params).id]) ?? ''}`;
  if (clusterOf(path) === null) notFound();
  return <ClusterScreen path={path} />;
}
