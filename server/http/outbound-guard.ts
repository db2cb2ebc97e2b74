import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { Agent } from 'undici';
import { type Fault, FaultError, fault } from '#lib/core/fault.ts';
import type { GuardedFetch, TlsTrust } from '#server/kinds/gateway/port.ts';

export type OutboundPolicy = {
  /** True while the server serves this machine alone. */
  readonly allowLoopback: boolean;
  /** CIDR ranges of private networks that may be reached, e.g. `10.1.0.0/16`. */
  readonly allowedNetworks: readonly string[];
  /** Ports of our own on this machine: never reachable from here. Read at each check, because ports are chosen late. */
  readonly ownPorts: () => readonly number[];
};

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const usualTrust: TlsTrust = { rejectUnauthorized: true };

/**
 * The one guard for outbound addresses: everything that connects to a place somebody typed goes through `checkUrl` and
 * connects with `lookup` or `fetch`, which judge the resolved address that is then used (no second resolution).
 */
export class OutboundGuard {
  readonly #policy: OutboundPolicy;
  readonly #networks: readonly [Address, number][];
  readonly #agents = new Set<Agent>();
  readonly #agentsOf = new WeakMap<TlsTrust, Map<number, Agent>>();

  constructor(policy: OutboundPolicy) {
    this.#policy = policy;
    this.#networks = policy.allowedNetworks.map((range) => ipaddr.parseCIDR(range));
  }

  /** Why this URL must not be connected to; null when it may. Resolves the name; the connection is checked again. */
  readonly checkUrl = async (url: URL): Promise<Fault | null> => {
    if (!['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) {
      return fault('outbound.refused', `Only http and https addresses can be used, not ${url.protocol}`);
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = portOf(url);
    if (ipaddr.isValid(host)) return this.#judge(host, host, port);
    return new Promise((done) => {
      resolve(host, { all: true }, (error, addresses) => {
        if (error !== null) {
          done(
            fault(
              'gateway.unreachable',
              `The name ${host} could not be resolved (${error.code ?? error.message}).`,
              'Check the spelling, and whether this machine can resolve it.',
            ),
          );
          return;
        }
        for (const { address } of addresses) {
          const refused = this.#judge(address, host, port);
          if (refused !== null) return done(refused);
        }
        done(null);
      });
    });
  };

  /** DNS lookup for sockets to `port`: only addresses that pass come back. */
  lookupFor(port: number): LookupFunction {
    return (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, '', 0);
        for (const { address } of addresses) {
          const refused = this.#judge(address, hostname, port);
          if (refused !== null) return callback(new FaultError(refused), '', 0);
        }
        const first = addresses[0];
        if (first === undefined) return callback(new Error(`no address for ${hostname}`), '', 0);
        if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }

  /** Guarded fetch. Redirects are not followed: the caller sees the 3xx and says so. */
  readonly fetch: GuardedFetch = async (url, init) => {
    const refused = await this.checkUrl(url);
    if (refused !== null) throw new FaultError(refused);
    const { tls = usualTrust, ...request } = init ?? {};
    const guarded = { ...request, redirect: 'manual', dispatcher: this.#agentFor(portOf(url), tls) };
    return globalThis.fetch(url, guarded as RequestInit);
  };

  async stop(): Promise<void> {
    await Promise.all([...this.#agents].map((agent) => agent.destroy()));
    this.#agents.clear();
  }

  #agentFor(port: number, tls: TlsTrust): Agent {
    const known = this.#agentsOf.get(tls) ?? new Map<number, Agent>();
    this.#agentsOf.set(tls, known);
    const kept = known.get(port);
    if (kept !== undefined) return kept;
    const agent = new Agent({ connect: { lookup: this.lookupFor(port), ...tls }, keepAliveTimeout: 10_000 });
    known.set(port, agent);
    this.#agents.add(agent);
    return agent;
  }

  #judge(text: string, host: string, port: number): Fault | null {
    const address = ipaddr.process(text);
    const shown = host === text ? host : `${host} (${text})`;
    const range = address.range();
    const isLocal = range === 'loopback' || isOwnAddress(address);
    if (isLocal && this.#policy.ownPorts().includes(port)) {
      return fault(
        'outbound.refused',
        `${shown}, port ${port}, is Farfield itself.`,
        'Enter the address of another Jupyter Server.',
      );
    }
    if (isMetadata(address))
      return fault('outbound.refused', `${shown} is a cloud metadata address and is never contacted.`);
    if (range === 'loopback') {
      return this.#policy.allowLoopback
        ? null
        : fault('outbound.refused', `${shown} is this machine's loopback address and is not contacted for others.`);
    }
    if (range === 'unicast' || this.#isAllowed(address)) return null;
    if (range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat') {
      return fault(
        'outbound.refused',
        `${shown} is in a private network that is not on the allow-list.`,
        'Whoever runs this server can allow it: FARFIELD_ALLOWED_NETWORKS=10.0.0.0/8 npm start',
      );
    }
    return fault('outbound.refused', `${shown} is a ${range} address and is never contacted.`);
  }

  #isAllowed(address: Address): boolean {
    const range = address.range();
    if (range !== 'private' && range !== 'uniqueLocal' && range !== 'carrierGradeNat') return false;
    return this.#networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  }
}

/** The port a URL means. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' || url.protocol === 'wss:' ? 443 : 80;
}

function isOwnAddress(address: Address): boolean {
  const text = address.toString();
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => ipaddr.process(entry.address.split('%')[0] ?? '').toString() === text),
  );
}

function isMetadata(address: Address): boolean {
  if (address.range() === 'linkLocal') return true;
  return ['100.100.100.200', '192.0.0.192', 'fd00:ec2::254'].includes(address.toString());
}
