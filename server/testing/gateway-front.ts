import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request as sendHttp, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/**
 * A proxy in front of a real gateway, as organisations have them: it decides who enters, ends TLS, and keeps sockets that
 * are open when it changes its mind. Tests only; its key is in the repository.
 */
export type GatewayFront = {
  readonly url: string;
  /** Requests and upgrades that came, with what was said to let them in. */
  readonly asked: { readonly path: string; readonly authorization: string; readonly entered: boolean }[];
  /** Sockets to kernels that were opened, and how many of them are still open. */
  readonly sockets: { opened: number; open: number };
  /** Who may enter from now on. */
  allow(rule: (request: IncomingMessage) => boolean): void;
  /** Cuts the sockets to kernels. */
  cut(): void;
  stop(): Promise<void>;
};

const fixtures = join(import.meta.dirname, 'fixtures');
/** The authority that vouches for the front. */
export const testAuthority = readFileSync(join(fixtures, 'test-authority.pem'), 'utf8');
const identity = readFileSync(join(fixtures, 'test-server.pem'), 'utf8');

/** `behind`: the real gateway and the token that the front enters it with. */
export async function startFront(
  behind: { readonly url: string; readonly token: string },
  options: { readonly tls: boolean; readonly port?: number },
): Promise<GatewayFront> {
  let allowed: (request: IncomingMessage) => boolean = () => true;
  const target = new URL(behind.url);
  const asked: GatewayFront['asked'] = [];
  const sockets = { opened: 0, open: 0 };
  const all = new Set<Socket>();
  const lines = new Set<Duplex>();
  const enter = (request: IncomingMessage): boolean => {
    const entered = allowed(request);
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', entered });
    return entered;
  };
  const headersOf = (request: IncomingMessage) => ({
    ...request.headers,
    host: target.host,
    authorization: `token ${behind.token}`,
  });
  const server: Server = options.tls ? createHttpsServer({ key: identity, cert: identity }) : createHttpServer();
  server.on('request', (request: IncomingMessage, response) => {
    if (!enter(request)) return void response.writeHead(403, { 'Content-Type': 'application/json' }).end('{}');
    const onward = sendHttp(new URL(request.url ?? '/', target), {
      method: request.method,
      headers: headersOf(request),
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.headersSent || response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connection', (socket) => {
    all.add(socket);
    socket.on('close', () => all.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    if (!enter(request)) return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    const onward = connect(Number(target.port), target.hostname);
    onward.on('error', () => socket.destroy());
    sockets.opened += 1;
    sockets.open += 1;
    lines.add(socket);
    socket.once('close', () => {
      lines.delete(socket);
      sockets.open -= 1;
      onward.destroy();
    });
    onward.once('close', () => socket.destroy());
    const headers = Object.entries(headersOf(request)).map(([name, value]) => `${name}: ${String(value)}`);
    onward.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${options.tls ? 'https' : 'http'}://localhost:${port}/`,
    asked,
    sockets,
    allow: (rule) => (allowed = rule),
    cut: () => {
      for (const socket of lines) socket.destroy();
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of all) socket.destroy();
      await closed;
    },
  };
}
