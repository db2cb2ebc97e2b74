import type { IncomingMessage } from 'node:http';
import { type AccessObject, type Action, decide, type Principal } from '#lib/core/access/decide.ts';
import { type Fault, fault } from '#lib/core/fault.ts';

/** Where this server may be addressed: the Host allow-list, and from it the Origins. */
export type Doors = { readonly port: number };

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** A Host header of this server (guards against DNS rebinding). Exact: no suffix, no trailing dot, the right port. */
export function isOwnHost(host: string | undefined, doors: Doors): boolean {
  return (
    host !== undefined &&
    loopbackNames.some((name) => host === `${name}:${doors.port}` || (doors.port === 80 && host === name))
  );
}

/** The Origin that a page of this server has when it was reached by this Host. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined, doors: Doors): boolean {
  return isOwnHost(host, doors) && origin === `http://${host}`;
}

/**
 * Whether an unsafe request may come from where it says: the exact Origin, or a program that sends neither Origin nor
 * fetch metadata. A browser always sends one of them.
 */
export function checkUnsafe(request: IncomingMessage, doors: Doors): Fault | null {
  const { origin, host } = request.headers;
  if (origin !== undefined) {
    return isOwnOrigin(origin, host, doors)
      ? null
      : fault('access.origin', 'The request comes from a page of another origin.');
  }
  if (request.headers['sec-fetch-site'] !== undefined) return fault('access.origin', 'The request names no origin.');
  return null;
}

/** Asks `decide()` and turns a refusal into the fault the edge answers. */
export function authorise(principal: Principal, action: Action, object: AccessObject): Fault | null {
  const decision = decide(principal, action, object);
  if (decision.allow) return null;
  return decision.rule === 'anonymous'
    ? fault('access.signedOut', 'You are not signed in.', 'Run: npm run login – and open the link it prints.')
    : fault('access.denied', `You may not do this (${action}).`);
}

export function cookieName(doors: Doors): string {
  // Cookies ignore ports: two servers on one machine must not overwrite each other's session.
  return `farfield-${doors.port}`;
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
