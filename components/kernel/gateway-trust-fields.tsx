import { useId, useState } from 'react';
import { Notice } from '#components/ui/notice.tsx';
import { TextArea } from '#components/ui/text-area.tsx';
import type { GatewayFieldsProps } from './gateway-auth-fields.tsx';
import forms from '#components/ui/form.module.css';
import styles from './gateway-form.module.css';

/** Whose certificates are believed. Switching that off is possible for one gateway, and never quiet. */
export function GatewayTrustFields({ draft, edit }: Omit<GatewayFieldsProps, 'kept'>) {
  const off = useId();
  const [open, setOpen] = useState(!draft.verify || draft.ca !== '');
  return (
    <details className={styles.more} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Certificate</summary>
      <div className={forms.form}>
        <TextArea
          label="Authority"
          value={draft.ca}
          onChange={(ca) => edit({ ca })}
          rows={4}
          placeholder="-----BEGIN CERTIFICATE-----"
          description="PEM. Believed for this gateway, besides those that this machine believes anyway."
        />
        <label className={styles.check} htmlFor={off}>
          <input
            id={off}
            type="checkbox"
            checked={!draft.verify}
            onChange={(event) => edit({ verify: !event.target.checked })}
          />
          Do not verify its certificate
        </label>
        {draft.verify ? null : (
          <Notice kind="warning" hint="Better: paste the certificate of its authority above.">
            Anybody on the way can pose as this gateway, take what you enter here, and read and change code and outputs.
            It is marked wherever it is shown, and the server logs it.
          </Notice>
        )}
      </div>
    </details>
  );
}
