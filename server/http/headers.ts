import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Doors } from './access.ts';

const permissions = ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'payment']
  .map((name) => `${name}=()`)
  .join(', ');

function setCommon(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

/**
 * Headers of a page: a nonce policy, which Next reads from the *request* header to stamp its own scripts. Styles need
 * 'unsafe-inline' because Monaco and KaTeX set them inline.
 */
export function setPageHeaders(request: IncomingMessage, response: ServerResponse, doors: Doors): void {
  const nonce = randomBytes(16).toString('base64');
  const host = request.headers.host ?? `127.0.0.1:${doors.port}`;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  request.headers['content-security-policy'] = policy;
  request.headers['x-nonce'] = nonce;
  setCommon(response);
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', permissions);
}

/** Headers of the static files of the build: our own code, that fetches nothing from elsewhere. */
export function setStaticHeaders(response: ServerResponse): void {
  setCommon(response);
  response.setHeader('Content-Security-Policy', "default-src 'self'; frame-ancestors 'none'");
}

/** Headers of API answers: nothing in them may ever act as a page. */
export function setApiHeaders(response: ServerResponse): void {
  setCommon(response);
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('Cache-Control', 'no-store');
}

/** Headers of an image that a kernel or a file brought: pixels and nothing else, the same for ever under its address. */
export function setImageHeaders(response: ServerResponse, mime: string, hash: string): void {
  setCommon(response);
  response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
  response.setHeader('Content-Type', mime);
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  response.setHeader('ETag', `"${hash}"`);
}

/** Headers of a user's file: always a download, never a page of ours. */
export function setDownloadHeaders(response: ServerResponse, name: string): void {
  setCommon(response);
  response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('Cache-Control', 'no-store');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encoded}`);
}
