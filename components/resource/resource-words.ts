import { sayBytes } from '#lib/core/say-bytes.ts';

/** What stands where a figure is not told. */
export const notTold = 'not told';

/** `1.4 of 8 cores`. */
export function coresWords(busy: number | null, of: number | null): string {
  if (busy === null) return notTold;
  const cores = busy < 9.95 ? busy.toFixed(1) : busy.toFixed(0);
  return of === null ? `${cores} cores` : `${cores} of ${of} cores`;
}

/** `340 MB of 2 GB`. */
export function memoryWords(used: number | null, of: number | null): string {
  if (used === null) return notTold;
  return of === null || of <= 0 ? sayBytes(used) : `${sayBytes(used)} of ${sayBytes(of)}`;
}

/** `↓ 1 MB/s ↑ 2 MB/s`; null: not told. */
export function ratesWords(rates: { readonly read: number; readonly write: number } | null): string {
  return rates === null ? notTold : `↓ ${sayBytes(rates.read)}/s ↑ ${sayBytes(rates.write)}/s`;
}

/** How old a figure is. Both in ms since 1970. */
export function ageWords(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s old`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min old` : `${Math.floor(minutes / 60)} h old`;
}
