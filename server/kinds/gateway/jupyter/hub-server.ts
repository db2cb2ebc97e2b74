import { z } from 'zod';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { FindEndpoint, GatewayEndpoint, KernelLaunch } from '../port.ts';
import type { RestReply, RestRequest } from './rest.ts';

/** The parts of a user of JupyterHub's API that are read. `servers` is absent where the token may not see them. */
const userModel = z.object({
  name: z.string(),
  servers: z
    .record(
      z.string(),
      z.object({ ready: z.boolean().optional(), pending: z.string().nullish(), url: z.string().optional() }),
    )
    .optional(),
});

export type HubEffects = {
  readonly ask: (endpoint: GatewayEndpoint, request: RestRequest) => Promise<Fault | RestReply>;
  /** Lines of the hub's account of a start (server-sent events), one JSON text each, until it ends. */
  readonly follow: (endpoint: GatewayEndpoint, path: string, signal: AbortSignal) => AsyncIterable<string>;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

const startLimitMs = 5 * 60_000;
const lookEveryMs = 1_000;

/**
 * The server of one user of a JupyterHub. Its address is asked of the hub, so that a server that does not run is told as
 * such and never started by looking; `wake` starts it.
 */
export class HubServer {
  readonly #find: FindEndpoint;
  readonly #effects: HubEffects;
  /** Where the server answered last; asked anew after any trouble. */
  #known: { readonly typed: string; readonly url: string } | null = null;

  constructor(find: FindEndpoint, effects: HubEffects) {
    this.#find = find;
    this.#effects = effects;
  }

  /** The endpoint of the user's own server. */
  readonly endpoint: FindEndpoint = async () => {
    const typed = await this.#find();
    if (isFault(typed)) return typed;
    if (this.#known?.typed === typed.baseUrl) return { ...typed, baseUrl: this.#known.url };
    const found = await this.#look(typed);
    if (isFault(found)) return found;
    if (found.url === null) return asleep(found.starting);
    this.#known = { typed: typed.baseUrl, url: found.url };
    return { ...typed, baseUrl: found.url };
  };

  /** After trouble: the server may have been stopped, or have come back elsewhere. */
  forget(): void {
    this.#known = null;
  }

  /** Starts the server and waits until it is ready. Called off, it goes on to start: others may wait for it as well. */
  async wake({ signal, onReason }: KernelLaunch): Promise<Fault | null> {
    this.forget();
    const typed = await this.#find();
    if (isFault(typed)) return typed;
    const found = await this.#look(typed);
    if (isFault(found)) return found;
    if (found.url !== null) return null;
    const { hub, server } = partsOf(typed.baseUrl);
    const path = `hub/api/users/${encodeURIComponent(found.user)}/${server === '' ? 'server' : `servers/${encodeURIComponent(server)}`}`;
    if (!found.starting) {
      onReason?.('the hub starts your server');
      const begun = await this.#effects.ask({ ...typed, baseUrl: hub }, { method: 'POST', path, timeoutMs: 60_000 });
      if (isFault(begun)) return begun;
      // 400: it is being started already.
      if (begun.status >= 300 && begun.status !== 400) return notStarted(reasonOf(begun));
    }
    const stopped = new AbortController();
    const ended = signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal]);
    void this.#tell({ ...typed, baseUrl: hub }, `${path}/progress`, ended, onReason);
    const until = this.#effects.now() + startLimitMs;
    try {
      while (this.#effects.now() < until) {
        if (signal?.aborted === true)
          return fault('kernel.startCancelled', 'The start was called off; the hub goes on.');
        const now = await this.#look(typed);
        if (isFault(now) && now.fault === 'gateway.refused') return now;
        if (!isFault(now) && now.url !== null) return null;
        if (!isFault(now) && !now.starting) return notStarted('it ended while it was being started');
        await this.#effects.wait(lookEveryMs);
      }
      return notStarted(`it was not ready after ${startLimitMs / 60_000} minutes`);
    } finally {
      stopped.abort();
    }
  }

  async #tell(
    endpoint: GatewayEndpoint,
    path: string,
    signal: AbortSignal,
    onReason: KernelLaunch['onReason'],
  ): Promise<void> {
    if (onReason === undefined) return;
    try {
      for await (const line of this.#effects.follow(endpoint, path, signal)) {
        const said = progressModel.safeParse(parse(line)).data;
        if (said !== undefined)
          onReason(said.progress === undefined ? said.message : `${said.progress} %: ${said.message}`);
      }
    } catch {
      // The account is a courtesy: the start is judged by looking at the server.
    }
  }

  async #look(typed: GatewayEndpoint): Promise<Fault | { user: string; url: string | null; starting: boolean }> {
    const { hub, user, server } = partsOf(typed.baseUrl);
    const path = user === null ? 'hub/api/user' : `hub/api/users/${encodeURIComponent(user)}`;
    const reply = await this.#effects.ask({ ...typed, baseUrl: hub }, { method: 'GET', path });
    if (isFault(reply)) return reply;
    const model = userModel.safeParse(reply.json).data;
    if (reply.status === 404) return fault('gateway.notFound', `The hub does not know the user ${user ?? ''}.`);
    if (model === undefined) return fault('gateway.notJupyter', 'The hub does not say who its token belongs to.');
    if (model.servers === undefined) {
      return fault(
        'gateway.refused',
        'The token may not see whether its server runs.',
        'Make a token with the scopes read:servers, servers and access:servers of yourself.',
      );
    }
    const one = model.servers[server];
    const own =
      one?.url ?? `${new URL(hub).pathname}user/${encodeURIComponent(model.name)}/${server === '' ? '' : `${server}/`}`;
    // A full URL means that users have hosts of their own.
    if (!URL.canParse(own, hub))
      return fault('gateway.notJupyter', 'The hub does not say where the server is.', 'Look at the page of the hub.');
    const url = one?.ready === true ? new URL(own, hub).href : null;
    return { user: model.name, url, starting: one?.pending === 'spawn' };
  }
}

const progressModel = z.object({ message: z.string().max(500), progress: z.number().optional() });

/** `https://host/prefix/user/ann/two/` → the hub's own address, the user and the name of the server ('': the usual one). */
export function partsOf(typed: string): {
  readonly hub: string;
  readonly user: string | null;
  readonly server: string;
} {
  const url = new URL(typed);
  const found = /^(.*\/)user\/([^/]+)\/(?:([^/]+)\/)?$/.exec(url.pathname);
  if (found === null) return { hub: url.href, user: null, server: '' };
  url.pathname = found[1] ?? '/';
  return { hub: url.href, user: decode(found[2] ?? ''), server: decode(found[3] ?? '') };
}

/** A name that is no proper part of a URL is taken as it is: the hub does not know it. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function asleep(starting: boolean): Fault {
  return starting
    ? fault('gateway.asleep', 'Your server on the hub is being started.', 'Wait until it is ready.')
    : fault('gateway.asleep', 'Your server on the hub does not run.', 'Start it.');
}

function notStarted(why: string): Fault {
  return fault('kernel.start', `The hub did not start your server: ${why}.`, 'Look at the page of the hub.');
}

function reasonOf({ status, json }: RestReply): string {
  return z.object({ message: z.string() }).safeParse(json).data?.message ?? `status ${status}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
