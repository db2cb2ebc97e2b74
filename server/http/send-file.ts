import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Fault, fault } from '#lib/core/fault.ts';
import type { RasterMime } from '#lib/core/session/link-images.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { setDownloadHeaders, setImageHeaders } from './headers.ts';

/** Bytes that a handler answers with: in memory, or of a file that is read while it is sent. */
export type Download = { readonly name: string; readonly bytes: Uint8Array } | ImageDownload | FileDownload;

/** An image to look at, of a type on the closed list of those that are pixels and nothing else. */
type ImageDownload = { readonly mime: RasterMime; readonly hash: string; readonly bytes: Uint8Array };

export type FileDownload = {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Changes when the bytes may have: what `ETag` and `If-Range` compare. */
  readonly version: string;
  /** The stream owns the open file and closes it, also when it is destroyed halfway. */
  readonly read: (range: ByteRange) => Readable;
  /** Called instead of `read` when no byte is sent. */
  readonly close: () => Promise<void>;
};

/** Answers with the whole of it or with the range that was asked for. Memory holds a few chunks, whatever the size. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  download: Download,
): Promise<Fault | null> {
  if ('mime' in download) {
    setImageHeaders(response, download.mime, download.hash);
    response.end(download.bytes);
    return null;
  }
  if ('bytes' in download) {
    setDownloadHeaders(response, download.name);
    response.end(download.bytes);
    return null;
  }
  const { size, version } = download;
  const etag = `"${version}"`;
  const ifRange = request.headers['if-range'];
  const range = ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, size) : null;
  if (range === 'unsatisfiable') {
    await download.close();
    response.statusCode = 416;
    response.setHeader('Content-Range', `bytes */${size}`);
    return fault('request.invalid', `The file has ${size} bytes; the range lies behind its end.`);
  }
  setDownloadHeaders(response, download.name);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', etag);
  if (range !== null) {
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${range.from}-${range.to}/${size}`);
  }
  const { from, to } = range ?? { from: 0, to: size - 1 };
  response.setHeader('Content-Length', to - from + 1);
  if (to < from) {
    await download.close();
    response.end();
    return null;
  }
  try {
    await pipeline(download.read({ from, to }), response);
  } catch (error) {
    // The reader went away, or the file shrank under our hands: the connection ends short of its Content-Length.
    response.destroy();
    if (!isGone(error)) throw error;
  }
  return null;
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}
