'use client';
import { type FormEvent, type RefObject, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from '#components/ui/form.module.css';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextArea } from '#components/ui/text-area.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { useStillOpen } from '#components/ui/still-open.ts';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { type ClusterKind, clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import { clusters, useClusters } from './clusters-store.ts';
import { draftOf, emptyDraft, readDraft, type TemplateDraft } from './template-draft.ts';

export type TemplateFormProps = {
  readonly open: boolean;
  /** The one to change; null: a new one. */
  readonly template: ClusterTemplateView | null;
  readonly onClose: () => void;
};

/** Makes or changes a template of one's own. */
export function TemplateForm({ open, template, onClose }: TemplateFormProps) {
  const first = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={template === null ? 'New template' : `Change “${template.label}”`}
      description="How a cluster is launched. Clusters that were launched from it before stay as they are."
      size="narrow"
      initialFocus={first}
    >
      <Fields key={template?.id} template={template} onClose={onClose} first={first} />
    </Dialog>
  );
}

type FieldsProps = Omit<TemplateFormProps, 'open'> & { readonly first: RefObject<HTMLInputElement | null> };

function Fields({ template, onClose, first }: FieldsProps) {
  const { offer } = useClusters();
  const [draft, setDraft] = useState<TemplateDraft>(() => (template === null ? emptyDraft : draftOf(template)));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Fault | null>(null);
  const isStillOpen = useStillOpen();
  const kinds = offer?.kinds.filter(({ launch }) => launch).map(({ kind }) => kind) ?? [];
  const read = readDraft(draft, template?.environment ?? []);
  const edit = (part: Partial<TemplateDraft>) => setDraft((before) => ({ ...before, ...part }));
  const save = async () => {
    if (isFault(read)) return setRefused(read);
    setBusy(true);
    setRefused(null);
    const { environment, ...rest } = read;
    const answer =
      template === null
        ? await callApi('createClusterTemplate', {
            body: { ...rest, environment: Object.fromEntries(environment.map(([name, value]) => [name, value ?? ''])) },
          })
        : await callApi('changeClusterTemplate', {
            params: { id: template.id },
            body: { ...rest, environment: Object.fromEntries(environment) },
          });
    setBusy(false);
    if (isFault(answer)) return setRefused(answer);
    void clusters.load();
    if (isStillOpen()) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void save();
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-busy={busy}>
      <TextField label="Name" inputRef={first} value={draft.label} onChange={(label) => edit({ label })} required />
      <SelectField<ClusterKind>
        label="Kind"
        value={draft.kind}
        options={[...new Set([draft.kind, ...kinds])].map((value) => ({ value, label: clusterManifests[value].label }))}
        onChange={(kind) => edit({ kind })}
        description={clusterManifests[draft.kind].about}
      />
      <TextField label="Workers" value={draft.workers} onChange={(workers) => edit({ workers })} required />
      <TextField label="Threads of each" value={draft.threads} onChange={(threads) => edit({ threads })} required />
      <TextField label="Memory of each, GB" value={draft.memory} onChange={(memory) => edit({ memory })} required />
      <TextField
        label="Stopped when idle for, minutes"
        value={draft.idle}
        onChange={(idle) => edit({ idle })}
        placeholder="never, if left empty"
      />
      <TextArea
        label="Environment variables"
        value={draft.environment}
        onChange={(environment) => edit({ environment })}
        rows={3}
        placeholder="NAME=value"
        description="One a line, for the workers. Values are sealed and never shown; a name alone keeps the value it has."
      />
      <TextField label="About" value={draft.about} onChange={(about) => edit({ about })} />
      {refused === null ? null : <FaultNotice fault={refused} />}
      <div className={styles.buttons}>
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
      </div>
    </form>
  );
}
