import { withRecentLine } from './cluster-lines.ts';

const key = 'farfield-recent-clusters';

/** The last lines of clusters that were taken in this browser. Damaged or forbidden storage reads as none. */
export function getRecentLines(): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberLine(taken: string): void {
  try {
    localStorage.setItem(key, JSON.stringify(withRecentLine(getRecentLines(), taken)));
  } catch {
    // The list of recent ones is a convenience: without storage there is none.
  }
}
