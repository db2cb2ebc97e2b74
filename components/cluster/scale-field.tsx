'use client';
import { useState } from 'react';
import { Minus, Plus } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { counted } from '#components/ui/measure-words.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import styles from './cluster-page.module.css';
import { sayFault, scale } from './cluster-requests.ts';

export type ScaleFieldProps = {
  readonly id: ClusterId;
  readonly workers: number;
  /** Those that answer; null: not known. */
  readonly there: number | null;
  /** It is on its way to another size. */
  readonly scaling: boolean;
};

/** More workers, or fewer; where running work would be hit it asks. */
export function ScaleField({ id, workers, there, scaling }: ScaleFieldProps) {
  const [wanted, setWanted] = useState(workers);
  const [asking, setAsking] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const lost = wanted === workers && there !== null && there < workers;
  const send = async (evenIfBusy: boolean) => {
    setBusy(true);
    const fault = await scale(id, wanted, evenIfBusy);
    setBusy(false);
    if (fault?.fault === 'cluster.busy') setAsking(fault.message);
    else if (fault !== null) sayFault('The size was not changed', fault);
  };
  return (
    <div className={styles.field} role="group" aria-label="Size">
      <IconButton
        icon={Minus}
        size="small"
        label="One worker less"
        disabled={scaling || wanted <= 1}
        onClick={() => setWanted(wanted - 1)}
      />
      <span aria-live="polite" data-wanted-workers={wanted}>
        {counted(wanted, 'worker')}
      </span>
      <IconButton
        icon={Plus}
        size="small"
        label="One worker more"
        disabled={scaling}
        onClick={() => setWanted(wanted + 1)}
      />
      <Button disabled={busy || scaling || (wanted === workers && !lost)} onClick={() => void send(false)}>
        {lost ? `Start the ${counted(workers - there, 'worker')} that went` : 'Change the size'}
      </Button>
      <ConfirmDialog
        open={asking !== null}
        title="Take workers away while work runs?"
        verb="Take them away"
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          setAsking(null);
          void send(true);
        }}
      >
        {asking}
      </ConfirmDialog>
    </div>
  );
}
