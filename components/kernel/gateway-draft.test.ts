import { expect, it } from 'vitest';
import { gatewayId } from '#lib/core/ids.ts';
import type { Gateway, GatewayChange } from '#lib/protocol/http/gateways.ts';
import { changeOf, draftOf, emptyDraft, keptSecrets, type GatewayDraft } from './gateway-draft.ts';

const tls = { verify: true, ca: '' };

it.each<[string, Partial<GatewayDraft>, GatewayChange]>([
  ['an address alone', {}, {}],
  ['a token', { secrets: { token: 't' } }, { secrets: { token: 't' } }],
  ['none', { auth: 'none', secrets: { token: 't' } }, { auth: { kind: 'none' } }],
  [
    'a password',
    { auth: 'basic', user: 'ann', secrets: { password: 'p', token: 't' } },
    { auth: { kind: 'basic', user: 'ann' }, secrets: { password: 'p' } },
  ],
  [
    'an access token',
    { auth: 'bearer', secrets: { accessToken: 'a' } },
    { auth: { kind: 'bearer', tokenUrl: '', clientId: '', scope: '' }, secrets: { accessToken: 'a' } },
  ],
  [
    'headers, those without a name left out',
    {
      auth: 'headers',
      headers: [
        { name: ' X-Key ', value: '1' },
        { name: '', value: 'x' },
      ],
    },
    { auth: { kind: 'headers', names: ['X-Key'] }, secrets: { 'header:x-key': '1' } },
  ],
  ['a name and a kind', { label: ' Team ', kind: 'jupyterhub' }, { label: 'Team', kind: 'jupyterhub' }],
])('a new one with %s', (_, part, sent) => {
  expect(changeOf({ ...emptyDraft, url: ' https://host/ ', ...part }, true)).toEqual({
    url: 'https://host/',
    tls,
    ...sent,
  });
});

const bearer = { kind: 'bearer' as const, tokenUrl: 'https://id.example/', clientId: 'me', scope: '' };
const one = (auth: Gateway['auth']): Gateway => ({
  id: gatewayId('g'),
  kind: 'jupyter',
  label: 'Team',
  url: 'https://host/a/',
  place: 'far',
  removable: true,
  needsSecrets: false,
  auth,
  tls,
});

it('a name that was cleared is sent as such', () => {
  expect(changeOf({ ...draftOf(one({ kind: 'none' })), label: ' ' }, false)).toMatchObject({ label: '' });
});

it.each<[string, Gateway['auth'], Partial<GatewayDraft>, readonly string[]]>([
  ['the same host', { kind: 'token' }, { url: ' https://host/b ' }, ['token']],
  ['another host', { kind: 'token' }, { url: 'https://other/a/' }, []],
  ['no scheme, which is another one', { kind: 'token' }, { url: 'host/a' }, []],
  ['no address', { kind: 'token' }, { url: '' }, []],
  ['another way to enter', { kind: 'token' }, { auth: 'basic' }, []],
  ['another user', { kind: 'basic', user: 'ann' }, { user: 'bob' }, ['password']],
  ['another scope', bearer, { scope: 's' }, ['refreshToken', 'clientSecret', 'accessToken']],
  ['another token endpoint', bearer, { tokenUrl: 'https://other.example/' }, []],
  ['a new header', { kind: 'headers', names: ['A'] }, { headers: [{ name: 'B', value: '' }] }, ['header:a']],
])('with %s, kept is what the server keeps', (_, auth, part, names) => {
  const gateway = one(auth);
  expect([...keptSecrets({ ...draftOf(gateway), ...part }, gateway)]).toEqual(names);
});

it('one that is there is sent back as it was, without secrets unless they are typed', () => {
  const gateway: Gateway = {
    id: gatewayId('g'),
    kind: 'enterprise-gateway',
    label: 'Team',
    url: 'https://host/',
    place: 'far',
    removable: true,
    needsSecrets: false,
    auth: { kind: 'headers', names: ['X-Key'] },
    tls: { verify: false, ca: 'PEM' },
  };
  const { kind, label, url, auth } = gateway;
  const draft = draftOf(gateway);
  expect(changeOf(draft, false)).toEqual({ kind, label, url, auth, tls: gateway.tls });
  const typed = { ...draft, headers: [{ name: 'X-Key', value: 'new' }] };
  expect(changeOf(typed, false).secrets).toEqual({ 'header:x-key': 'new' });
});
