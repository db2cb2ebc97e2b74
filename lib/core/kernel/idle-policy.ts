/** When a kernel that nobody uses is shut down. Pure: all times are ms since 1970 and come from outside. */

/** What has to be known of one session of a kernel. */
export type IdleFacts = {
  readonly status: string;
  /** Runs that run, wait, or ask something; other front ends that are connected. */
  readonly working: boolean;
  /** When somebody last ran something in it, or said that it is to be kept. */
  readonly usedAt: number;
};

/** For so long before the end it is announced. */
export const noticeMs = 5 * 60_000;

/** When the kernel is shut down, seen from all sessions that use it; null: never, as things are. */
export function idleEnd(sessions: readonly IdleFacts[], minutes: number | null): number | null {
  if (minutes === null || sessions.length === 0) return null;
  // One whose state is not known, or that somebody else keeps busy, is not idle.
  if (sessions.some(({ status, working }) => working || status !== 'idle')) return null;
  return Math.max(...sessions.map(({ usedAt }) => usedAt)) + minutes * 60_000;
}

/** What is to be done at `now` about the end of a kernel; `told`: the end that people see coming, if any. */
export type IdleStep =
  | { readonly do: 'nothing' | 'withdraw' | 'end' }
  | { readonly do: 'announce'; readonly end: number };

/** An end is announced first, whatever time has passed unseen (a restart, a policy that was just set). */
export function idleStep(end: number | null, now: number, told: number | null, minutes: number): IdleStep {
  if (end === null) return { do: told === null ? 'nothing' : 'withdraw' };
  if (told !== null) return { do: now >= told ? 'end' : 'nothing' };
  if (now < end - noticeMs) return { do: 'nothing' };
  return { do: 'announce', end: Math.max(end, now + Math.min(noticeMs, minutes * 60_000)) };
}

/** `4:07` until the end. */
export function countdown(end: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((end - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `15 min`, `4 h`, `2 days`. */
export function sayMinutes(minutes: number): string {
  if (minutes % 1_440 === 0) return minutes === 1_440 ? '1 day' : `${minutes / 1_440} days`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
