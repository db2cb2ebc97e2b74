'use client';
import { useRef, useState, type FormEvent, type RefObject } from 'react';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { headerSecret } from '#lib/protocol/gateway-settings.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from '#components/ui/form.module.css';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { useStillOpen } from '#components/ui/still-open.ts';
import { showToast } from '#components/ui/toast.tsx';
import { places } from './places-store.ts';
import { SecretField } from './secret-field.tsx';
import { secretWords } from './secret-words.ts';

export type SecretsFormProps = {
  readonly open: boolean;
  readonly gateway: Gateway;
  readonly onClose: () => void;
  /** The whole form of the gateway, for when the secret is not what is wrong. */
  readonly onChangeGateway: () => void;
};

/** Asks for what lets a gateway in, in the place of what it refuses. Nothing that runs there is touched. */
export function SecretsForm({ open, gateway, onClose, onChangeGateway }: SecretsFormProps) {
  const first = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={`“${gateway.label}” needs ${secretWords(gateway.auth)}`}
      description={`${gateway.url} refuses what it was given. Kernels, queues and open connections stay; everything goes on with what you enter.`}
      size="narrow"
      initialFocus={first}
    >
      <Fields key={gateway.id} first={first} gateway={gateway} onClose={onClose} onChangeGateway={onChangeGateway} />
    </Dialog>
  );
}

type Field = { readonly name: string; readonly label: string };

function fieldsOf({ auth }: Gateway): readonly Field[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'token':
      return [{ name: 'token', label: 'New token' }];
    case 'basic':
      return [{ name: 'password', label: `New password of ${auth.user}` }];
    case 'bearer':
      return auth.tokenUrl === ''
        ? [{ name: 'accessToken', label: 'New access token' }]
        : [
            { name: 'refreshToken', label: 'New refresh token' },
            { name: 'clientSecret', label: 'New client secret' },
          ];
    case 'headers':
      return auth.names.map((name) => ({ name: headerSecret(name), label: `New value of ${name}` }));
  }
}

type FieldsProps = Omit<SecretsFormProps, 'open'> & { readonly first: RefObject<HTMLInputElement | null> };

function Fields({ gateway, onClose, onChangeGateway, first }: FieldsProps) {
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Fault | null>(null);
  const isStillOpen = useStillOpen();
  const typed = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
  const ready = !busy && Object.keys(typed).length > 0;
  const fields = fieldsOf(gateway);
  const enter = async () => {
    setBusy(true);
    setRefused(null);
    const answer = await callApi('changeGateway', { params: { id: gateway.id }, body: { secrets: typed } });
    setBusy(false);
    if (isFault(answer)) return setRefused(answer);
    showToast({
      title: `“${gateway.label}” lets us in again`,
      description: 'Its kernels are connected by themselves.',
    });
    void places.load();
    if (isStillOpen()) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void enter();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {fields.map(({ name, label }, at) => (
        <SecretField
          key={name}
          label={label}
          value={secrets[name] ?? ''}
          onChange={(value) => setSecrets((before) => ({ ...before, [name]: value }))}
          kept={fields.length > 1}
          inputRef={at === 0 ? first : undefined}
        />
      ))}
      {fields.length > 0 ? null : (
        <Notice kind="info">So far it was entered without anything: choose what it is entered with.</Notice>
      )}
      {busy ? <Notice kind="info">Asking {gateway.label}…</Notice> : null}
      {refused === null ? null : <FaultNotice fault={refused} />}
      <div className={styles.buttons}>
        <Button onClick={onChangeGateway}>Change the gateway…</Button>
        {fields.length === 0 ? null : (
          <Button type="submit" look="primary" disabled={!ready}>
            Enter
          </Button>
        )}
      </div>
    </form>
  );
}
