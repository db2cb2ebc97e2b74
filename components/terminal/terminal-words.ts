import type { TerminalState } from '#lib/protocol/terminal-state.ts';
import type { FeedState } from './terminal-feed.ts';

export type ShownLine = TerminalState['line'] | 'offline';

/** How the terminal is, as far as this page can know. */
export function lineOf({ state, online }: FeedState): ShownLine {
  if (state?.line === 'ended') return 'ended';
  return online ? (state?.line ?? 'connecting') : 'offline';
}

export const lineWords: Readonly<Record<ShownLine, string>> = {
  connecting: 'connecting…',
  connected: 'connected',
  reconnecting: 'reconnecting…',
  ended: 'ended',
  offline: 'waiting for the Farfield server…',
};

/** What else there is to know: its size, and whose that is; who watches; whether all of it is there. */
export function detailWords({ size, leads, watching, cut }: TerminalState): string {
  return [
    `${size.cols} × ${size.rows}`,
    leads ? null : 'the size of another window, until you type',
    watching > 1 ? `${watching} windows` : null,
    cut ? 'the oldest lines are gone: 1 MB is kept' : null,
  ]
    .filter((words) => words !== null)
    .join(' · ');
}
