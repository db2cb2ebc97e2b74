import { z } from 'zod';
import {
  type FarKind,
  farKindSchema,
  type GatewayAuth,
  gatewayAuthSchema,
  type GatewaySecrets,
  gatewaySecretsSchema,
  type GatewayTls,
  gatewayTlsSchema,
  usualTls,
} from '#lib/protocol/gateway-settings.ts';
import type { Seal } from '#server/auth/seal.ts';
import type { GatewayRow } from '#server/db/schema.ts';

/** A gateway as it is kept: what may be shown, and beside it what is sealed. */
export type GatewayConfig = {
  readonly label: string;
  readonly url: string;
  readonly kind: FarKind;
  readonly auth: GatewayAuth;
  readonly tls: GatewayTls;
};
export type StoredGateway = { readonly config: GatewayConfig; readonly secrets: GatewaySecrets };

const settingsSchema = z.object({ auth: gatewayAuthSchema, tls: gatewayTlsSchema });

/** `secrets` null: they were sealed with another key file. */
export function readRow(
  row: GatewayRow,
  seal: Seal,
): { readonly config: GatewayConfig; readonly secrets: GatewaySecrets | null } {
  const kind = farKindSchema.safeParse(row.kind).data ?? 'jupyter';
  const opened = row.sealed_secrets === null ? '' : seal.open(row.sealed_secrets, contextOf(row.id));
  const about = { label: row.label, url: row.url, kind };
  if (row.settings === null) {
    // Rows of the first schema: a bare token or nothing.
    const auth: GatewayAuth = { kind: row.sealed_secrets === null ? 'none' : 'token' };
    return {
      config: { ...about, auth, tls: usualTls },
      secrets: opened === null ? null : opened === '' ? {} : { token: opened },
    };
  }
  const settings = settingsSchema.parse(JSON.parse(row.settings));
  const secrets = opened === null ? null : opened === '' ? {} : gatewaySecretsSchema.parse(JSON.parse(opened));
  return { config: { ...about, ...settings }, secrets };
}

export function writeRow(
  { config, secrets }: StoredGateway,
  place: { readonly id: string; readonly workspaceId: string; readonly createdAt: number },
  seal: Seal,
): GatewayRow {
  const { label, url, kind, auth, tls } = config;
  return {
    id: place.id,
    workspace_id: place.workspaceId,
    kind,
    label,
    url,
    settings: JSON.stringify({ auth, tls }),
    sealed_secrets: Object.keys(secrets).length === 0 ? null : seal.seal(JSON.stringify(secrets), contextOf(place.id)),
    created_at: place.createdAt,
  };
}

function contextOf(id: string): string {
  return `gateway|${id}`;
}
