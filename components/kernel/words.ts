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

/** `near · 1 ms`, `far · 23 ms`; without a distance only the word. */
export function distanceWords(near: boolean, distanceMs: number | null): string {
  const word = near ? 'near' : 'far';
  return distanceMs === null ? word : `${word} · ${Math.max(1, Math.round(distanceMs))} ms`;
}

/** How long ago, in the largest whole unit. Both in ms since 1970. */
export function agoWords(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
