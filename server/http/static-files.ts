import { createReadStream, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { acceptedEncoding, type Encoding } from './accepted-encoding.ts';

/** One way in which a file can be sent. */
type Variant = { readonly file: string; readonly bytes: number; readonly etag: string };

type Entry = {
  readonly type: string;
  readonly plain: Variant;
  /** Made by `server/setup/compress-web.mjs`; a build without them is served as it is. */
  readonly encoded: Partial<Record<Encoding, Variant>>;
};

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

const variantEnding = /\.(br|gz)$/;

/**
 * The static files of the build under one address. The folder is listed once, when this is made: a request only ever
 * names an entry of that list, so there is no path to walk out of.
 */
export class StaticFiles {
  readonly #entries: ReadonlyMap<string, Entry>;

  /** @param base address of the folder, for instance `/_next/static/` */
  constructor(folder: string, base: string) {
    const names = listFiles(folder, '');
    const known = new Set(names);
    this.#entries = new Map(
      names
        .filter((name) => !(variantEnding.test(name) && known.has(name.replace(variantEnding, ''))))
        .map((name) => [base + name, readEntry(folder, name, known)]),
    );
  }

  /** Addresses of the files whose name matches. */
  find(name: RegExp): readonly string[] {
    return [...this.#entries.keys()].filter((address) => name.test(address));
  }

  /** Answers the request when it is for one of the files; false when it is not. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const entry = this.#entries.get(addressOf(request.url ?? '/'));
    if (entry === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return true;
    }
    const encoding = acceptedEncoding(request, Object.keys(entry.encoded) as Encoding[]);
    const variant = (encoding === null ? undefined : entry.encoded[encoding]) ?? entry.plain;
    // A name with a hash of the content never means another content.
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.setHeader('ETag', variant.etag);
    if (Object.keys(entry.encoded).length > 0) response.setHeader('Vary', 'Accept-Encoding');
    if (matches(request.headers['if-none-match'], variant.etag)) {
      response.writeHead(304).end();
      return true;
    }
    response.setHeader('Content-Type', entry.type);
    response.setHeader('Content-Length', variant.bytes);
    if (variant !== entry.plain && encoding !== null) response.setHeader('Content-Encoding', encoding);
    if (request.method === 'HEAD') {
      response.writeHead(200).end();
      return true;
    }
    try {
      await pipeline(createReadStream(variant.file), response);
    } catch (error) {
      // Who asked has gone, or the build was replaced under a running server: the browser asks again.
      if (!response.headersSent) response.writeHead(404, { 'Cache-Control': 'no-store' }).end();
      else if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') response.destroy();
    }
    return true;
  }
}

function readEntry(folder: string, name: string, known: ReadonlySet<string>): Entry {
  const read = (ending: string): Variant => {
    const file = join(folder, `${name}${ending}`);
    const { size, mtimeMs } = statSync(file);
    return { file, bytes: size, etag: `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}${ending}"` };
  };
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    plain: read(''),
    encoded: {
      ...(known.has(`${name}.br`) ? { br: read('.br') } : {}),
      ...(known.has(`${name}.gz`) ? { gzip: read('.gz') } : {}),
    },
  };
}

/** The address as the list has it; an address that is not well formed is in no list. */
function addressOf(url: string): string {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '/');
  } catch {
    return '';
  }
}

/** `If-None-Match` by the weak comparison, as the protocol wants it. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

function listFiles(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(folder, name);
    return entry.isFile() ? [name] : [];
  });
}
