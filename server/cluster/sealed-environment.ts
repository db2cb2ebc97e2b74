import { type ClusterEnvironment, environmentSchema } from '#lib/core/cluster/template.ts';
import type { Seal } from '#server/auth/seal.ts';

/** Environment variables may hold secrets: at rest they are sealed as a whole, names and values. */
export function sealEnvironment(environment: ClusterEnvironment, seal: Seal, context: string): string {
  return seal.seal(JSON.stringify(environment), `${context}|environment`);
}

/** Null: it was sealed with another key file. */
export function openEnvironment(sealed: string, seal: Seal, context: string): ClusterEnvironment | null {
  const opened = seal.open(sealed, `${context}|environment`);
  return opened === null ? null : environmentSchema.parse(JSON.parse(opened));
}
