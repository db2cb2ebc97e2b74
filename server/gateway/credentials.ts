import { getCACertificates } from 'node:tls';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import { type GatewaySecrets, headerSecret } from '#lib/protocol/gateway-settings.ts';
import type { GatewayEndpoint, GuardedFetch, TlsTrust } from '#server/kinds/gateway/port.ts';
import { certificatesOf } from './read-form.ts';
import type { StoredGateway } from './stored-gateway.ts';
import { renewToken } from './renew-token.ts';

/** `ticks`: milliseconds of a clock that only goes forward. */
export type CredentialEffects = { readonly fetch: GuardedFetch; readonly ticks: () => number };

export type CredentialEvents = {
  /** Secrets that replace the ones before; kept before they are used, since the old ones may be void by now. Throws never. */
  readonly renewed: (secrets: GatewaySecrets) => Promise<void>;
  /** `needed`: nothing that is here lets us in; not any more when it was a mistake. */
  readonly secretsNeeded: (needed: boolean) => void;
};

/** Renewed this long before its end, so that a request on its way does not come too late; less for a short life. */
const earlyMs = 60_000;
/** A renewed token that is refused, too, is not renewed again at once. */
const renewPauseMs = 30_000;
const failurePauseMs = 5_000;

/**
 * Lets requests and sockets into one gateway: owns the access token in memory and renews it, before its end and when it
 * is refused; says when only a person can help. Kept secrets are in memory as long as the gateway is registered.
 */
export class Credentials {
  readonly #url: string;
  readonly #auth: StoredGateway['config']['auth'];
  readonly #tls: TlsTrust;
  /** For the place where tokens are renewed: what is trusted too, but never anybody. */
  readonly #renewalTls: TlsTrust;
  readonly #events: CredentialEvents;
  readonly #effects: CredentialEffects;
  #secrets: GatewaySecrets;
  #access: { readonly token: string; readonly from: number; readonly until: number | null } | null;
  #renewal: Promise<Fault | null> | null = null;
  #renewedAt = -Infinity;
  #failure: { readonly fault: Fault; readonly at: number } | null = null;
  #needed = false;

  constructor({ config, secrets }: StoredGateway, events: CredentialEvents, effects: CredentialEffects) {
    this.#url = config.url;
    this.#auth = config.auth;
    const added = certificatesOf(config.tls.ca);
    const trusted = added.length === 0 ? {} : { ca: [...getCACertificates('default'), ...added] };
    this.#tls = { ...trusted, rejectUnauthorized: config.tls.verify };
    this.#renewalTls = { ...trusted, rejectUnauthorized: true };
    this.#secrets = secrets;
    this.#events = events;
    this.#effects = effects;
    const given = secrets['accessToken'];
    this.#access = given === undefined ? null : { token: given, from: 0, until: null };
  }

  /** What lets a request in now; renewed first where its end is near. */
  async endpoint(): Promise<Fault | GatewayEndpoint> {
    const trouble = await this.#renewEarly();
    if (trouble !== null) return trouble;
    const token = this.#access?.token ?? null;
    return {
      baseUrl: this.#url,
      headers: this.#headers(),
      tls: this.#tls,
      answered: (accepted) => this.#answered(accepted, token),
    };
  }

  /** Goes on with the access token that others of the same secrets got. */
  takeOver(tested: Credentials): void {
    this.#access = tested.#access;
    this.#renewedAt = tested.#renewedAt;
  }

  get needsSecrets(): boolean {
    return this.#needed;
  }

  #headers(): Record<string, string> {
    const secret = (name: string): string => this.#secrets[name] ?? '';
    switch (this.#auth.kind) {
      case 'none':
        return {};
      case 'token':
        return { Authorization: `token ${secret('token')}` };
      case 'basic': {
        const pair = Buffer.from(`${this.#auth.user}:${secret('password')}`);
        return { Authorization: `Basic ${pair.toString('base64')}` };
      }
      case 'bearer':
        return this.#access === null ? {} : { Authorization: `Bearer ${this.#access.token}` };
      case 'headers':
        return Object.fromEntries(this.#auth.names.map((name) => [name, secret(headerSecret(name))]));
    }
  }

  async #renewEarly(): Promise<Fault | null> {
    if (this.#auth.kind !== 'bearer' || this.#auth.tokenUrl === '') return null;
    const access = this.#access;
    const now = this.#effects.ticks();
    if (access !== null) {
      if (access.until === null) return null;
      const early = Math.min(earlyMs, (access.until - access.from) / 5);
      if (now < access.until - early) return null;
    }
    const failed = await this.#renew();
    // One that is still good for a while serves while the place that renews is away.
    return failed !== null && access?.until != null && now < access.until ? null : failed;
  }

  async #answered(accepted: boolean, token: string | null): Promise<boolean> {
    if (accepted) {
      // The answer to a request of before says nothing about what was entered since.
      if (token === (this.#access?.token ?? null)) this.#need(false);
      return false;
    }
    if (this.#auth.kind === 'bearer' && this.#auth.tokenUrl !== '') {
      if (this.#access !== null && this.#access.token !== token) return true;
      if (this.#effects.ticks() - this.#renewedAt >= renewPauseMs) return (await this.#renew()) === null;
    }
    this.#need(true);
    return false;
  }

  #renew(): Promise<Fault | null> {
    const { fault: failure, at } = this.#failure ?? { fault: null, at: -Infinity };
    if (failure !== null && this.#effects.ticks() - at < failurePauseMs) return Promise.resolve(failure);
    this.#renewal ??= this.#askForToken().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #askForToken(): Promise<Fault | null> {
    if (this.#auth.kind !== 'bearer') return null;
    const answer = await renewToken(this.#auth, this.#secrets, this.#renewalTls, this.#effects.fetch);
    const now = this.#effects.ticks();
    if (isFault(answer)) {
      this.#failure = { fault: answer, at: now };
      if (answer.fault === 'gateway.refused') this.#need(true);
      return answer;
    }
    this.#failure = null;
    this.#renewedAt = now;
    if (answer.refreshToken !== null && answer.refreshToken !== this.#secrets['refreshToken']) {
      this.#secrets = { ...this.#secrets, refreshToken: answer.refreshToken };
      await this.#events.renewed(this.#secrets);
    }
    const until = answer.lifeMs === null ? null : now + answer.lifeMs;
    this.#access = { token: answer.accessToken, from: now, until };
    return null;
  }

  #need(needed: boolean): void {
    if (this.#needed === needed) return;
    this.#needed = needed;
    this.#events.secretsNeeded(needed);
  }
}

export const lostSecrets = (label: string): Fault =>
  fault(
    'gateway.refused',
    `What was kept to enter ${label} cannot be opened: the key file has changed.`,
    'Enter it again.',
  );
