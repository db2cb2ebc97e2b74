import { describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { type GatewayAuth, usualTls } from '#lib/protocol/gateway-settings.ts';
import type { GatewayChange } from '#lib/protocol/http/gateways.ts';
import { testAuthority } from '#server/testing/gateway-front.ts';
import { readForm } from './read-form.ts';
import type { StoredGateway } from './stored-gateway.ts';

const bearer: GatewayAuth = { kind: 'bearer', tokenUrl: 'https://id.example/token', clientId: 'me', scope: '' };
const kept = (auth: GatewayAuth, secrets: StoredGateway['secrets']): StoredGateway => ({
  config: { label: 'Team', url: 'https://host:8888/', kind: 'jupyter', auth, tls: usualTls },
  secrets,
});

describe('addresses', () => {
  it.each([
    ['host:8888', 'http://host:8888/', undefined],
    ['https://host/lab/tree/a.ipynb?token=abc#x', 'https://host/', 'abc'],
    ['https://host/user/ann/lab', 'https://host/user/ann/', undefined],
    ['https://host/jupyter/hub/home', 'https://host/jupyter/', undefined],
    ['https://host/hub/user-redirect/lab/tree', 'https://host/', undefined],
    ['http://host/api/kernels', 'http://host/', undefined],
  ])('%s', (typed, url, token) => {
    const read = readForm({ url: typed }, null);
    expect(read).toMatchObject({ config: { url, auth: { kind: token === undefined ? 'none' : 'token' } } });
    expect('secrets' in read && read.secrets['token']).toBe(token);
  });

  it.each(['not a url', 'ftp://host/', 'https://me:secret@host/', 'https://host/user/%zz/', ''])(
    'refuses “%s”',
    (url) => {
      expect(readForm({ url }, null)).toMatchObject({ fault: 'request.invalid' });
    },
  );
});

describe('what is missing or wrong', () => {
  const url = 'https://host/';
  it.each<[string, GatewayChange, string]>([
    ['no address', {}, 'address'],
    ['no token', { url, auth: { kind: 'token' } }, 'token'],
    ['no access token', { url, auth: { ...bearer, tokenUrl: '' } }, 'access token'],
    ['nothing to renew with', { url, auth: bearer }, 'refresh token'],
    ['a token endpoint with a password', { url, auth: { ...bearer, tokenUrl: 'https://a:b@id/' } }, 'password'],
    ['a header without value', { url, auth: { kind: 'headers', names: ['X-Key'] } }, 'X-Key'],
    ['no header', { url, auth: { kind: 'headers', names: [] } }, 'header'],
    ['a header of the connection', { url, auth: { kind: 'headers', names: ['Host'] } }, 'Host'],
    ['a line break', { url, token: 'a\r\nX-Other: b' }, 'line break'],
    ['a user with a colon', { url, auth: { kind: 'basic', user: 'a:b' } }, 'colon'],
    ['a key for an authority', { url, tls: { verify: true, ca: '-----BEGIN PRIVATE KEY-----' } }, 'private key'],
    ['no certificate', { url, tls: { verify: true, ca: 'hello' } }, 'certificate'],
    [
      'half a certificate',
      { url, tls: { verify: true, ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' } },
      'read',
    ],
  ])('%s', (_, form, word) => {
    const read = readForm(form, null);
    expect(read).toMatchObject({ fault: 'request.invalid', message: expect.stringContaining(word) });
  });

  it('takes an authority as PEM', () => {
    expect(isFault(readForm({ url, tls: { verify: true, ca: testAuthority } }, null))).toBe(false);
  });
});

describe('the name', () => {
  const before = kept({ kind: 'none' }, {});
  it.each<[string, string | undefined, string]>([
    ['is kept when nothing is said of it', undefined, 'Team'],
    ['is what is said', ' New ', 'New'],
    ['is the host when it is cleared', '  ', 'host:8888'],
  ])('%s', (_, label, read) => {
    expect(readForm(label === undefined ? {} : { label }, before)).toMatchObject({ config: { label: read } });
  });
});

describe('what was kept', () => {
  const token = kept({ kind: 'token' }, { token: 'old' });
  it.each<[string, StoredGateway, GatewayChange, StoredGateway['secrets'] | null]>([
    ['another name', token, { label: 'New' }, { token: 'old' }],
    ['another path of the same host', token, { url: 'https://host:8888/prefix' }, { token: 'old' }],
    ['a new token', token, { secrets: { token: 'new' } }, { token: 'new' }],
    ['another host: not sent there', token, { url: 'https://other:8888/' }, null],
    ['plain http: not sent there', token, { url: 'http://host:8888/' }, null],
    [
      'another way to enter',
      token,
      { auth: { kind: 'basic', user: 'ann' }, secrets: { password: 'p' } },
      { password: 'p' },
    ],
    [
      'the same client, a new scope',
      kept(bearer, { refreshToken: 'r' }),
      { auth: { ...bearer, scope: 's' } },
      { refreshToken: 'r' },
    ],
    [
      'another token endpoint: not sent there',
      kept(bearer, { refreshToken: 'r' }),
      { auth: { ...bearer, tokenUrl: 'https://evil.example/' } },
      null,
    ],
    [
      'one header more',
      kept({ kind: 'headers', names: ['A'] }, { 'header:a': '1' }),
      { auth: { kind: 'headers', names: ['A', 'B'] }, secrets: { 'header:b': '2' } },
      { 'header:a': '1', 'header:b': '2' },
    ],
    ['secrets of no use are dropped', token, { secrets: { token: 'new', password: 'p' } }, { token: 'new' }],
  ])('%s', (_, before, form, secrets) => {
    const read = readForm(form, before);
    if (secrets === null)
      expect(read).toMatchObject({ fault: 'request.invalid', hint: expect.stringContaining('enter them') });
    else expect(read).toMatchObject({ secrets });
  });
});
