import type { GatewayAuth } from './gateway-settings.ts';

/** Where a gateway is entered, and how: what kept secrets belong to. */
export type GatewayDoor = { readonly url: string; readonly auth: GatewayAuth };

/** An address as a person types it, the scheme left out or not; null when it is none. */
export function readTypedUrl(text: string): URL | null {
  const typed = text.trim();
  return URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`);
}

/** Whether secrets of one go to the same place in the other: another host or token endpoint is given its own. */
export function isSameDoor(kept: GatewayDoor, next: GatewayDoor): boolean {
  const origin = readTypedUrl(next.url)?.origin;
  if (origin === undefined || origin !== readTypedUrl(kept.url)?.origin || kept.auth.kind !== next.auth.kind)
    return false;
  return kept.auth.kind !== 'bearer' || next.auth.kind !== 'bearer' || kept.auth.tokenUrl === next.auth.tokenUrl;
}
