import type { KernelStatus } from '#lib/core/session/event.ts';

/** How the state of a kernel reads in a sentence. */
export const statusWords: Readonly<Record<KernelStatus, string>> = {
  none: 'no kernel',
  starting: 'starting',
  idle: 'idle',
  busy: 'busy',
  restarting: 'restarting',
  reconnecting: 'reconnecting',
  dead: 'died',
};

/** What it means that others are connected to the same kernel. */
export function sharedWords(others: number): string {
  const who = others === 1 ? 'Another front end is attached' : `${others} other front ends are attached`;
  return `${who} to this kernel: what is said while this server is away cannot be replayed.`;
}
