import { posix } from 'node:path';
import { z } from 'zod';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { terminalName, type TerminalName } from '#lib/core/ids.ts';
import type {
  FindEndpoint,
  GatewayEffects,
  GatewayTerminal,
  GatewayTerminals,
  TerminalLink,
  TerminalLinkListener,
} from '../port.ts';
import { reasonOf } from './launch.ts';
import { notJupyter } from './models.ts';
import type { RestReply, RestRequest } from './rest.ts';
import { JupyterTerminalLink } from './terminal-link.ts';

const terminalModel = z.object({ name: z.string().regex(/^\w{1,64}$/), last_activity: z.string().optional() });
/** A shell that heeds no other signal is killed after some seconds. */
const slowCloseMs = 30_000;

export type TerminalParts = {
  readonly ask: (request: RestRequest) => Promise<Fault | RestReply>;
  readonly wake: () => Promise<Fault | null>;
  readonly hasFolder: (folder: string) => Promise<boolean>;
  readonly rootFolder: string | null;
  readonly endpoint: FindEndpoint;
  readonly effects: GatewayEffects;
  readonly patienceMs: number | undefined;
};

/** The terminals of a Jupyter Server: REST to list, open and close them, one WebSocket each. */
export class JupyterTerminals implements GatewayTerminals {
  readonly #parts: TerminalParts;

  constructor(parts: TerminalParts) {
    this.#parts = parts;
  }

  async list(): Promise<Fault | readonly GatewayTerminal[]> {
    const reply = await this.#parts.ask({ method: 'GET', path: 'api/terminals' });
    if (isFault(reply)) return reply;
    if (reply.status === 404) return switchedOff;
    const listed = Array.isArray(reply.json) ? reply.json.map(read) : null;
    // Names that no address here can have are of others, and cannot be opened from here.
    return listed?.filter((one) => one !== null) ?? notJupyter('its list of terminals has another form');
  }

  async open(request: { readonly name: TerminalName; readonly folder: string }): Promise<Fault | GatewayTerminal> {
    const asleep = await this.#parts.wake();
    if (asleep !== null) return asleep;
    const cwd = await this.#folderOf(request.folder);
    const body = cwd === null ? { name: request.name } : { name: request.name, cwd };
    const reply = await this.#parts.ask({ method: 'POST', path: 'api/terminals', body });
    if (isFault(reply)) return reply;
    if (reply.status === 404) return switchedOff;
    if (reply.status >= 300) {
      return fault('gateway.unreachable', `The gateway did not start a shell: ${reasonOf(reply)}.`, 'Try again.');
    }
    return read(reply.json) ?? notJupyter('its description of a terminal has another form');
  }

  async close(name: TerminalName): Promise<Fault | null> {
    const reply = await this.#parts.ask({ method: 'DELETE', path: pathOf(name), timeoutMs: slowCloseMs });
    if (isFault(reply)) return reply;
    if (reply.status < 300) return null;
    if (reply.status === 404) return fault('terminal.notFound', 'The gateway no longer has this terminal.');
    return fault('gateway.unreachable', `The gateway did not end the shell: ${reasonOf(reply)}.`, 'Try again.');
  }

  connect(name: TerminalName, listener: TerminalLinkListener): TerminalLink {
    const { endpoint, effects, patienceMs } = this.#parts;
    return new JupyterTerminalLink(
      { name, endpoint, effects, patienceMs, isThere: () => this.#isThere(name) },
      listener,
    );
  }

  async #isThere(name: TerminalName): Promise<Fault | boolean> {
    const reply = await this.#parts.ask({ method: 'GET', path: pathOf(name) });
    if (isFault(reply)) return reply;
    if (reply.status >= 500) return fault('gateway.unreachable', `The gateway failed: ${reasonOf(reply)}.`);
    return reply.status !== 404;
  }

  /** A relative path would be looked for in the folder in which the gateway was started, before its own root. */
  async #folderOf(folder: string): Promise<string | null> {
    const { rootFolder, hasFolder } = this.#parts;
    const found = folder !== '' && (await hasFolder(folder)) ? folder : '';
    if (rootFolder !== null) return posix.join(rootFolder, found);
    return found === '' ? null : found;
  }
}

const switchedOff = fault(
  'gateway.noTerminals',
  'This gateway has no terminals: they are switched off there, or their package is missing.',
  'Whoever runs it can install jupyter_server_terminals, or set ServerApp.terminals_enabled.',
);

function pathOf(name: TerminalName): string {
  return `api/terminals/${encodeURIComponent(name)}`;
}

function read(json: unknown): GatewayTerminal | null {
  const { success, data } = terminalModel.safeParse(json);
  if (!success) return null;
  const activity = data.last_activity === undefined ? Number.NaN : Date.parse(data.last_activity);
  return { name: terminalName(data.name), lastActivity: Number.isNaN(activity) ? null : activity };
}
