import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { kernelId, type KernelId } from '#lib/core/ids.ts';
import { isJsonObject } from '#lib/core/json.ts';
import type { GatewayKernel, KernelLaunch } from '../port.ts';
import { readKernel } from './models.ts';
import type { RestReply, RestRequest } from './rest.ts';

/** What a launch needs of its gateway. */
export type LaunchParts = {
  readonly ask: (request: RestRequest) => Promise<Fault | RestReply>;
  /** Why nothing at all is answered to us; null when we are let in. */
  readonly enter: () => Promise<Fault | null>;
  readonly find: (id: KernelId) => Promise<Fault | GatewayKernel | null>;
  readonly remove: (id: KernelId) => Promise<unknown>;
  /** The id that the kernel is to have, where the gateway takes one. */
  readonly ownId: KernelId | null;
  /** How long the gateway may take; the answer may come a little later. */
  readonly limitMs: number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

/** For the way there and back beside the launch itself. */
const padMs = 5_000;
const lookAgainMs = 1_000;

/**
 * Starts a kernel and leaves none behind. Whoever calls the start off has an answer at once; a kernel that comes of it
 * later is shut down. A start whose answer got lost is looked for under the id that we chose, where that is possible.
 */
export async function launchKernel(
  body: { readonly name: string; readonly path?: string },
  parts: LaunchParts,
  { signal, onReason }: KernelLaunch,
): Promise<Fault | GatewayKernel> {
  if (signal?.aborted === true) return calledOff(body.name);
  const called = Promise.withResolvers<'called off'>();
  const callOff = (): void => called.resolve('called off');
  signal?.addEventListener('abort', callOff, { once: true });
  onReason?.('the gateway starts the kernel');
  const answer = ask(body, parts);
  const first = await Promise.race([answer, called.promise]);
  if (first === 'called off') {
    void removeLate(answer, parts);
    return calledOff(body.name);
  }
  const kernel = isFault(first) && isSilence(first) ? await find(first, parts, { signal, onReason }) : first;
  signal?.removeEventListener('abort', callOff);
  return kernel;
}

async function ask(body: object, { ask: send, enter, ownId, limitMs }: LaunchParts): Promise<Fault | GatewayKernel> {
  // Values of KERNEL_ variables are the one thing that Enterprise Gateway takes from outside; seconds, in whole numbers.
  const env = { KERNEL_ID: ownId, KERNEL_LAUNCH_TIMEOUT: String(Math.round(limitMs / 1000)) };
  const request = {
    method: 'POST',
    path: 'api/kernels',
    body: ownId === null ? body : { ...body, env },
    timeoutMs: limitMs + padMs,
    passes403: true,
  } as const;
  let reply = await send(request);
  if (!isFault(reply) && reply.status === 403) {
    // A gateway may forbid this kernel, this user or one kernel more: no refusal when we are let in otherwise.
    const refused = await enter();
    if (refused !== null) return refused;
    // By now with credentials that were renewed, maybe.
    reply = await send(request);
  }
  if (isFault(reply)) return reply;
  const kernel = readKernel(reply.json);
  if (reply.status < 300 && kernel !== undefined) return kernel;
  return fault(
    'kernel.start',
    `The gateway did not start “${'name' in body ? String(body.name) : ''}”: ${reasonOf(reply)}.`,
    'Choose another kernel, or look at the log of the gateway.',
  );
}

/** The answer was lost on the way, not the launch: it may still be under way there. */
async function find(
  silence: Fault,
  parts: LaunchParts,
  { signal, onReason }: KernelLaunch,
): Promise<Fault | GatewayKernel> {
  if (parts.ownId === null) return silence;
  onReason?.('the answer of the gateway was lost; looking whether the kernel has started');
  const until = parts.now() + parts.limitMs;
  while (signal?.aborted !== true && parts.now() < until) {
    const found = await parts.find(parts.ownId);
    if (found !== null && !isFault(found)) return found;
    // It answers, and does not have it: nothing was begun, or it failed.
    if (found === null) break;
    await parts.wait(lookAgainMs);
  }
  await parts.remove(parts.ownId);
  return signal?.aborted === true ? calledOff('it') : silence;
}

async function removeLate(answer: Promise<Fault | GatewayKernel>, parts: LaunchParts): Promise<void> {
  const late = await answer;
  const id = isFault(late) ? parts.ownId : late.id;
  if (id !== null) await parts.remove(kernelId(id));
}

const isSilence = (why: Fault): boolean => why.fault === 'gateway.timeout' || why.fault === 'gateway.unreachable';

function calledOff(name: string): Fault {
  return fault('kernel.startCancelled', `The start of “${name}” was called off.`);
}

export function reasonOf(reply: RestReply): string {
  const { json } = reply;
  // Enterprise Gateway and Kernel Gateway have both, one of them empty.
  const said = isJsonObject(json) ? [json['message'], json['reason']] : [];
  return said.find((text): text is string => typeof text === 'string' && text !== '') ?? `status ${reply.status}`;
}
