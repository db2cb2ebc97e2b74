import { z } from 'zod';
import { fault, type Fault } from '#lib/core/fault.ts';
import { kernelId } from '#lib/core/ids.ts';
import type { GatewayKernel, GatewaySpec } from '../port.ts';

/** The parts of Jupyter Server's REST answers that are read; unknown fields pass by. */
const kernelModel = z.object({
  id: z.string().min(1),
  name: z.string(),
  execution_state: z.string().optional(),
  connections: z.number().optional(),
  last_activity: z.string().optional(),
});

const specModel = z.object({
  name: z.string(),
  spec: z.object({ display_name: z.string().optional(), language: z.string().optional() }),
});

/** It is shown to people. */
export const versionText = z.string().max(200);
export const versionModel = z.object({ version: versionText });
export const statusModel = z.object({ started: z.string() });
const specsModel = z.object({ default: z.string().optional(), kernelspecs: z.record(z.string(), specModel) });

export function readKernel(json: unknown): GatewayKernel | undefined {
  const parsed = kernelModel.safeParse(json);
  if (!parsed.success) return undefined;
  const { id, name, execution_state, connections, last_activity } = parsed.data;
  const lastActivity = Date.parse(last_activity ?? '');
  return {
    id: kernelId(id),
    name,
    state: execution_state ?? 'unknown',
    connections: connections ?? 0,
    lastActivity: Number.isNaN(lastActivity) ? 0 : lastActivity,
  };
}

export function readKernels(json: unknown): readonly GatewayKernel[] | undefined {
  if (!Array.isArray(json)) return undefined;
  return json.map(readKernel).filter((kernel) => kernel !== undefined);
}

export function readSpecs(json: unknown): readonly GatewaySpec[] | undefined {
  const parsed = specsModel.safeParse(json);
  if (!parsed.success) return undefined;
  return Object.entries(parsed.data.kernelspecs).map(([name, { spec }]) => ({
    name,
    displayName: spec.display_name ?? name,
    language: spec.language ?? '',
    isDefault: name === parsed.data.default,
  }));
}

export function notJupyter(why: string): Fault {
  return fault('gateway.notJupyter', `The address answers, but not as a Jupyter Server: ${why}.`, 'Check the address.');
}
