import { showToast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { ClusterId, GatewayId, SessionId } from '#lib/core/ids.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { clusters, takeCluster } from './clusters-store.ts';

/** What the interface asks of clusters. What comes of it is in the store; what went wrong is said or handed back. */

/** A kernel that a notebook without one would start. */
export type KernelStart = { readonly gatewayId: GatewayId; readonly kernelName: string };

/** Launches a template; the new cluster, or why there is none. */
export async function launchTemplate(templateId: string): Promise<Fault | ClusterView> {
  return taken(await callApi('launchCluster', { body: { templateId } }));
}

export async function relaunch(id: ClusterId): Promise<Fault | ClusterView> {
  return taken(await callApi('relaunchCluster', { params: { id } }));
}

/** Stops one of ours, calls its start off, removes a failed one, or lets go of an attached one. */
export async function endCluster(cluster: ClusterView): Promise<boolean> {
  const answer = await callApi('stopCluster', { params: { id: cluster.id } });
  void clusters.load();
  // One that is gone already is what was wanted.
  if (!isFault(answer) || answer.fault === 'cluster.notFound') return true;
  sayFault(`“${cluster.label}” is still there`, answer);
  return false;
}

/** The fault `cluster.busy` is for asking whether it is wanted all the same. */
export async function scale(id: ClusterId, workers: number, evenIfBusy = false): Promise<Fault | null> {
  const answer = taken(await callApi('scaleCluster', { params: { id }, body: { workers, evenIfBusy } }));
  return isFault(answer) ? answer : null;
}

/** It counts as used now. */
export async function keep(id: ClusterId): Promise<void> {
  const answer = taken(await callApi('keepCluster', { params: { id } }));
  if (isFault(answer)) sayFault('The cluster is not kept', answer);
}

export async function setIdle(id: ClusterId, minutes: number | null): Promise<void> {
  const answer = taken(await callApi('setClusterIdle', { params: { id }, body: { minutes } }));
  if (isFault(answer)) sayFault('The time was not changed', answer);
}

export async function check(id: ClusterId): Promise<void> {
  const answer = taken(await callApi('checkCluster', { params: { id } }));
  if (isFault(answer)) sayFault('The cluster was not asked', answer);
}

/** The kernel of a session finds this cluster, or with null none. */
export async function bind(session: SessionId, id: ClusterId | null): Promise<Fault | null> {
  const answer = await callApi('bindCluster', { params: { id: session }, body: { clusterId: id } });
  void clusters.load();
  return isFault(answer) ? answer : null;
}

/** Attaches a notebook: the kernel that it has, else one that is started for it. */
export async function attachNotebook(path: string, id: ClusterId, start: KernelStart | null): Promise<Fault | null> {
  const answer = await callApi('listSessions', { query: { path } });
  if (isFault(answer)) return answer;
  const [session] = answer.sessions;
  if (session !== undefined && session.status !== 'dead') return bind(session.id, id);
  const known = session === undefined ? start : { gatewayId: session.gatewayId, kernelName: session.kernelName };
  if (known === null) return null;
  const started = await callApi('startSession', { body: { path, ...known, clusterId: id } });
  void clusters.load();
  return isFault(started) ? started : null;
}

export async function duplicateTemplate(id: string): Promise<void> {
  const answer = await callApi('duplicateClusterTemplate', { params: { id } });
  if (isFault(answer)) sayFault('The template was not copied', answer);
  void clusters.load();
}

export async function removeTemplate(id: string): Promise<void> {
  const answer = await callApi('removeClusterTemplate', { params: { id } });
  if (isFault(answer)) sayFault('The template is still there', answer);
  void clusters.load();
}

function taken(answer: Fault | ClusterView): Fault | ClusterView {
  if (!isFault(answer)) takeCluster(answer);
  return answer;
}

export function sayFault(title: string, { message, hint }: Fault): void {
  showToast({ kind: 'error', title, description: [message, hint].filter(Boolean).join(' ') });
}
