import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverNodeFlags } from '#server/setup/flags.mjs';

const root = new URL('../', import.meta.url).pathname;

export type Place = { readonly workspace: string; readonly home: string };

/** A real server process on its own state folder; what it prints is kept for assertions. */
export class Farfield {
  readonly place: Place;
  readonly port: number;
  readonly process: ChildProcess;
  output = '';

  private constructor(place: Place, port: number, child: ChildProcess) {
    this.place = place;
    this.port = port;
    this.process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** `within`: a command that runs another one in its own process, such as `unshare -m`. */
  static async start(
    place: Place,
    options: {
      port?: number;
      env?: Readonly<Record<string, string>>;
      args?: readonly string[];
      within?: readonly string[];
    } = {},
  ): Promise<Farfield> {
    const port = options.port ?? (await freePort());
    const command = [
      ...(options.within ?? []),
      join(root, 'node_modules/.bin/node'),
      ...serverNodeFlags,
      'server/main.ts',
      place.workspace,
      '--port',
      String(port),
      '--home',
      place.home,
      '--no-open',
      ...(options.args ?? []),
    ];
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: root,
      // Terminals are tried with one shell, whichever the machine has for who runs the tests.
      env: { ...process.env, SHELL: '/bin/bash', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new Farfield(place, port, child);
    await server.#ready();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The link of the ready line; good once. */
  get link(): string {
    const link = /Farfield is ready: (\S+)/.exec(this.output)?.[1];
    if (link === undefined) throw new Error(`the server is not ready:\n${this.output}`);
    return link;
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  /** A clean end: also ends the embedded gateway and its kernels. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    await once(this.process, 'exit');
    clearTimeout(timer);
  }

  async #ready(): Promise<void> {
    for (let waited = 0; waited < 60_000; waited += 50) {
      if (this.output.includes('Farfield is ready: ')) return;
      if (this.process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not become ready:\n${this.output}`);
  }
}

export function newPlace(): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'farfield-e2e-')));
  return { workspace: mkdtempSync(join(folder, 'workspace-')), home: join(folder, 'home') };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
