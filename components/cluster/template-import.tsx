'use client';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { TextArea } from '#components/ui/text-area.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { counted } from '#components/ui/measure-words.ts';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { clusters } from './clusters-store.ts';

export type TemplateImportProps = { readonly open: boolean; readonly onClose: () => void };

/** Takes templates in from a YAML text. */
export function TemplateImport({ open, onClose }: TemplateImportProps) {
  const [yaml, setYaml] = useState('');
  const [refused, setRefused] = useState<Fault | null>(null);
  const take = async () => {
    const answer = await callApi('importClusterTemplates', { body: { yaml } });
    if (isFault(answer)) return setRefused(answer);
    const { templates, missing } = answer;
    showToast({
      title: `${counted(templates.length, 'template')} imported`,
      description:
        missing.length === 0 ? undefined : `Enter values of ${missing.map(({ name }) => name).join(', ')} in the form.`,
    });
    setYaml('');
    setRefused(null);
    void clusters.load();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Import templates"
      footer={
        <Button look="primary" disabled={yaml.trim() === ''} onClick={() => void take()}>
          Import
        </Button>
      }
    >
      <TextArea label="YAML" value={yaml} onChange={setYaml} rows={10} description="As it was exported." />
      {refused === null ? null : <FaultNotice fault={refused} />}
    </Dialog>
  );
}
