import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';
import { acceptedEncoding, type Encoding } from './accepted-encoding.ts';

/** A whole answer below this is sent as it is. Bytes. */
const smallest = 1024;

/** Text that a page is made of; `text/x-component` is Next's own form of one. */
const compressible = /^(text\/|application\/(json|javascript|manifest\+json)|image\/svg\+xml)/;

/**
 * Makes `response` compress what is written to it, piece by piece as it comes: a page that streams goes on streaming.
 * To be called before anything is written. Answers that are small, encoded already or no text pass untouched.
 */
export function compressAnswer(request: IncomingMessage, response: ServerResponse): void {
  const encoding = acceptedEncoding(request);
  if (encoding === null || request.method === 'HEAD') return;
  const sent = {
    write: response.write.bind(response),
    end: response.end.bind(response),
    flushHeaders: response.flushHeaders.bind(response),
  };
  let through: BrotliCompress | Gzip | null | undefined;

  /** Decides at the first byte, when the headers are known; undefined before that, null when it passes untouched. */
  const begin = (wholeBytes: number | null): BrotliCompress | Gzip | null => {
    if (!shouldCompress(response, wholeBytes)) return null;
    response.removeHeader('Content-Length');
    response.setHeader('Content-Encoding', encoding);
    response.appendHeader('Vary', 'Accept-Encoding');
    const stream = newStream(encoding);
    stream.on('data', (chunk: Buffer) => {
      if (!sent.write(chunk)) {
        stream.pause();
        response.once('drain', () => stream.resume());
      }
    });
    stream.on('end', () => sent.end());
    stream.on('error', (error) => response.destroy(error));
    response.once('close', () => stream.destroy());
    return stream;
  };

  response.flushHeaders = () => {
    through ??= begin(null);
    sent.flushHeaders();
  };

  response.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    through ??= begin(null);
    if (through === null) return (sent.write as (...all: unknown[]) => boolean)(chunk, ...rest);
    const [encodingOrDone, done] = rest;
    through.write(bytesOf(chunk, encodingOrDone), callbackOf(encodingOrDone, done));
    // What is there goes out at once: the browser can paint it while the rest is being made.
    through.flush();
    return through.writableNeedDrain ? (through.once('drain', () => response.emit('drain')), false) : true;
  }) as typeof response.write;

  response.end = ((...all: unknown[]) => {
    const [chunk, encodingOrDone, done] = typeof all[0] === 'function' ? [undefined, all[0]] : all;
    const bytes = chunk === undefined || chunk === null ? null : bytesOf(chunk as string | Uint8Array, encodingOrDone);
    through ??= begin(bytes?.length ?? 0);
    if (through === null) return (sent.end as (...rest: unknown[]) => ServerResponse)(...all);
    const finished = callbackOf(encodingOrDone, done);
    if (finished !== undefined) response.once('finish', finished);
    if (bytes === null) through.end();
    else through.end(bytes);
    return response;
  }) as typeof response.end;
}

function shouldCompress(response: ServerResponse, wholeBytes: number | null): boolean {
  if (response.headersSent || [204, 205, 304].includes(response.statusCode)) return false;
  if (wholeBytes !== null && wholeBytes < smallest) return false;
  if (response.hasHeader('Content-Encoding') || response.hasHeader('Content-Range')) return false;
  return compressible.test(String(response.getHeader('Content-Type') ?? ''));
}

function newStream(encoding: Encoding): BrotliCompress | Gzip {
  // 4 costs about what gzip does, and the page waits for it.
  return encoding === 'br'
    ? createBrotliCompress({
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 4,
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          // A window of 256 kB: each open stream keeps a few of them in memory.
          [constants.BROTLI_PARAM_LGWIN]: 18,
        },
      })
    : createGzip({ level: 5 });
}

function bytesOf(chunk: string | Uint8Array, encoding: unknown): Uint8Array {
  return typeof chunk === 'string'
    ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
    : chunk;
}

function callbackOf(...candidates: readonly unknown[]): (() => void) | undefined {
  return candidates.find((one) => typeof one === 'function') as (() => void) | undefined;
}
