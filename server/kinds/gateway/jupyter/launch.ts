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
  /** Takes what of the launch goes on after the answer; never rejects. */
  readonly goesOn: (rest: Promise<void>) => void;
};

/** For the way there and back beside the launch itself. */
const padMs = 5_000;
const lookAgainMs = 1_000;
/** A gateway that took all its time to start a kernel may have it a moment later. */
const graceMs = 10_000;

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
  const launch = askAndFind(body, parts, onReason);
  const first = await Promise.race([launch, called.promise]);
  signal?.removeEventListener('abort', callOff);
  if (first !== 'called off') return first;
  parts.goesOn(removeLate(launch, parts));
  return calledOff(body.name);
}

async function askAndFind(
  body: object,
  parts: LaunchParts,
  onReason: KernelLaunch['onReason'],
): Promise<Fault | GatewayKernel> {
  const until = parts.now() + parts.limitMs + padMs;
  const answer = await ask(body, parts);
  if (!isFault(answer) || !isSilence(answer) || parts.ownId === null) return answer;
  onReason?.('the answer of the gateway was lost; looking whether the kernel has started');
  return find(answer, parts.ownId, until, parts);
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

/**
 * The answer was lost on the way, not the launch: it may still be under way there. Until the kernel is up the gateway says
 * that it does not have it, and could not end it either: only time tells that nothing comes.
 */
async function find(silence: Fault, id: KernelId, until: number, parts: LaunchParts): Promise<Fault | GatewayKernel> {
  const last = Math.max(until, parts.now() + graceMs);
  while (parts.now() < last) {
    const found = await parts.find(id);
    if (found !== null && !isFault(found)) return found;
    await parts.wait(lookAgainMs);
  }
  await parts.remove(id);
  return silence;
}

async function removeLate(launch: Promise<Fault | GatewayKernel>, parts: LaunchParts): Promise<void> {
  const late = await launch;
  // What was looked for in vain is removed already.
  if (isFault(late) && isSilence(late)) return;
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
