import type { PrincipalId, RunId } from '#lib/core/ids.ts';
import { isJsonObject } from '#lib/core/json.ts';
import { progressSchema } from '#lib/core/session/progress.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { KernelMessage } from '#server/kinds/gateway/port.ts';

/** The comm that the agent speaks on. It is never opened: front ends pass over what comes on a comm they do not know. */
export const agentComm = 'farfield.agent';

/** What the agent in the kernel says of a run's engine; undefined for all else, and for what it may not say. */
export function readProgress(
  { type, content, channel }: Pick<KernelMessage, 'type' | 'content' | 'channel'>,
  stamp: { readonly at: number; readonly by: PrincipalId; readonly runId: RunId },
): SessionEvent | undefined {
  if (type !== 'comm_msg' || channel !== 'iopub' || !isJsonObject(content)) return undefined;
  if (content['comm_id'] !== agentComm) return undefined;
  const read = progressSchema.safeParse(content['data']);
  return read.success ? { type: 'ProgressArrived', ...stamp, progress: read.data } : undefined;
}
