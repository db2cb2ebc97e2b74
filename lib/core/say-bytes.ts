const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.4 MB`: three digits at most, in steps of a thousand. */
export function sayBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
