'use client';
import { useRef, useState, type FormEvent, type RefObject } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from '#components/ui/form.module.css';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { useStillOpen } from '#components/ui/still-open.ts';
import { TextField } from '#components/ui/text-field.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { type ClusterKind, clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import { takeCluster, useClusters } from './clusters-store.ts';
import { attachWhenReady, type WishingNotebook } from './open-cluster-dialog.ts';

export type AttachFormProps = {
  readonly open: boolean;
  /** Works with it as soon as it is attached. */
  readonly notebook: WishingNotebook | null;
  readonly onClose: () => void;
};

/** Attaches a cluster that others run. It is tested before it is kept; its token never comes back to a browser. */
export function AttachForm({ open, notebook, onClose }: AttachFormProps) {
  const first = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Attach a cluster"
      description="One that others run, as far as this machine can reach it. It is asked first, and kept when it answers as its kind."
      size="narrow"
      initialFocus={first}
    >
      <Fields notebook={notebook} onClose={onClose} first={first} />
    </Dialog>
  );
}

type FieldsProps = Omit<AttachFormProps, 'open'> & { readonly first: RefObject<HTMLInputElement | null> };

function Fields({ notebook, onClose, first }: FieldsProps) {
  const { offer } = useClusters();
  const kinds = offer?.kinds.filter(({ attach }) => attach).map(({ kind }) => kind) ?? [];
  const [wanted, setWanted] = useState<ClusterKind | null>(null);
  const [address, setAddress] = useState('');
  const [dashboard, setDashboard] = useState('');
  const [label, setLabel] = useState('');
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Fault | null>(null);
  const isStillOpen = useStillOpen();
  const kind = wanted ?? kinds.find((one) => one === 'dask') ?? kinds[0] ?? 'dask';
  const manifest = clusterManifests[kind];
  const ready = !busy && address.trim() !== '';
  const attach = async () => {
    setBusy(true);
    setRefused(null);
    const answer = await callApi('attachCluster', {
      body: {
        kind,
        address: address.trim(),
        dashboard: dashboard.trim(),
        ...(label.trim() === '' ? {} : { label: label.trim() }),
        ...(token === '' ? {} : { token }),
      },
    });
    setBusy(false);
    if (isFault(answer)) return setRefused(answer);
    // It is checked once more by itself: the notebook works with it when that is over.
    if (notebook !== null) attachWhenReady(answer.id, notebook);
    takeCluster(answer);
    showToast({ title: `“${answer.label}” is attached` });
    if (isStillOpen()) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void attach();
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-busy={busy}>
      <SelectField
        label="Kind"
        value={kind}
        options={(kinds.length === 0 ? [kind] : kinds).map((value) => ({
          value,
          label: clusterManifests[value].label,
        }))}
        onChange={setWanted}
        description={manifest.about}
      />
      <TextField
        label="Address"
        value={address}
        onChange={setAddress}
        placeholder={manifest.examples.address}
        description="What kernels connect to, in the engine’s own spelling."
        required
        mono
        inputRef={first}
      />
      <TextField
        label="Its pages"
        value={dashboard}
        onChange={setDashboard}
        placeholder={manifest.examples.dashboard}
        description="Where it tells about itself."
        mono
      />
      {manifest.token === null ? null : (
        <TextField
          label={manifest.token}
          type="password"
          value={token}
          onChange={setToken}
          autoComplete="new-password"
          unmanaged
          mono
        />
      )}
      <TextField label="Name" value={label} onChange={setLabel} placeholder="The host, if left empty" />
      {busy ? <Notice kind="info">Asking it before it is kept…</Notice> : null}
      {refused === null ? null : <FaultNotice fault={refused} />}
      <div className={styles.buttons}>
        <Button type="submit" look="primary" disabled={!ready}>
          Attach
        </Button>
      </div>
    </form>
  );
}
