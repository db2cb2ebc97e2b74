import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * The local door for `npm run login`: a unix socket of mode 0600 in the state folder. Who may open it is this user
 * already, so it hands out a one-time sign-in link. One JSON line in, one JSON line out.
 */
export class ControlSocket {
  readonly #path: string;
  readonly #mintLink: () => string;
  #server: Server | undefined;

  constructor(path: string, mintLink: () => string) {
    this.#path = path;
    this.#mintLink = mintLink;
  }

  async run(): Promise<void> {
    rmSync(this.#path, { force: true });
    const server = createServer((connection) => {
      connection.on('error', () => connection.destroy());
      connection.setTimeout(5_000, () => connection.destroy());
      createInterface({ input: connection }).on('line', (line) => {
        const known = line.trim() === '{"ask":"code"}';
        connection.end(`${JSON.stringify(known ? { url: this.#mintLink() } : { error: 'unknown question' })}\n`);
      });
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#path, resolve);
    });
    chmodSync(this.#path, 0o600);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(this.#path, { force: true });
  }
}
