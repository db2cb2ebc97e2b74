import { randomBytes } from 'node:crypto';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import {
  freeNumber,
  newTerminalName,
  type TerminalAddress,
  terminalNumber,
  terminalPath,
} from '#lib/core/terminal/terminal-path.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import type { TerminalView } from '#lib/protocol/http/terminals.ts';
import type { GatewayPort, GatewayTerminal, GatewayTerminals } from '#server/kinds/gateway/port.ts';
import { TerminalHost } from './terminal-host.ts';

/** Terminals that are held at once, those that have ended not counted. */
const mostHeld = 100;
/** Of those that have ended so many can still be read. */
const mostEnded = 10;

export type TerminalsParts = {
  readonly gateways: {
    list(): readonly Gateway[];
    get(id: GatewayId): Gateway | undefined;
    port(id: GatewayId): GatewayPort | Fault;
  };
  /** One was opened, or has ended. */
  readonly changed: () => void;
};

type TerminalList = {
  readonly terminals: TerminalView[];
  readonly faults: { gatewayId: GatewayId; gatewayLabel: string; fault: Fault }[];
};

/**
 * The terminals of all gateways. Holds those that were opened here or that somebody has looked at; which others there are,
 * the gateways say. Nothing is kept over a restart: a terminal that is asked for then is found again by its name.
 */
export class Terminals {
  readonly #parts: TerminalsParts;
  readonly #hosts = new Map<string, TerminalHost>();

  constructor(parts: TerminalsParts) {
    this.#parts = parts;
  }

  async list(): Promise<TerminalList> {
    const found: TerminalList = { terminals: [], faults: [] };
    const asking = this.#parts.gateways.list().map(async (gateway) => {
      const terminals = this.#terminalsOf(gateway.id);
      if (isFault(terminals)) return;
      const listed = await terminals.list();
      if (!isFault(listed)) return void found.terminals.push(...listed.map((one) => this.#viewOf(gateway, one)));
      if (listed.fault === 'gateway.noTerminals') return;
      found.faults.push({ gatewayId: gateway.id, gatewayLabel: gateway.label, fault: listed });
    });
    await Promise.all(asking);
    return found;
  }

  async open(request: { readonly gatewayId: GatewayId; readonly folder: string }): Promise<Fault | TerminalView> {
    const { gatewayId, folder } = request;
    const gateway = this.#parts.gateways.get(gatewayId);
    const terminals = this.#terminalsOf(gatewayId);
    if (isFault(terminals)) return terminals;
    if (this.#held() >= mostHeld) return tooMany;
    const present = await terminals.list();
    if (isFault(present) && present.fault !== 'gateway.asleep') return present;
    const names = isFault(present) ? [] : present.map(({ name }) => name);
    const name = newTerminalName(freeNumber(names), randomBytes(4).toString('hex'));
    const opened = await terminals.open({ name, folder });
    if (isFault(opened)) return opened;
    this.#hold({ gatewayId, name: opened.name }, terminals, true);
    this.#parts.changed();
    return this.#viewOf({ id: gatewayId, label: gateway?.label ?? gatewayId }, opened);
  }

  async close({ gatewayId, name }: TerminalAddress): Promise<Fault | null> {
    const terminals = this.#terminalsOf(gatewayId);
    return isFault(terminals) ? terminals : terminals.close(name);
  }

  /** The terminal that is held; one that the gateway has is held from now on. */
  find(address: TerminalAddress): Fault | TerminalHost {
    const held = this.#hosts.get(terminalPath(address));
    // Names that gateways give themselves are given anew: another shell may have this one by now.
    const isAnother = held?.hasEnded === true && held.watching === 0 && terminalNumber(address.name) === address.name;
    if (held !== undefined && !isAnother) return held;
    const terminals = this.#terminalsOf(address.gatewayId);
    if (isFault(terminals)) return terminals;
    return this.#held() >= mostHeld ? tooMany : this.#hold(address, terminals, false);
  }

  /** Lets go of all connections; the shells go on where their gateways do. */
  stop(): void {
    for (const host of this.#hosts.values()) host.stop();
    this.#hosts.clear();
  }

  #hold(address: TerminalAddress, terminals: GatewayTerminals, isNew: boolean): TerminalHost {
    const key = terminalPath(address);
    const host = new TerminalHost({
      connect: (listener) => terminals.connect(address.name, listener),
      isNew,
      onEnded: () => {
        this.#forgetOldest();
        this.#parts.changed();
      },
    });
    this.#hosts.set(key, host);
    return host;
  }

  #held(): number {
    return [...this.#hosts.values()].filter((host) => !host.hasEnded).length;
  }

  #forgetOldest(): void {
    const ended = [...this.#hosts].filter(([, host]) => host.hasEnded);
    const unwatched = ended.filter(([, host]) => host.watching === 0);
    for (const [key] of unwatched.slice(0, Math.max(0, ended.length - mostEnded))) this.#hosts.delete(key);
  }

  #terminalsOf(id: GatewayId): Fault | GatewayTerminals {
    const port = this.#parts.gateways.port(id);
    if (isFault(port)) return port;
    if (port.terminals !== undefined) return port.terminals;
    const label = this.#parts.gateways.get(id)?.label ?? id;
    return fault(
      'gateway.noTerminals',
      `“${label}” is of a kind that has no terminals.`,
      'Jupyter Server and the servers of a JupyterHub have them; elsewhere a cell can run a command: !command',
    );
  }

  #viewOf({ id, label }: Pick<Gateway, 'id' | 'label'>, { name, lastActivity }: GatewayTerminal): TerminalView {
    const watching = this.#hosts.get(terminalPath({ gatewayId: id, name }))?.watching ?? 0;
    return { gatewayId: id, gatewayLabel: label, name, lastActivity, watching };
  }
}

const tooMany = fault(
  'terminal.tooMany',
  `This server holds ${mostHeld} terminals, which is the most it does.`,
  'End some of them first: they are listed under Running.',
);
