import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { type Config, readConfig } from './config.ts';
import { Home } from './home.ts';
import { isOwnHost } from './http/access.ts';
import type { Services } from './service-set.ts';
import { buildServices, type Built } from './services.ts';

/**
 * The process: reads the configuration, takes the state folder, listens (the only place that does), builds the services
 * and ends them in order. Exit codes: 2 wrong input, 1 cannot start, 0 stopped.
 */
const portsToTry = 50;
/** The second Ctrl-C must follow the first within this time. */
const askAgainMs = 10_000;

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (isFault(config)) return giveUp(config, 2);
  const home = Home.open(config.homeFolder);
  if (isFault(home)) return giveUp(home, 1);
  const server = createServer();
  // A page that reconnects while we start must be told at once, not left hanging.
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_, response) =>
    plain(response, 503, 'Farfield is starting.');
  server.on('request', (request, response) => void handle(request, response));
  let sockets = false;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    // The one upgrade that is ours is answered by socket.io itself; every other is destroyed.
    if (!sockets || !(request.url ?? '').startsWith('/socket.io/')) socket.destroy();
  });
  const port = await listen(server, config);
  if (isFault(port)) {
    home.close();
    return giveUp(port, 1);
  }
  const built = await buildServices({ config, home, server, port });
  if (isFault(built)) {
    server.close();
    home.close();
    return giveUp(built, 1);
  }
  const { services } = built;
  handle = (request, response) => answer(built, request, response);
  sockets = true;
  const origin = `http://127.0.0.1:${port}`;
  home.announce(origin);
  const link = services.mintLink();
  console.log(`Farfield is ready: ${link}`);
  if (config.open) openBrowser(link, home.folder);
  stopOnSignals(services, server, home);
}

async function answer(
  { services, api, pages }: Built,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = request.url ?? '/';
    // Answered by the socket server, which checks Host and Origin itself.
    if (url.startsWith('/socket.io/')) return;
    if (!isOwnHost(request.headers.host, services.doors))
      return plain(response, 421, 'This server is not called that. Open it as http://127.0.0.1 or http://localhost.');
    // Absolute-form and network-path targets are for proxies; nothing here is one.
    if (!url.startsWith('/') || url.startsWith('//')) return plain(response, 400, 'bad request target');
    if (url.startsWith('/api/v1/')) await api.handle(request, response);
    else await pages.handle(request, response);
  } catch (error) {
    console.error('a request failed:', error);
    if (!response.headersSent) plain(response, 500, 'The server failed at this request; the cause is in its log.');
    else response.destroy();
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
    .end(text);
}

async function listen(server: Server, config: Config): Promise<number | Fault> {
  const last = config.port === 0 ? 0 : Math.min(config.port + portsToTry, 65_535);
  for (let port = config.port; port <= last; port++) {
    try {
      server.listen(port, config.host);
      await once(server, 'listening');
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      if (taken !== config.port && config.port !== 0) console.log(`Port ${config.port} is taken; using ${taken}.`);
      return taken;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EACCES')
        return {
          fault: 'request.invalid',
          message: `Port ${port} may not be used by this user.`,
          hint: 'Choose one above 1023: --port 4747',
        };
      if (code !== 'EADDRINUSE') throw error;
    }
  }
  return {
    fault: 'request.invalid',
    message: `The ports ${config.port} to ${last} are all taken.`,
    hint: 'Choose another one: --port 5757',
  };
}

/** Opens the link by way of a private page: arguments of a process can be read by everybody on the machine. */
function openBrowser(link: string, folder: string): void {
  const page = join(folder, `open-${randomBytes(8).toString('hex')}.html`);
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0;url=${link}"><title>Farfield</title>`, {
    mode: 0o600,
  });
  setTimeout(() => rmSync(page, { force: true }), 60_000).unref();
  const commands: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open', page],
    win32: ['cmd', '/c', 'start', '', page],
  };
  const [command = 'xdg-open', ...args] = commands[process.platform] ?? ['xdg-open', page];
  // No browser on this machine (a server, a container) is normal: the link is printed.
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

function stopOnSignals(services: Services, server: Server, home: Home): void {
  let asked = false;
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    const running = services.runningCells();
    if (signal === 'SIGINT' && running > 0 && !asked) {
      asked = true;
      setTimeout(() => (asked = false), askAgainMs).unref();
      console.log(
        `${running === 1 ? 'A cell is' : `${running} cells are`} still running. Press Ctrl-C again to stop ${running === 1 ? 'it' : 'them'} and end Farfield.`,
      );
      return;
    }
    stopping = true;
    // A closed terminal is no wish to end a run: kernels go on and are found again at the next start.
    const keepKernels = signal === 'SIGHUP';
    if (!keepKernels) console.log('Stopping: saving notebooks, ending local kernels …');
    server.close();
    server.closeAllConnections();
    await services.stop({ keepKernels });
    home.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, (received: NodeJS.Signals) => {
      stop(received).catch((error: unknown) => {
        console.error('stopping failed:', error);
        process.exit(1);
      });
    });
  }
}

function giveUp(why: Fault, exitCode: number): void {
  console.error(why.hint === undefined ? why.message : `${why.message}\n${why.hint}`);
  process.exitCode = exitCode;
}

// A rejection nobody awaited (a kernel that died, a socket that closed) must not take all notebooks down with it.
process.on('unhandledRejection', (reason) => console.error('unhandled rejection:', reason));

await main();
