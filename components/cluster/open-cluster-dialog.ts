import { useSyncExternalStore } from 'react';
import { showToast } from '#components/ui/toast.tsx';
import { isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { attachNotebook, type KernelStart, relaunch, sayFault } from './cluster-requests.ts';
import { clusters } from './clusters-store.ts';

/** A notebook that is to work with a cluster; `start`: the kernel that it gets when it has none. */
export type WishingNotebook = { readonly path: string; readonly start: KernelStart | null };

/** Which dialog of clusters is open: one at a time. */
export type ClusterDialog =
  | { readonly kind: 'launch'; readonly id: ClusterId }
  | { readonly kind: 'attach'; readonly notebook: WishingNotebook | null }
  /** `template`: the one to change; null: a new one. */
  | { readonly kind: 'template'; readonly template: ClusterTemplateView | null }
  | { readonly kind: 'import' };

const listeners = new Set<() => void>();
let current: ClusterDialog | null = null;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function openClusterDialog(dialog: ClusterDialog | null): void {
  current = dialog;
  for (const listener of listeners) listener();
}

export function useClusterDialog(): ClusterDialog | null {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  );
}

type Wish = { readonly id: ClusterId; readonly start: KernelStart | null };

/** Which cluster a notebook waits for, by its path; one that failed is waited for until its next start. */
const wishes = new Map<string, Wish>();

/** Attaches the notebook as soon as the cluster is ready, whether or not its dialog is open; a later choice takes its place. */
export function attachWhenReady(id: ClusterId, { path, start }: WishingNotebook): void {
  const wish: Wish = { id, start };
  wishes.set(path, wish);
  const stop = clusters.follow(() => {
    if (wishes.get(path) !== wish) return stop();
    const known = clusters.getSnapshot().clusters;
    const cluster = known?.find((one) => one.id === id);
    if (known === null || (cluster !== undefined && !['ready', 'failed', 'stopping'].includes(cluster.state))) return;
    stop();
    if (cluster?.state !== 'failed') wishes.delete(path);
    if (cluster?.state !== 'ready') return;
    void attachNotebook(path, id, start).then((fault) => {
      if (fault !== null) return sayFault(`The notebook is not attached to “${cluster.label}”`, fault);
      showToast({ title: `“${cluster.label}” works for ${path.slice(path.lastIndexOf('/') + 1)} now` });
    });
  });
}

/** Somebody has chosen otherwise: the notebook waits for no cluster any more. */
export function waitNoMore(path: string): void {
  wishes.delete(path);
}

/** Launches one that failed again. The notebooks that it worked for, or that waited for it, get the new one. */
export async function launchAgain({ id, notebooks }: ClusterView): Promise<void> {
  const launched = await relaunch(id);
  if (isFault(launched)) return sayFault('It was not launched again', launched);
  const waiting = [...wishes].flatMap(([path, wish]) => (wish.id === id ? { path, start: wish.start } : []));
  for (const { path } of notebooks) attachWhenReady(launched.id, { path, start: null });
  for (const notebook of waiting) attachWhenReady(launched.id, notebook);
  openClusterDialog({ kind: 'launch', id: launched.id });
}
