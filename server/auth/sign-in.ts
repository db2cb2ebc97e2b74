import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Principal } from '#lib/core/access/decide.ts';
import { type Fault, fault } from '#lib/core/fault.ts';
import { principalId, type WorkspaceId } from '#lib/core/ids.ts';
import type { Database } from '#server/db/schema.ts';

const codeLifeMs = 60_000;
const idleLifeMs = 12 * 3_600_000;
const absoluteLifeMs = 7 * 86_400_000;
const attemptsPerMinute = 10;

type Clock = { readonly now: () => number };
type PendingCode = { readonly code: Buffer; readonly expiresAt: number };

/**
 * Sign-in on localhost: one-time codes (128 bit, 60 s, single use, in memory) are exchanged for sessions (256 bit,
 * hashed in the database). Every sign-in kind of the future ends in `createSession`.
 */
export class SignIn {
  readonly #db: Kysely<Database>;
  readonly #workspaceId: WorkspaceId;
  readonly #clock: Clock;
  #codes: PendingCode[] = [];
  #attempts: number[] = [];

  constructor(db: Kysely<Database>, workspaceId: WorkspaceId, clock: Clock = { now: () => Date.now() }) {
    this.#db = db;
    this.#workspaceId = workspaceId;
    this.#clock = clock;
  }

  mintCode(): string {
    const code = randomBytes(16).toString('base64url');
    this.#codes.push({ code: Buffer.from(code), expiresAt: this.#clock.now() + codeLifeMs });
    return code;
  }

  /** The cookie value of a new session, or why the code was not taken. */
  async exchange(code: string): Promise<Fault | { token: string; name: string }> {
    const now = this.#clock.now();
    this.#attempts = this.#attempts.filter((at) => at > now - 60_000);
    const offered = Buffer.from(code);
    const match = this.#codes.find((one) => one.code.length === offered.length && timingSafeEqual(one.code, offered));
    this.#codes = this.#codes.filter((one) => one !== match && one.expiresAt > now);
    if (match === undefined || match.expiresAt <= now) {
      // 128 bits are not guessed; the limit keeps the noise down and never shuts out a right code.
      if (this.#attempts.length >= attemptsPerMinute) {
        return {
          ...fault('access.code', 'Too many wrong codes.', 'Wait a minute, then run: npm run login'),
          retryAfterMs: 60_000,
        };
      }
      this.#attempts.push(now);
      return fault(
        'access.code',
        'This sign-in code was already used, has expired or is wrong.',
        'Run: npm run login – and open the link it prints within 60 seconds.',
      );
    }
    return { token: await this.#createSession(), name: 'owner' };
  }

  /** Who a cookie value belongs to; anonymous when there is none or it has run out. */
  async principalOf(token: string | undefined): Promise<Principal> {
    if (token === undefined) return { kind: 'anonymous' };
    const now = this.#clock.now();
    const tokenHash = hash(token);
    const row = await this.#db
      .selectFrom('sign_ins')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    if (row === undefined || row.workspace_id !== this.#workspaceId) return { kind: 'anonymous' };
    if (row.seen_at < now - idleLifeMs || row.created_at < now - absoluteLifeMs) {
      await this.#db.deleteFrom('sign_ins').where('token_hash', '=', tokenHash).execute();
      return { kind: 'anonymous' };
    }
    if (row.seen_at < now - 60_000) {
      await this.#db.updateTable('sign_ins').set({ seen_at: now }).where('token_hash', '=', tokenHash).execute();
    }
    return {
      kind: 'user',
      id: principalId(row.principal_id),
      name: 'owner',
      role: 'owner',
      workspaceId: this.#workspaceId,
    };
  }

  async end(token: string | undefined): Promise<void> {
    if (token !== undefined) await this.#db.deleteFrom('sign_ins').where('token_hash', '=', hash(token)).execute();
  }

  async #createSession(): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    await this.#db
      .deleteFrom('sign_ins')
      .where('created_at', '<', now - absoluteLifeMs)
      .execute();
    await this.#db
      .insertInto('sign_ins')
      .values({
        token_hash: hash(token),
        workspace_id: this.#workspaceId,
        principal_id: 'owner',
        created_at: now,
        seen_at: now,
      })
      .execute();
    return token;
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
