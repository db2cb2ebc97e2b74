import { describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { workspaceId } from '#lib/core/ids.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import { SignIn } from './sign-in.ts';

async function setUp() {
  const db = openSqlite(':memory:');
  await migrate(db);
  const clock = { at: 1_000_000, now: () => clock.at };
  return { db, clock, signIn: new SignIn(db, workspaceId('w'), clock) };
}

describe('one-time codes', () => {
  it('are exchanged once', async () => {
    const { signIn } = await setUp();
    const code = signIn.mintCode();
    const session = await signIn.exchange(code);
    if (isFault(session)) throw new Error(session.message);
    expect(await signIn.principalOf(session.token)).toMatchObject({ kind: 'user', role: 'owner' });
    expect(await signIn.exchange(code)).toMatchObject({ fault: 'access.code' });
  });

  it('run out after 60 s', async () => {
    const { signIn, clock } = await setUp();
    const code = signIn.mintCode();
    clock.at += 60_001;
    expect(await signIn.exchange(code)).toMatchObject({ fault: 'access.code' });
  });

  it('carry 128 bits', async () => {
    const { signIn } = await setUp();
    expect(Buffer.from(signIn.mintCode(), 'base64url')).toHaveLength(16);
  });

  it('cannot be guessed at speed, and guessing shuts no right one out', async () => {
    const { signIn } = await setUp();
    const code = signIn.mintCode();
    for (let index = 0; index < 10; index++) await signIn.exchange(`wrong${index}`);
    expect(await signIn.exchange('wrong')).toMatchObject({ fault: 'access.code', retryAfterMs: 60_000 });
    expect(isFault(await signIn.exchange(code))).toBe(false);
  });
});

describe('sessions', () => {
  it('end, and are stored hashed only', async () => {
    const { signIn, db } = await setUp();
    const session = await signIn.exchange(signIn.mintCode());
    if (isFault(session)) throw new Error(session.message);
    const rows = await db.selectFrom('sign_ins').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(session.token);
    await signIn.end(session.token);
    expect(await signIn.principalOf(session.token)).toEqual({ kind: 'anonymous' });
  });

  it.each([
    ['after 12 idle hours', [12.1]],
    ['after 7 days even when used', Array.from({ length: 16 }, () => 11)],
  ])('run out %s', async (_, hours) => {
    const { signIn, clock } = await setUp();
    const session = await signIn.exchange(signIn.mintCode());
    if (isFault(session)) throw new Error(session.message);
    let last = await signIn.principalOf(session.token);
    for (const step of hours) {
      clock.at += step * 3_600_000;
      last = await signIn.principalOf(session.token);
    }
    expect(last).toEqual({ kind: 'anonymous' });
  });

  it('of another workspace are strangers here', async () => {
    const { signIn, db, clock } = await setUp();
    const session = await signIn.exchange(signIn.mintCode());
    if (isFault(session)) throw new Error(session.message);
    expect(await new SignIn(db, workspaceId('other'), clock).principalOf(session.token)).toEqual({ kind: 'anonymous' });
  });
});
