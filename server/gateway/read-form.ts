import { X509Certificate } from 'node:crypto';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import { isSameDoor, readTypedUrl } from '#lib/protocol/gateway-door.ts';
import {
  type FarKind,
  type GatewayAuth,
  type GatewaySecrets,
  type GatewayTls,
  headerSecret,
  secretNames,
  usualTls,
} from '#lib/protocol/gateway-settings.ts';
import type { GatewayChange } from '#lib/protocol/http/gateways.ts';
import type { StoredGateway } from './stored-gateway.ts';

/** A form that was read: all but the kind, which may have to be found by asking. */
export type ReadForm = Omit<StoredGateway, 'config'> & {
  readonly config: Omit<StoredGateway['config'], 'kind'>;
  readonly kind: FarKind | null;
};

/**
 * What a person typed, with what was kept filling the gaps. Kept secrets go only where they were entered for: another
 * host or another token endpoint has to be given its own.
 */
export function readForm(form: GatewayChange, kept: StoredGateway | null): Fault | ReadForm {
  const place = form.url === undefined ? null : readBaseUrl(form.url);
  if (isFault(place)) return place;
  const url = place?.url ?? kept?.config.url;
  if (url === undefined) return fault('request.invalid', 'An address is missing.', urlHint);
  const token = form.token?.trim() || form.secrets?.['token'] || place?.token || undefined;
  const auth = form.auth ?? (token === undefined ? (kept?.config.auth ?? { kind: 'none' }) : { kind: 'token' });
  const tls = form.tls ?? kept?.config.tls ?? usualTls;
  const wrong = wrongAuth(auth) ?? wrongTls(tls);
  if (wrong !== null) return wrong;
  const stays = kept !== null && isSameDoor(kept.config, { url, auth });
  const entered: GatewaySecrets = { ...form.secrets, ...(token === undefined ? {} : { token }) };
  const secrets: Record<string, string> = {};
  for (const name of secretNames(auth)) {
    const value = entered[name]?.trim() ?? (stays ? kept.secrets[name] : undefined) ?? '';
    if (hasControls(value))
      return fault('request.invalid', 'A secret holds a line break or another control character.');
    if (value !== '') secrets[name] = value;
  }
  const missing = missingSecret(auth, secrets);
  if (missing !== null) {
    const moved = kept !== null && !stays;
    return fault(
      'request.invalid',
      `${missing} is missing.`,
      moved ? 'Secrets that were kept are not sent to another address: enter them again.' : undefined,
    );
  }
  const label = (form.label === undefined ? kept?.config.label : form.label.trim()) || new URL(url).host;
  return { config: { label, url, auth, tls }, secrets, kind: form.kind ?? null };
}

const urlHint = 'It looks like https://host:8888/';

/** The base URL (ending in `/`, without credentials, query and fragment) and the token that were typed as one. */
function readBaseUrl(text: string): Fault | { readonly url: string; readonly token: string | null } {
  const url = readTypedUrl(text);
  if (url === null) return fault('request.invalid', `“${text.trim()}” is not a URL.`, urlHint);
  const wrong = wrongUrl(url);
  if (wrong !== null) return wrong;
  if (!isDecodable(url.pathname))
    return fault('request.invalid', `The path ${url.pathname} has a % that stands for no character.`, urlHint);
  const token = url.searchParams.get('token');
  url.search = '';
  url.hash = '';
  // People paste the address of the page they see: /lab, /tree, /lab/tree/x, /api, /hub/home …
  url.pathname = url.pathname.replace(/\/(lab|tree|notebooks|nbclassic|api|hub)(\/.*)?$/, '/').replace(/\/?$/, '/');
  return { url: url.href, token };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function wrongUrl(url: URL): Fault | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return fault('request.invalid', `A gateway is reached by http or https, not ${url.protocol}`, urlHint);
  }
  if (url.username !== '' || url.password !== '') {
    return fault(
      'request.invalid',
      'A user name or password in the URL is not accepted.',
      'Put them into their own fields.',
    );
  }
  return null;
}

/** They make up the connection itself, or say who speaks; none of them lets anybody in. */
const ownHeaders =
  /^(host|connection|content-.*|transfer-encoding|upgrade|keep-alive|te|trailer|expect|accept|proxy-.*|sec-.*)$/i;

function wrongAuth(auth: GatewayAuth): Fault | null {
  if (auth.kind === 'headers') {
    if (auth.names.length === 0) return fault('request.invalid', 'No header is named.');
    const own = auth.names.find((name) => ownHeaders.test(name));
    if (own !== undefined) return fault('request.invalid', `The header ${own} is set by the connection itself.`);
  }
  if (auth.kind === 'basic' && (auth.user.includes(':') || hasControls(auth.user)))
    return fault('request.invalid', 'A user name cannot hold a colon or a control character here.');
  if (auth.kind !== 'bearer' || auth.tokenUrl === '') return null;
  if (!URL.canParse(auth.tokenUrl)) return fault('request.invalid', `“${auth.tokenUrl}” is not a URL.`);
  return wrongUrl(new URL(auth.tokenUrl));
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function wrongTls({ ca }: GatewayTls): Fault | null {
  if (ca.trim() === '') return null;
  if (ca.includes('PRIVATE KEY'))
    return fault('request.invalid', 'That holds a private key.', 'Paste the certificate of the authority alone.');
  const blocks = certificatesOf(ca);
  const hint = 'It is text that begins with -----BEGIN CERTIFICATE-----';
  if (blocks.length === 0) return fault('request.invalid', 'There is no certificate in that.', hint);
  try {
    for (const block of blocks) new X509Certificate(block);
    return null;
  } catch {
    return fault('request.invalid', 'One of the certificates cannot be read.', hint);
  }
}

export function certificatesOf(pem: string): string[] {
  return pem.match(pemBlock) ?? [];
}

function missingSecret(auth: GatewayAuth, secrets: GatewaySecrets): string | null {
  switch (auth.kind) {
    case 'none':
    case 'basic':
      return null;
    case 'token':
      return secrets['token'] === undefined ? 'The token' : null;
    case 'bearer':
      if (auth.tokenUrl === '') return secrets['accessToken'] === undefined ? 'The access token' : null;
      return secrets['refreshToken'] === undefined && secrets['clientSecret'] === undefined
        ? 'A refresh token or a client secret'
        : null;
    case 'headers': {
      const name = auth.names.find((one) => secrets[headerSecret(one)] === undefined);
      return name === undefined ? null : `The value of ${name}`;
    }
  }
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
