import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import { type GatewayId, gatewayId, type WorkspaceId } from '#lib/core/ids.ts';
import { type FarKind, usualTls } from '#lib/protocol/gateway-settings.ts';
import type { Gateway, GatewayAnswer, GatewayChange, GatewayForm } from '#lib/protocol/http/gateways.ts';
import type { Seal } from '#server/auth/seal.ts';
import type { Database, GatewayRow } from '#server/db/schema.ts';
import type { FarGatewayPort, FindEndpoint, GatewayPort, KernelLaunch } from '#server/kinds/gateway/port.ts';
import { type CredentialEffects, Credentials, lostSecrets } from './credentials.ts';
import { readForm } from './read-form.ts';
import { type GatewayConfig, readRow, type StoredGateway, writeRow } from './stored-gateway.ts';

/** What an adapter asks of its gateway before each use: all of it may be changed while links are open. */
export type FarGateway = {
  readonly kind: () => FarKind;
  readonly endpoint: FindEndpoint;
};

/** Builds the adapter of a gateway that is reached by its address. */
export type ConnectFar = (gateway: FarGateway) => FarGatewayPort;

export const localGatewayId = gatewayId('local');

export type GatewayEvents = {
  /** The list, or the state of one in it, is another. */
  readonly changed: () => void;
  /** One line for the operator; never with a secret. */
  readonly log: (line: string) => void;
};

export type GatewayListEffects = CredentialEffects & { readonly now: () => number };

/** `secrets` null: they cannot be opened. */
type Entry = {
  config: GatewayConfig;
  secrets: StoredGateway['secrets'] | null;
  credentials: Credentials | null;
  readonly createdAt: number;
  readonly port: FarGatewayPort;
};

/**
 * The registered gateways: the embedded one and those people added. Owns the `gateways` table and the adapters; secrets
 * leave it only as headers inside an adapter, never towards a browser or a log.
 */
export class Gateways {
  readonly #db: Kysely<Database>;
  readonly #workspaceId: WorkspaceId;
  readonly #seal: Seal;
  readonly #connect: ConnectFar;
  readonly #local: GatewayPort;
  readonly #events: GatewayEvents;
  readonly #effects: GatewayListEffects;
  readonly #entries = new Map<GatewayId, Entry>();

  constructor(parts: {
    db: Kysely<Database>;
    workspaceId: WorkspaceId;
    seal: Seal;
    connect: ConnectFar;
    local: GatewayPort;
    events: GatewayEvents;
    effects: GatewayListEffects;
  }) {
    this.#db = parts.db;
    this.#workspaceId = parts.workspaceId;
    this.#seal = parts.seal;
    this.#connect = parts.connect;
    this.#local = parts.local;
    this.#events = parts.events;
    this.#effects = parts.effects;
  }

  /** Reads the registered gateways; connects to none of them. */
  async run(): Promise<void> {
    const rows = await this.#db
      .selectFrom('gateways')
      .selectAll()
      .where('workspace_id', '=', this.#workspaceId)
      .orderBy('created_at')
      .execute();
    for (const row of rows) {
      this.#register(gatewayId(row.id), readRow(row, this.#seal), row.created_at);
      this.#logTrust(row.label, row.url, this.#entries.get(gatewayId(row.id))?.config);
    }
  }

  list(): readonly Gateway[] {
    return [localGateway, ...[...this.#entries].map(([id, entry]) => viewOf(id, entry))];
  }

  get(id: GatewayId): Gateway | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined ? (id === localGatewayId ? localGateway : undefined) : viewOf(id, entry);
  }

  port(id: GatewayId): GatewayPort | Fault {
    return id === localGatewayId ? this.#local : (this.#entries.get(id)?.port ?? forgotten);
  }

  /** Tests a form without keeping anything; what a registered gateway has fills its gaps. */
  async check(form: GatewayChange, id?: GatewayId): Promise<Fault | GatewayAnswer> {
    const tested = await this.#test(form, id ?? null);
    return isFault(tested) ? tested : tested.answer;
  }

  /** Tests a form and keeps it; the same URL again changes the one that is there. */
  async add(form: GatewayForm): Promise<Fault | Gateway> {
    const read = readForm(form, null);
    if (isFault(read)) return read;
    const [present] = [...this.#entries].find(([, { config }]) => config.url === read.config.url) ?? [];
    return this.#keep(form, present ?? gatewayId(randomUUID()));
  }

  /** Changes a gateway, or gives it new secrets. Its links stay as they are and take what is new when they reconnect. */
  async change(id: GatewayId, form: GatewayChange): Promise<Fault | Gateway> {
    return this.#entries.has(id) ? this.#keep(form, id) : forgotten;
  }

  async wake(id: GatewayId, launch?: KernelLaunch): Promise<Fault | null> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return id === localGatewayId ? null : forgotten;
    const failed = await entry.port.wake(launch);
    this.#events.changed();
    return failed;
  }

  async remove(id: GatewayId): Promise<Fault | null> {
    if (id === localGatewayId) return fault('request.invalid', 'The gateway of this machine cannot be removed.');
    const entry = this.#entries.get(id);
    if (entry === undefined) return fault('gateway.notFound', 'This gateway is not registered.');
    // First, so that a token that is renewed meanwhile is not written after the row is gone.
    this.#entries.delete(id);
    try {
      await this.#db
        .deleteFrom('gateways')
        .where('id', '=', id)
        .where('workspace_id', '=', this.#workspaceId)
        .execute();
    } catch (error) {
      this.#entries.set(id, entry);
      throw error;
    }
    this.#events.changed();
    return null;
  }

  async #keep(form: GatewayChange, id: GatewayId): Promise<Fault | Gateway> {
    const present = this.#entries.get(id);
    const isRemoved = (): boolean => present !== undefined && !this.#entries.has(id);
    const tested = await this.#test(form, id);
    if (isFault(tested)) return tested;
    if (isRemoved()) return forgotten;
    const { stored, credentials } = tested;
    const createdAt = present?.createdAt ?? this.#effects.now();
    await this.#write(id, stored, createdAt);
    if (isRemoved()) return forgotten;
    const before = this.#entries.get(id)?.config;
    const entry = this.#register(id, stored, createdAt, credentials);
    if (before?.tls.verify !== stored.config.tls.verify || before.url !== stored.config.url)
      this.#logTrust(stored.config.label, stored.config.url, stored.config, before);
    this.#events.changed();
    return viewOf(id, entry);
  }

  /** Reads a form and asks the gateway that it describes; `stored` is what is worth keeping then. */
  async #test(
    form: GatewayChange,
    id: GatewayId | null,
  ): Promise<Fault | { stored: StoredGateway; answer: GatewayAnswer; credentials: Credentials }> {
    const kept = id === null ? null : this.#kept(id);
    const read = readForm(form, kept);
    if (isFault(read)) return read;
    let kind: FarKind = read.kind ?? kept?.config.kind ?? 'jupyter';
    let secrets = read.secrets;
    const stored = (): StoredGateway => ({ config: { ...read.config, kind }, secrets });
    // A refresh token may be good for one use: whatever becomes of the test, what it got is what is kept.
    const renewed = async (next: typeof secrets): Promise<void> => {
      const entry = id === null ? undefined : this.#entries.get(id);
      const used = secrets['refreshToken'];
      secrets = next;
      if (id !== null && used !== undefined && entry?.secrets?.['refreshToken'] === used)
        await this.#takeRenewed(id, next);
    };
    const events = { renewed, secretsNeeded: () => undefined };
    const credentials = new Credentials(stored(), events, this.#effects);
    const port = this.#connect({ kind: () => kind, endpoint: () => credentials.endpoint() });
    const found = await port.identify();
    if (isFault(found)) return found;
    if (read.kind === null) kind = found.kind;
    const { version } = found;
    const checked = await port.check();
    if (isFault(checked) && checked.fault !== 'gateway.asleep') return checked;
    if (isFault(checked))
      return {
        stored: stored(),
        answer: { kind, version, kernelspecs: null, distanceMs: found.distanceMs },
        credentials,
      };
    const specs = await port.listSpecs();
    if (isFault(specs)) return specs;
    const { distanceMs } = checked;
    return { stored: stored(), answer: { kind, version, kernelspecs: specs.length, distanceMs }, credentials };
  }

  #kept(id: GatewayId): StoredGateway | null {
    const entry = this.#entries.get(id);
    return entry === undefined ? null : { config: entry.config, secrets: entry.secrets ?? {} };
  }

  async #write(id: GatewayId, stored: StoredGateway, createdAt: number): Promise<void> {
    const row: GatewayRow = writeRow(stored, { id, workspaceId: this.#workspaceId, createdAt }, this.#seal);
    await this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('gateways').where('id', '=', id).execute();
      await transaction.insertInto('gateways').values(row).execute();
    });
  }

  /** One adapter for good: links that are open follow what is changed. */
  #register(id: GatewayId, stored: Pick<Entry, 'config' | 'secrets'>, createdAt: number, tested?: Credentials): Entry {
    const { config, secrets } = stored;
    const credentials =
      secrets === null ? null : new Credentials({ config, secrets }, this.#eventsOf(id), this.#effects);
    if (tested !== undefined) credentials?.takeOver(tested);
    const present = this.#entries.get(id);
    if (present !== undefined) {
      Object.assign(present, { config, secrets, credentials });
      present.port.hurry();
      return present;
    }
    const port = this.#connect({
      kind: () => this.#entries.get(id)?.config.kind ?? config.kind,
      endpoint: async () => {
        const entry = this.#entries.get(id);
        if (entry === undefined) return forgotten;
        return entry.credentials?.endpoint() ?? lostSecrets(entry.config.label);
      },
    });
    const entry: Entry = { config, secrets, credentials, createdAt, port };
    this.#entries.set(id, entry);
    return entry;
  }

  async #takeRenewed(id: GatewayId, secrets: StoredGateway['secrets']): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const stored = { config: entry.config, secrets };
    this.#register(id, stored, entry.createdAt);
    await this.#writeRenewed(id, stored, entry.createdAt);
  }

  /** What was renewed is good as long as this process lives, whether or not it can be kept: that is told alone. */
  async #writeRenewed(id: GatewayId, stored: StoredGateway, createdAt: number): Promise<void> {
    try {
      await this.#write(id, stored, createdAt);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#events.log(
        `gateway “${stored.config.label}”: its renewed credentials could not be kept, and have to be entered again after a restart: ${why}`,
      );
    }
  }

  #eventsOf(id: GatewayId): ConstructorParameters<typeof Credentials>[1] {
    return {
      renewed: async (secrets) => {
        const entry = this.#entries.get(id);
        if (entry === undefined) return;
        entry.secrets = secrets;
        await this.#writeRenewed(id, { config: entry.config, secrets }, entry.createdAt);
      },
      secretsNeeded: (needed) => {
        const label = this.#entries.get(id)?.config.label ?? id;
        this.#events.log(
          needed ? `gateway “${label}” refuses its credentials: new ones are needed` : `gateway “${label}” lets us in`,
        );
        this.#events.changed();
      },
    };
  }

  #logTrust(label: string, url: string, now: GatewayConfig | undefined, before?: GatewayConfig): void {
    if (now?.tls.verify === false)
      this.#events.log(`gateway “${label}” (${url}): its certificate is NOT verified, by its settings`);
    else if (before?.tls.verify === false)
      this.#events.log(`gateway “${label}” (${url}): its certificate is verified again`);
  }
}

const localGateway: Gateway = {
  id: localGatewayId,
  kind: 'local',
  label: 'this machine',
  url: '',
  place: 'near',
  removable: false,
  auth: { kind: 'none' },
  tls: usualTls,
  needsSecrets: false,
};

function viewOf(id: GatewayId, { config, credentials }: Entry): Gateway {
  const needsSecrets = credentials?.needsSecrets ?? true;
  return { id, ...config, place: 'far', removable: true, needsSecrets };
}

const forgotten = fault(
  'gateway.notFound',
  'This gateway is no longer registered.',
  'Add it again, or pick another kernel.',
);
