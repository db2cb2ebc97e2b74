import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Principal } from '#lib/core/access/decide.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import type { DownMessages, DownName } from '#lib/protocol/down.ts';
import { type UpMessages, upMessages, type UpName } from '#lib/protocol/up.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { authorise, type Doors, isOwnHost, isOwnOrigin } from '#server/http/access.ts';
import { invalid } from '#server/http/router.ts';
import type { z } from 'zod';
import { bufferedBytes } from './buffered-bytes.ts';

/** One connected browser, as the handlers see it. */
export type Client = {
  readonly id: string;
  readonly principal: Extract<Principal, { kind: 'user' }>;
  send<Name extends DownName>(name: Name, payload: z.input<DownMessages[Name]['payload']>): void;
  /** As `send`; what this browser cannot take at once is dropped. For what is old a moment later. */
  sendVolatile<Name extends DownName>(name: Name, payload: z.input<DownMessages[Name]['payload']>): void;
  /** Bytes that were sent to this browser and have not left yet. */
  buffered(): number;
  /** Runs when the socket is gone; at once when it is gone already. */
  onGone(callback: () => void): void;
};

export type SocketHandlers = {
  readonly [Name in UpName]: (
    client: Client,
    request: z.output<UpMessages[Name]['request']>,
  ) => Promise<z.input<UpMessages[Name]['reply']>>;
};

const maxMessageBytes = 64 * 1024 * 1024;
const recheckMs = 60_000;
/** With more on its way to a browser, what is volatile would come late. */
const mostBufferedBytes = 256 * 1024;

/**
 * The socket edge. One default-deny check (`allowRequest`) of Host, Origin and session serves upgrades and polling
 * alike; every message then names its action and passes `decide()` before its handler runs.
 */
export class SocketServer {
  readonly #io: Server;
  readonly #parts: SocketParts;

  constructor(server: HttpServer, parts: SocketParts) {
    this.#parts = parts;
    this.#io = new Server(server, {
      serveClient: false,
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: maxMessageBytes,
      // Any other upgrade is destroyed by server/main.ts at once.
      destroyUpgrade: false,
      allowRequest: (request, decide) => {
        void this.#admit(request).then(
          (refused) => decide(refused?.message ?? null, refused === null),
          () => decide('refused', false),
        );
      },
    });
    this.#io.use((socket, next) => {
      const offered: unknown = socket.handshake.auth['protocol'];
      if (offered === protocolVersion) return next();
      next(
        Object.assign(new Error('protocol'), {
          data: fault('protocol.version', 'This page is of another version than the server.', 'Reload the page.'),
        }),
      );
    });
    this.#io.on('connection', (socket) => void this.#serve(socket));
  }

  broadcast<Name extends DownName>(name: Name, payload: z.input<DownMessages[Name]['payload']>): void {
    this.#io.emit(name, payload);
  }

  /** Drops the sockets of sessions that no longer exist (after sign-out). */
  async recheck(): Promise<void> {
    for (const socket of this.#io.sockets.sockets.values()) {
      if ((await this.#parts.principalOf(socket.request)).kind === 'anonymous') socket.disconnect(true);
    }
  }

  async stop(): Promise<void> {
    await this.#io.close();
  }

  async #admit(request: IncomingMessage): Promise<Fault | null> {
    if (!comesFromOwnPage(request, this.#parts.doors)) {
      return fault('access.origin', 'The socket was asked for by a page of another origin.');
    }
    const principal = await this.#parts.principalOf(request);
    return authorise(principal, 'page.view', { kind: 'workspace', workspaceId: this.#parts.workspaceId });
  }

  async #serve(socket: Socket): Promise<void> {
    const principalOf = () => this.#parts.principalOf(socket.request);
    // Registered before the first await: messages that arrive meanwhile must not fall through.
    const ready = principalOf();
    const client = ready.then((principal): Client | null =>
      principal.kind === 'user' ? clientOf(socket, principal) : null,
    );
    for (const name of Object.keys(upMessages) as UpName[]) {
      socket.on(name, (payload: unknown, answer: unknown) => {
        const reply = typeof answer === 'function' ? (answer as (value: unknown) => void) : () => {};
        void client.then(async (who) => {
          if (who === null) return reply(fault('access.signedOut', 'You are not signed in.'));
          reply(await this.#answer(who, name, payload));
        });
      });
    }
    const timer = setInterval(
      () => void principalOf().then((now) => now.kind === 'anonymous' && socket.disconnect(true)),
      recheckMs,
    );
    socket.once('disconnect', () => clearInterval(timer));
    if ((await client) === null) socket.disconnect(true);
  }

  async #answer(client: Client, name: UpName, payload: unknown): Promise<unknown> {
    const message = upMessages[name];
    const refused = authorise(client.principal, message.action, {
      kind: 'workspace',
      workspaceId: this.#parts.workspaceId,
    });
    if (refused !== null) return refused;
    const parsed = message.request.safeParse(payload);
    if (!parsed.success) return invalid(name, parsed.error);
    try {
      const handler = this.#parts.handlers[name] as (client: Client, request: unknown) => Promise<unknown>;
      return await handler(client, parsed.data);
    } catch (error) {
      console.error(`${name} failed:`, error);
      return fault('file.io', 'The server failed at this message; the cause is in its log.');
    }
  }
}

export type SocketParts = {
  readonly handlers: SocketHandlers;
  readonly doors: Doors;
  readonly workspaceId: WorkspaceId;
  readonly principalOf: (request: IncomingMessage) => Promise<Principal>;
};

function clientOf(socket: Socket, principal: Extract<Principal, { kind: 'user' }>): Client {
  return {
    id: socket.id,
    principal,
    send: (name, payload) => void socket.emit(name, payload),
    sendVolatile: (name, payload) => {
      if (bufferedBytes(socket) <= mostBufferedBytes) socket.volatile.emit(name, payload);
    },
    buffered: () => bufferedBytes(socket),
    onGone: (callback) => {
      if (socket.connected) socket.once('disconnect', callback);
      else callback();
    },
  };
}

/**
 * An upgrade always carries its Origin. A polling GET of a page of ours carries none, but the browser's own word that it
 * is same-origin, which no page can forge.
 */
function comesFromOwnPage({ headers, method }: IncomingMessage, doors: Doors): boolean {
  if (headers.origin !== undefined) return isOwnOrigin(headers.origin, headers.host, doors);
  return (
    method === 'GET' &&
    headers.upgrade === undefined &&
    headers['sec-fetch-site'] === 'same-origin' &&
    isOwnHost(headers.host, doors)
  );
}
