import { Plus, X } from 'lucide-react';
import { type GatewayAuth, headerSecret } from '#lib/protocol/gateway-settings.ts';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import type { GatewayDraft, HeaderDraft } from './gateway-draft.ts';
import styles from './gateway-form.module.css';
import { SecretField } from './secret-field.tsx';

export type GatewayFieldsProps = {
  readonly draft: GatewayDraft;
  readonly edit: (part: Partial<GatewayDraft>) => void;
  /** Names of secrets that are there already: an empty field keeps one. */
  readonly kept: ReadonlySet<string>;
};

const ways: readonly { readonly value: GatewayAuth['kind']; readonly label: string }[] = [
  { value: 'token', label: 'Jupyter token' },
  { value: 'basic', label: 'User and password' },
  { value: 'bearer', label: 'Access token (OAuth, OpenID)' },
  { value: 'headers', label: 'Headers of your own' },
  { value: 'none', label: 'Nothing' },
];

/** How a gateway is entered, and what that takes. */
export function GatewayAuthFields({ draft, edit, kept }: GatewayFieldsProps) {
  const secret = (name: string, label: string, description?: string) => (
    <SecretField
      label={label}
      value={draft.secrets[name] ?? ''}
      onChange={(value) => edit({ secrets: { ...draft.secrets, [name]: value } })}
      kept={kept.has(name)}
      description={description}
    />
  );
  return (
    <>
      <SelectField label="Enter with" value={draft.auth} options={ways} onChange={(auth) => edit({ auth })} />
      {draft.auth === 'token' ? secret('token', 'Token') : null}
      {draft.auth === 'basic' ? (
        <>
          <TextField label="User" value={draft.user} onChange={(user) => edit({ user })} mono />
          {secret('password', 'Password')}
        </>
      ) : null}
      {draft.auth === 'bearer' ? (
        <>
          {secret('accessToken', 'Access token', 'May be left empty when it can be renewed.')}
          <TextField
            label="Renewed at"
            value={draft.tokenUrl}
            onChange={(tokenUrl) => edit({ tokenUrl })}
            placeholder="https://login.example/oauth2/token"
            description="The token endpoint. Without it you are asked for a new access token when the old one is over."
            mono
          />
          {draft.tokenUrl.trim() === '' ? null : (
            <>
              <TextField label="Client id" value={draft.clientId} onChange={(clientId) => edit({ clientId })} mono />
              {secret('clientSecret', 'Client secret')}
              {secret('refreshToken', 'Refresh token', 'Left empty, the client’s own credentials renew it.')}
              <TextField label="Scope" value={draft.scope} onChange={(scope) => edit({ scope })} mono />
            </>
          )}
        </>
      ) : null}
      {draft.auth === 'headers' ? (
        <HeaderFields headers={draft.headers} kept={kept} onChange={(headers) => edit({ headers })} />
      ) : null}
    </>
  );
}

type HeaderFieldsProps = {
  readonly headers: readonly HeaderDraft[];
  readonly kept: ReadonlySet<string>;
  readonly onChange: (headers: readonly HeaderDraft[]) => void;
};

function HeaderFields({ headers, kept, onChange }: HeaderFieldsProps) {
  const change = (at: number, part: Partial<HeaderDraft>) =>
    onChange(headers.map((header, index) => (index === at ? { ...header, ...part } : header)));
  return (
    <div className={styles.headers} role="group" aria-label="Headers">
      {headers.map((header, at) => (
        // Rows have no identity of their own: their place is it.
        <div key={at} className={styles.header}>
          <TextField
            label={`Header ${at + 1}`}
            value={header.name}
            onChange={(name) => change(at, { name })}
            placeholder="X-Api-Key"
            mono
          />
          <SecretField
            label={`Value ${at + 1}`}
            value={header.value}
            onChange={(value) => change(at, { value })}
            kept={kept.has(headerSecret(header.name.trim()))}
          />
          <IconButton
            icon={X}
            label={`Remove header ${at + 1}`}
            disabled={headers.length === 1}
            onClick={() => onChange(headers.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button onClick={() => onChange([...headers, { name: '', value: '' }])} disabled={headers.length >= 16}>
          <Plus size={14} aria-hidden />
          One more header
        </Button>
      </div>
    </div>
  );
}
