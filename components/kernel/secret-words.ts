import type { GatewayAuth } from '#lib/protocol/gateway-settings.ts';

/** What a gateway needs that refuses what it was given: `“Research” needs …`. */
export function secretWords(auth: GatewayAuth): string {
  switch (auth.kind) {
    case 'none':
      return 'something to be entered with';
    case 'token':
      return 'a new token';
    case 'basic':
      return 'a new password';
    case 'bearer':
      return auth.tokenUrl === '' ? 'a new access token' : 'a new refresh token';
    case 'headers':
      return auth.names.length === 1 ? `a new ${auth.names[0]}` : 'new headers';
  }
}
