import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import { type GatewayId, gatewayId, type WorkspaceId } from '#lib/core/ids.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import type { Seal } from '#server/auth/seal.ts';
import type { Database, GatewayRow } from '#server/db/schema.ts';
import { tokenEndpoint, type FindEndpoint, type GatewayPort } from '#server/kinds/gateway/port.ts';

export type GatewayForm = {
  readonly label?: string | undefined;
  readonly url: string;
  readonly token?: string | undefined;
};

type Endpoint = { readonly baseUrl: string; readonly token: string };

/** Builds the adapter of the Jupyter Server at a URL; `endpoint` is asked before each use, since its token may be renewed. */
export type ConnectJupyter = (url: URL, endpoint: FindEndpoint) => GatewayPort;

export const localGatewayId = gatewayId('local');

/**
 * The registered gateways: the embedded one and those people added. Owns the `gateways` table and the adapters; tokens
 * leave it only inside an adapter, never towards a browser or a log.
 */
export class Gateways {
  readonly #db: Kysely<Database>;
  readonly #workspaceId: WorkspaceId;
  readonly #seal: Seal;
  readonly #connect: ConnectJupyter;
  readonly #ports = new Map<GatewayId, GatewayPort>();
  readonly #endpoints = new Map<GatewayId, Endpoint | Fault>();
  readonly #known = new Map<GatewayId, Gateway>();

  constructor(parts: {
    db: Kysely<Database>;
    workspaceId: WorkspaceId;
    seal: Seal;
    connect: ConnectJupyter;
    local: GatewayPort;
  }) {
    this.#db = parts.db;
    this.#workspaceId = parts.workspaceId;
    this.#seal = parts.seal;
    this.#connect = parts.connect;
    this.#known.set(localGatewayId, {
      id: localGatewayId,
      kind: 'local',
      label: 'this machine',
      url: '',
      place: 'near',
      removable: false,
    });
    this.#ports.set(localGatewayId, parts.local);
  }

  /** Reads the registered gateways; connects to none of them. */
  async run(): Promise<void> {
    const rows = await this.#db
      .selectFrom('gateways')
      .selectAll()
      .where('workspace_id', '=', this.#workspaceId)
      .orderBy('created_at')
      .execute();
    for (const row of rows) this.#register(row);
  }

  list(): readonly Gateway[] {
    return [...this.#known.values()];
  }

  get(id: GatewayId): Gateway | undefined {
    return this.#known.get(id);
  }

  port(id: GatewayId): GatewayPort | Fault {
    return this.#ports.get(id) ?? forgotten;
  }

  /** Tests a form without keeping anything. */
  async check(form: GatewayForm): Promise<Fault | { version: string; kernelspecs: number; distanceMs: number }> {
    const endpoint = readEndpoint(form);
    if (isFault(endpoint)) return endpoint;
    const port = this.#connect(new URL(endpoint.baseUrl), async () => tokenEndpoint(endpoint.baseUrl, endpoint.token));
    const answer = await port.check();
    if (isFault(answer)) return answer;
    const specs = await port.listSpecs();
    if (isFault(specs)) return specs;
    return { version: answer.version, kernelspecs: specs.length, distanceMs: answer.distanceMs };
  }

  /** Tests a form and keeps it; the same URL again replaces the token of the one that is there. */
  async add(form: GatewayForm): Promise<Fault | Gateway> {
    const endpoint = readEndpoint(form);
    if (isFault(endpoint)) return endpoint;
    const checked = await this.check(form);
    if (isFault(checked)) return checked;
    const present = this.list().find((gateway) => gateway.url === endpoint.baseUrl);
    const id = present?.id ?? gatewayId(randomUUID());
    const row: GatewayRow = {
      id,
      workspace_id: this.#workspaceId,
      kind: 'jupyter',
      label: form.label?.trim() || present?.label || new URL(endpoint.baseUrl).host,
      url: endpoint.baseUrl,
      sealed_token: endpoint.token === '' ? null : this.#seal.seal(endpoint.token, `gateway|${id}`),
      created_at: Date.now(),
    };
    await this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('gateways').where('id', '=', id).execute();
      await transaction.insertInto('gateways').values(row).execute();
    });
    return this.#register(row);
  }

  async remove(id: GatewayId): Promise<Fault | null> {
    if (this.#known.get(id)?.removable === false)
      return fault('request.invalid', 'The gateway of this machine cannot be removed.');
    if (!this.#known.has(id)) return fault('gateway.notFound', 'This gateway is not registered.');
    await this.#db.deleteFrom('gateways').where('id', '=', id).where('workspace_id', '=', this.#workspaceId).execute();
    this.#known.delete(id);
    this.#ports.delete(id);
    this.#endpoints.delete(id);
    return null;
  }

  #register(row: GatewayRow): Gateway {
    const id = gatewayId(row.id);
    const token = row.sealed_token === null ? '' : this.#seal.open(row.sealed_token, `gateway|${id}`);
    this.#endpoints.set(id, token === null ? lostToken(row.label) : { baseUrl: row.url, token });
    // One adapter for good: links that are open follow a renewed token.
    if (!this.#ports.has(id)) {
      this.#ports.set(
        id,
        this.#connect(new URL(row.url), async () => {
          const found = this.#endpoints.get(id) ?? forgotten;
          return isFault(found) ? found : tokenEndpoint(found.baseUrl, found.token);
        }),
      );
    }
    const gateway: Gateway = { id, kind: 'jupyter', label: row.label, url: row.url, place: 'far', removable: true };
    this.#known.set(id, gateway);
    return gateway;
  }
}

const forgotten = fault(
  'gateway.notFound',
  'This gateway is no longer registered.',
  'Add it again, or pick another kernel.',
);

function lostToken(label: string): Fault {
  return fault(
    'gateway.refused',
    `The stored token of ${label} cannot be opened: the key file has changed.`,
    'Add the gateway again with its token.',
  );
}

/** The base URL (ending in `/`, without credentials, query and fragment) and the token that a person typed. */
function readEndpoint(form: GatewayForm): Fault | Endpoint {
  const typed = form.url.trim();
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`;
  if (!URL.canParse(text))
    return fault('request.invalid', `“${typed}” is not a URL.`, 'It looks like https://host:8888/');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return fault(
      'request.invalid',
      `A gateway is reached by http or https, not ${url.protocol}`,
      'It looks like https://host:8888/',
    );
  }
  if (url.username !== '' || url.password !== '') {
    return fault(
      'request.invalid',
      'A user name or password in the URL is not accepted.',
      'Put the token into its own field.',
    );
  }
  const token = form.token?.trim() || url.searchParams.get('token');
  url.search = '';
  url.hash = '';
  // People paste the address of the page they see: /lab, /tree, /lab/tree/x, /api …
  url.pathname = url.pathname.replace(/\/(lab|tree|notebooks|nbclassic|api)(\/.*)?$/, '/').replace(/\/?$/, '/');
  return { baseUrl: url.href, token: token ?? '' };
}
