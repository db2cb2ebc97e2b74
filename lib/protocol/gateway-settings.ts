import { z } from 'zod';

/** How a gateway is entered and believed: what is no secret of it. Secrets go up only, by name, and never come down. */

/** The kinds of gateways that are reached by an address. */
export const farKindSchema = z.enum(['jupyter', 'enterprise-gateway', 'kernel-gateway', 'jupyterhub']);
export type FarKind = z.infer<typeof farKindSchema>;

const url = z.string().max(2048);
const short = z.string().max(256);

/** A name of a header as HTTP has it; those that make up the connection itself are refused by the reader. */
const headerName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/);

export const gatewayAuthSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  /** Secret: `token`. */
  z.object({ kind: z.literal('token') }),
  /** Secret: `password`. */
  z.object({ kind: z.literal('basic'), user: short }),
  /**
   * Secrets: `accessToken`, and for renewing it at `tokenUrl` (OAuth 2) `clientSecret` and `refreshToken`. With a refresh
   * token it is renewed by that, without one by the client's own credentials; with an empty `tokenUrl` by a person.
   */
  z.object({ kind: z.literal('bearer'), tokenUrl: url, clientId: short, scope: short }),
  /** Secrets: `header:` and the name in small letters. */
  z.object({ kind: z.literal('headers'), names: z.array(headerName).max(16) }),
]);
export type GatewayAuth = z.infer<typeof gatewayAuthSchema>;

export const gatewayTlsSchema = z.object({
  /** False: any certificate is taken, and the interface says so wherever the gateway is shown. */
  verify: z.boolean(),
  /** PEM certificates of authorities that are trusted besides the usual ones; '' for none. */
  ca: z.string().max(262_144),
});
export type GatewayTls = z.infer<typeof gatewayTlsSchema>;

export const usualTls: GatewayTls = { verify: true, ca: '' };

/** By name, see `gatewayAuthSchema`. One that is left out is kept as it is. */
export const gatewaySecretsSchema = z.record(z.string().max(80), z.string().max(16_384));
export type GatewaySecrets = z.infer<typeof gatewaySecretsSchema>;

/** Names of the secrets of a way to enter, in the order in which a person is asked for them. */
export function secretNames(auth: GatewayAuth): readonly string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'token':
      return ['token'];
    case 'basic':
      return ['password'];
    case 'bearer':
      return auth.tokenUrl === '' ? ['accessToken'] : ['refreshToken', 'clientSecret', 'accessToken'];
    case 'headers':
      return auth.names.map(headerSecret);
  }
}

export function headerSecret(name: string): string {
  return `header:${name.toLowerCase()}`;
}
