import type { IncomingMessage } from 'node:http';

/** Content codings of this server, the better one first. */
export type Encoding = 'br' | 'gzip';

/** The best of `offered` that the request accepts (`Accept-Encoding`, with its weights); null for none. */
export function acceptedEncoding(
  request: Pick<IncomingMessage, 'headers'>,
  offered: readonly Encoding[] = ['br', 'gzip'],
): Encoding | null {
  const header = request.headers['accept-encoding'];
  if (header === undefined) return null;
  const weights = new Map<string, number>();
  for (const part of String(header).split(',')) {
    const [name = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
    weights.set(name.trim(), weight === undefined ? 1 : Number(weight));
  }
  const weightOf = (name: Encoding): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = offered.filter((name) => weightOf(name) > 0).toSorted((one, other) => weightOf(other) - weightOf(one));
  return best ?? null;
}
