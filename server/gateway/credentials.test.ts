import { describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { type GatewayAuth, usualTls } from '#lib/protocol/gateway-settings.ts';
import { Credentials } from './credentials.ts';

const url = 'https://host/';

type Answer = { readonly status: number; readonly body: unknown } | Error;
type Asked = {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
};

function bench(auth: GatewayAuth, secrets: Record<string, string>, answers: Answer[] = []) {
  const asked: Asked[] = [];
  const kept: unknown[] = [];
  const needed: boolean[] = [];
  let now = 1_000_000;
  const credentials = new Credentials(
    { config: { label: 'x', url, kind: 'jupyter', auth, tls: usualTls }, secrets },
    { renewed: async (next) => void kept.push(next), secretsNeeded: (is) => void needed.push(is) },
    {
      ticks: () => now,
      fetch: async (to, init) => {
        const headers = init?.headers as Record<string, string>;
        asked.push({
          url: to.href,
          authorization: headers['Authorization'],
          form: Object.fromEntries(new URLSearchParams(String(init?.body))),
        });
        const answer = answers.shift() ?? new Error('nobody there');
        if (answer instanceof Error) throw answer;
        return new Response(JSON.stringify(answer.body), { status: answer.status });
      },
    },
  );
  const enter = async () => {
    const found = await credentials.endpoint();
    if (isFault(found)) throw new Error(found.message);
    return found;
  };
  return { credentials, enter, asked, kept, needed, pass: (ms: number) => (now += ms) };
}

const bearer: GatewayAuth = { kind: 'bearer', tokenUrl: 'https://id/token', clientId: 'me', scope: 'lab' };
const token = (value: string, life?: number, refresh?: string): Answer => ({
  status: 200,
  body: { access_token: value, token_type: 'Bearer', expires_in: life, refresh_token: refresh },
});

describe('headers', () => {
  it.each<[GatewayAuth, Record<string, string>, Record<string, string>]>([
    [{ kind: 'none' }, {}, {}],
    [{ kind: 'token' }, { token: 't' }, { Authorization: 'token t' }],
    [
      { kind: 'basic', user: 'ann' },
      { password: 'p:ä' },
      { Authorization: `Basic ${Buffer.from('ann:p:ä').toString('base64')}` },
    ],
    [{ ...bearer, tokenUrl: '' }, { accessToken: 'a' }, { Authorization: 'Bearer a' }],
    [
      { kind: 'headers', names: ['X-Key', 'Cookie'] },
      { 'header:x-key': '1', 'header:cookie': 'c=2' },
      { 'X-Key': '1', Cookie: 'c=2' },
    ],
  ])('%o', async (auth, secrets, headers) => {
    expect((await bench(auth, secrets).enter()).headers).toEqual(headers);
  });
});

describe('renewal', () => {
  it('asks by the refresh token, keeps the next one before it is used, and renews before the end', async () => {
    const { enter, asked, kept, pass } = bench(bearer, { refreshToken: 'r1', clientSecret: 's' }, [
      token('a1', 3600, 'r2'),
      token('a2', 3600),
    ]);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a1' });
    expect(kept).toEqual([{ refreshToken: 'r2', clientSecret: 's' }]);
    pass(3_500_000);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a1' });
    pass(60_000);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a2' });
    expect(asked.map(({ form }) => form)).toEqual([
      { grant_type: 'refresh_token', refresh_token: 'r1', scope: 'lab' },
      { grant_type: 'refresh_token', refresh_token: 'r2', scope: 'lab' },
    ]);
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('me:s').toString('base64')}`);
  });

  it('uses the client’s own credentials without a refresh token, in the form where Basic is refused', async () => {
    const { enter, asked } = bench(bearer, { clientSecret: 's' }, [
      { status: 401, body: { error: 'invalid_client' } },
      token('a'),
    ]);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a' });
    expect(asked[1]?.form).toEqual({
      grant_type: 'client_credentials',
      scope: 'lab',
      client_id: 'me',
      client_secret: 's',
    });
  });

  it('is asked for once by many at the same time', async () => {
    const { enter, asked } = bench(bearer, { refreshToken: 'r' }, [token('a')]);
    await Promise.all([enter(), enter(), enter()]);
    expect(asked).toHaveLength(1);
  });

  it('a token that is refused is renewed and the request tried again; one of before is not renewed twice', async () => {
    const { enter, asked, needed } = bench(bearer, { refreshToken: 'r', accessToken: 'given' }, [token('a2')]);
    const [first, second] = [await enter(), await enter()];
    expect(await first.answered?.(false)).toBe(true);
    expect(await second.answered?.(false)).toBe(true);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a2' });
    expect([asked.length, needed]).toEqual([1, []]);
  });

  it('a renewed token that is refused, too, needs a person, and is not renewed again and again', async () => {
    const { enter, asked, needed } = bench(bearer, { refreshToken: 'r' }, [token('a1'), token('a2')]);
    const found = await enter();
    for (let i = 0; i < 5; i += 1) expect(await found.answered?.(false)).toBe(false);
    expect([asked.length, needed]).toEqual([1, [true]]);
  });

  it('a refusal to renew needs a person', async () => {
    const { credentials, needed } = bench(bearer, { refreshToken: 'r' }, [
      { status: 400, body: { error: 'invalid_grant' } },
    ]);
    expect(await credentials.endpoint()).toMatchObject({ fault: 'gateway.refused' });
    expect(needed).toEqual([true]);
  });

  it.each<[string, Answer]>([
    ['nobody there', new Error('ECONNREFUSED')],
    ['a redirect', { status: 302, body: {} }],
    ['a failure', { status: 500, body: {} }],
    ['no token', { status: 200, body: { hello: 1 } }],
    ['too long', { status: 200, body: { access_token: 'x'.repeat(100_000) } }],
  ])('%s: the token that is still good serves on, and it is tried again after a pause', async (_, trouble) => {
    const { enter, credentials, asked, needed, pass } = bench(bearer, { refreshToken: 'r' }, [
      token('a1', 3600),
      trouble,
      token('a2', 3600),
    ]);
    await enter();
    pass(3_550_000);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a1' });
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a1' });
    expect(asked).toHaveLength(2);
    pass(10_000);
    expect((await enter()).headers).toEqual({ Authorization: 'Bearer a2' });
    expect([needed, credentials.needsSecrets]).toEqual([[], false]);
  });
});

describe('needing a person', () => {
  it('is said once, and taken back when the gateway lets us in again', async () => {
    const { enter, needed, credentials } = bench({ kind: 'token' }, { token: 't' });
    const found = await enter();
    expect(await found.answered?.(false)).toBe(false);
    expect(await found.answered?.(false)).toBe(false);
    expect(credentials.needsSecrets).toBe(true);
    await found.answered?.(true);
    expect(needed).toEqual([true, false]);
  });
});
