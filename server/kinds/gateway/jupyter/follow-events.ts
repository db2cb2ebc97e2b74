import type { GatewayEffects, GatewayEndpoint } from '../port.ts';

const longestLine = 65_536;

/** The `data:` lines of a stream of server-sent events, until it ends or is called off. */
export async function* followEvents(
  endpoint: GatewayEndpoint,
  path: string,
  signal: AbortSignal,
  effects: GatewayEffects,
): AsyncIterable<string> {
  const answer = await effects.fetch(new URL(path, endpoint.baseUrl), {
    headers: { Accept: 'text/event-stream', ...endpoint.headers },
    redirect: 'manual',
    signal,
    ...(endpoint.tls === undefined ? {} : { tls: endpoint.tls }),
  });
  if (answer.status !== 200 || answer.body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of answer.body) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trim();
    if (rest.length > longestLine) return;
  }
}
