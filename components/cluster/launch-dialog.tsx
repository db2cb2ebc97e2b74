'use client';
import { type RefObject, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { ClusterId } from '#lib/core/ids.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { endCluster } from './cluster-requests.ts';
import { useClusters } from './clusters-store.ts';
import { launchAgain } from './open-cluster-dialog.ts';
import { StartReport } from './start-report.tsx';

export type LaunchDialogProps = {
  /** The cluster whose start is shown; null: closed. */
  readonly id: ClusterId | null;
  readonly onClose: () => void;
};

/** The start of a cluster, with the reason of every wait. Closing it calls nothing off. */
export function LaunchDialog({ id, onClose }: LaunchDialogProps) {
  // While it closes it shows what it showed.
  const [last, setLast] = useState(id);
  if (id !== null && id !== last) setLast(id);
  const first = useRef<HTMLButtonElement>(null);
  const cluster = useClusters(id !== null).clusters?.find((one) => one.id === last) ?? null;
  return (
    <Dialog
      open={id !== null}
      onOpenChange={(next) => (next ? undefined : onClose())}
      initialFocus={first}
      title={cluster === null ? 'The start of a cluster' : titleOf(cluster)}
      footer={cluster === null ? undefined : <Buttons cluster={cluster} onClose={onClose} first={first} />}
    >
      {cluster === null ? <Notice kind="info">Its start was called off.</Notice> : <StartReport cluster={cluster} />}
    </Dialog>
  );
}

function titleOf({ state, label }: ClusterView): string {
  if (state === 'ready') return `“${label}” is ready`;
  if (state === 'failed') return `“${label}” did not start`;
  return state === 'stopping' ? `“${label}” is stopping` : `“${label}” starts`;
}

type ButtonsProps = {
  readonly cluster: ClusterView;
  readonly onClose: () => void;
  /** The button that harms nothing. */
  readonly first: RefObject<HTMLButtonElement | null>;
};

function Buttons({ cluster, onClose, first }: ButtonsProps) {
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    await launchAgain(cluster);
    setBusy(false);
  };
  const end = async () => {
    setBusy(true);
    const ended = await endCluster(cluster);
    setBusy(false);
    if (ended) onClose();
  };
  switch (cluster.state) {
    case 'failed':
      return (
        <>
          <Button disabled={busy} onClick={() => void end()}>
            Remove it
          </Button>
          <Button ref={first} look="primary" disabled={busy} onClick={() => void again()}>
            Launch again
          </Button>
        </>
      );
    case 'requested':
    case 'provisioning':
    case 'checking':
      return (
        <>
          <Button disabled={busy} onClick={() => void end()}>
            Call it off
          </Button>
          <Button ref={first} onClick={onClose}>
            Go on in the background
          </Button>
        </>
      );
    default:
      return (
        <Button ref={first} look="primary" onClick={onClose}>
          Close
        </Button>
      );
  }
}
