/** The one-time code in a fragment (`#code=…`), a whole link, or typed alone; null when there is none. */
export function readCode(text: string): string | null {
  const trimmed = text.trim();
  const named = /(?:^|[#&?])code=([^&\s]+)/.exec(trimmed)?.[1];
  if (named !== undefined) return named;
  return /^[\w-]{8,256}$/.test(trimmed) ? trimmed : null;
}
