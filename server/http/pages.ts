import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import next from 'next';
import type { Principal } from '#lib/core/access/decide.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import { authorise, type Doors } from './access.ts';
import { compressAnswer } from './compress-answer.ts';
import { setPageHeaders, setStaticHeaders } from './headers.ts';
import { StaticFiles } from './static-files.ts';

type PageParts = {
  readonly doors: Doors;
  readonly workspaceId: WorkspaceId;
  readonly principalOf: (request: IncomingMessage) => Promise<Principal>;
};

/** Request headers by which a client could speak to Next's inner routing; never let through. */
const innerHeaders = [
  'x-middleware-subrequest',
  'x-middleware-rewrite',
  'x-middleware-next',
  'x-nonce',
  'x-invoke-path',
  'x-matched-path',
  'x-now-route-matches',
];

const projectFolder = fileURLToPath(new URL('../../', import.meta.url));
const staticBase = '/_next/static/';

/** The pages: Next behind our own sign-in, rights, headers and compression; the static files of the build without Next. */
export class Pages {
  readonly #app: ReturnType<typeof next>;
  readonly #parts: PageParts;
  #files: StaticFiles | null = null;
  /** `Link` header: the typefaces of every page. */
  #fonts = '';

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#app = next({
      dev: false,
      dir: projectFolder,
      // Next attaches an upgrade listener to whatever server it is given, or finds (CVE-2026-44578): this one never listens.
      httpServer: new Server(),
    });
  }

  async run(): Promise<void> {
    await this.#app.prepare();
    this.#files = new StaticFiles(join(projectFolder, '.next', 'static'), staticBase);
    this.#fonts = this.#files
      .find(/-latin-(?:wght|400)-normal\.[^/]*\.woff2$/)
      .map((address) => `<${address}>; rel=preload; as=font; type="font/woff2"; crossorigin`)
      .join(', ');
  }

  async stop(): Promise<void> {
    await this.#app.close();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    for (const name of innerHeaders) delete request.headers[name];
    if (path.startsWith(staticBase)) {
      setStaticHeaders(response);
      if ((await this.#files?.handle(request, response)) !== true) notFound(response);
      return;
    }
    if (path.startsWith('/_next/')) return notFound(response);
    setPageHeaders(request, response, this.#parts.doors);
    if (!isOpen(path)) {
      const principal = await this.#parts.principalOf(request);
      const refused = authorise(principal, 'page.view', { kind: 'workspace', workspaceId: this.#parts.workspaceId });
      if (refused !== null) {
        response.writeHead(303, { Location: '/login', 'Cache-Control': 'no-store' }).end();
        return;
      }
    }
    // The browser asks for the typefaces before it has read the styles that name them.
    if (this.#fonts !== '') response.setHeader('Link', this.#fonts);
    compressAnswer(request, response);
    await this.#app.getRequestHandler()(request, response);
  }
}

/** Pages without a principal: the sign-in page and the icon. */
function isOpen(path: string): boolean {
  return path === '/login' || path === '/icon.svg' || path === '/favicon.ico';
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
}
