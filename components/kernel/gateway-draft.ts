import { isSameDoor } from '#lib/protocol/gateway-door.ts';
import { type FarKind, type GatewayAuth, headerSecret, secretNames, usualTls } from '#lib/protocol/gateway-settings.ts';
import type { Gateway, GatewayChange } from '#lib/protocol/http/gateways.ts';

/** What stands in the form of a gateway, all of it as text. Secrets are what was typed now: kept ones never come back. */
export type GatewayDraft = {
  readonly url: string;
  readonly label: string;
  readonly kind: FarKind | 'found';
  readonly auth: GatewayAuth['kind'];
  readonly user: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly headers: readonly HeaderDraft[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly verify: boolean;
  readonly ca: string;
};

export type HeaderDraft = { readonly name: string; readonly value: string };

export const emptyDraft: GatewayDraft = {
  url: '',
  label: '',
  kind: 'found',
  auth: 'token',
  user: '',
  tokenUrl: '',
  clientId: '',
  scope: '',
  headers: [{ name: '', value: '' }],
  secrets: {},
  ...usualTls,
};

/** The form of a gateway that is there. */
export function draftOf({ url, label, kind, auth, tls }: Gateway): GatewayDraft {
  return {
    ...emptyDraft,
    url,
    label,
    kind: kind === 'local' ? 'found' : kind,
    auth: auth.kind,
    ...(auth.kind === 'basic' ? { user: auth.user } : {}),
    ...(auth.kind === 'bearer' ? { tokenUrl: auth.tokenUrl, clientId: auth.clientId, scope: auth.scope } : {}),
    ...(auth.kind === 'headers' ? { headers: auth.names.map((name) => ({ name, value: '' })) } : {}),
    ...tls,
  };
}

/** What is sent: secrets that were not typed are left out, which keeps those that are there. */
export function changeOf(draft: GatewayDraft, isNew: boolean): GatewayChange {
  const secrets = typedSecrets(draft);
  // A token may be part of the address, and without any nobody is asked for one.
  const open = isNew && draft.auth === 'token';
  return {
    url: draft.url.trim(),
    // An emptied name is the host again.
    ...(isNew && draft.label.trim() === '' ? {} : { label: draft.label.trim() }),
    ...(draft.kind === 'found' ? {} : { kind: draft.kind }),
    ...(open ? {} : { auth: authOf(draft) }),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    tls: { verify: draft.verify, ca: draft.ca.trim() },
  };
}

/** Which secrets an empty field keeps: those that the gateway has and the server would send where the form points. */
export function keptSecrets(draft: GatewayDraft, gateway: Gateway | null): ReadonlySet<string> {
  const stays = gateway !== null && isSameDoor(gateway, { url: draft.url, auth: authOf(draft) });
  return new Set(stays ? secretNames(gateway.auth) : []);
}

function authOf(draft: GatewayDraft): GatewayAuth {
  switch (draft.auth) {
    case 'none':
    case 'token':
      return { kind: draft.auth };
    case 'basic':
      return { kind: 'basic', user: draft.user };
    case 'bearer':
      return {
        kind: 'bearer',
        tokenUrl: draft.tokenUrl.trim(),
        clientId: draft.clientId.trim(),
        scope: draft.scope.trim(),
      };
    case 'headers':
      return { kind: 'headers', names: namedHeaders(draft).map(({ name }) => name) };
  }
}

function typedSecrets(draft: GatewayDraft): Record<string, string> {
  const secrets =
    draft.auth === 'headers'
      ? namedHeaders(draft).map(({ name, value }) => [headerSecret(name), value] as const)
      : secretsOf[draft.auth].map((name) => [name, draft.secrets[name] ?? ''] as const);
  return Object.fromEntries(secrets.filter(([, value]) => value !== ''));
}

const secretsOf: Readonly<Record<Exclude<GatewayAuth['kind'], 'headers'>, readonly string[]>> = {
  none: [],
  token: ['token'],
  basic: ['password'],
  bearer: ['accessToken', 'clientSecret', 'refreshToken'],
};

function namedHeaders({ headers }: GatewayDraft): readonly HeaderDraft[] {
  return headers.map(({ name, value }) => ({ name: name.trim(), value })).filter(({ name }) => name !== '');
}
