'use client';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { endCluster } from './cluster-requests.ts';

export type EndClusterProps = {
  /** The one to end; null: nobody asks. */
  readonly cluster: ClusterView | null;
  readonly onDone: () => void;
};

/** Asks before a cluster is stopped, removed or let go of. */
export function EndCluster({ cluster, onDone }: EndClusterProps) {
  const { verb, words } = cluster === null ? { verb: 'Stop', words: '' } : wordsOf(cluster);
  return (
    <ConfirmDialog
      open={cluster !== null}
      title={`${verb} “${cluster?.label ?? ''}”?`}
      verb={verb}
      onCancel={onDone}
      onConfirm={() => {
        if (cluster !== null) void endCluster(cluster);
        onDone();
      }}
    >
      {words}
    </ConfirmDialog>
  );
}

function wordsOf({ state, origin, work, notebooks }: ClusterView): { readonly verb: string; readonly words: string } {
  if (state === 'requested' || state === 'provisioning')
    return { verb: 'Call off', words: 'What has started of it is stopped.' };
  if (state === 'failed') return { verb: 'Remove', words: 'Its logs are deleted with it.' };
  if (origin === 'attached')
    return { verb: 'Let go', words: 'Its address and token are forgotten. The cluster itself goes on.' };
  const running = work === null ? 0 : work.running + work.queued;
  const users = notebooks.length === 0 ? '' : ` It works for ${notebooks.map(({ path }) => path).join(', ')}.`;
  return {
    verb: 'Stop',
    words: `${running > 0 ? 'Work runs or waits there, and is lost. ' : ''}What it holds in memory is gone.${users} Outputs in notebooks stay.`,
  };
}
