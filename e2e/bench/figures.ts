/** What can be said of samples. `p50` is the median. */
export type Stat = 'p50' | 'p95' | 'max';
export type Figures = Readonly<Partial<Record<Stat, number>>>;
export type Unit =
  | 'ms'
  | 'MB'
  | 'KB'
  | '%'
  | 'frames/s'
  | 'elements'
  | 'requests'
  | 'lines'
  | 'characters'
  | 'changes'
  | 'markers';

/** The value below which `share` (0…1) of the samples lie; nearest rank. NaN of nothing. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export function figuresOf(samples: readonly number[]): Figures {
  return { p50: percentile(samples, 0.5), p95: percentile(samples, 0.95), max: percentile(samples, 1) };
}

/** A number as people read it: three places at most, fewer for large ones. Infinity is what was not reached. */
export function format(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return 'not reached';
  if (value !== 0 && Math.abs(value) < 0.05) return value.toFixed(2);
  return Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
