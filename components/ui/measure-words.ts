/** Numbers, times and distances in words. Pure, so that they can be tested. */

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** `1 line`, `3 lines`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `12:04:07`, with the day before it when it was not today. */
export function clock(at: number, now: number): string {
  const time = clockFormat.format(at);
  return new Date(at).toDateString() === new Date(now).toDateString() ? time : `${dayFormat.format(at)}, ${time}`;
}

/** A span as a gutter shows it: `340 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3_600)} h ${String(Math.floor((whole % 3_600) / 60)).padStart(2, '0')} min`;
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
