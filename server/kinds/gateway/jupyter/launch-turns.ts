import { type Fault, fault } from '#lib/core/fault.ts';
import type { GatewayKernel, KernelLaunch } from '../port.ts';

/**
 * One launch after the other. Enterprise Gateway 3.3 keeps the environment of a launch in a place that two launches at
 * once write over: the second kernel would get what the first was given, its id included.
 */
export class LaunchTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** `start` tells what goes on after its answer: the turn ends with that. */
  take(
    start: (goesOn: (rest: Promise<void>) => void) => Promise<Fault | GatewayKernel>,
    { signal, onReason }: KernelLaunch,
  ): Promise<Fault | GatewayKernel> {
    const before = this.#last;
    let waiting = true;
    const rests: Promise<void>[] = [];
    const turn = before.then(() => {
      waiting = false;
      return signal?.aborted === true ? cancelled : start((rest) => void rests.push(rest));
    });
    this.#last = turn.catch(() => undefined).then(() => Promise.allSettled(rests));
    queueMicrotask(() => waiting && onReason?.('waiting for another launch on this gateway'));
    if (signal === undefined) return turn;
    const called = Promise.withResolvers<Fault>();
    signal.addEventListener('abort', () => waiting && called.resolve(cancelled), { once: true });
    return Promise.race([turn, called.promise]);
  }
}

const cancelled = fault('kernel.startCancelled', 'The start was called off while it waited for its turn.');
