import { fault, isFault } from '#lib/core/fault.ts';
import { type ResourceTarget, targetKey } from '#lib/core/resource/target.ts';
import type { UpName } from '#lib/protocol/up.ts';
import type { Services } from '#server/service-set.ts';
import type { Client, SocketHandlers } from './socket-server.ts';

type ResourceHandlers = Pick<SocketHandlers, Extract<UpName, `resource.${string}`>>;

/** Targets that one page follows: a notebook has two. */
const mostFollowed = 32;
const tooMany = fault(
  'resource.tooMany',
  `One page follows ${mostFollowed} kernels and clusters at most.`,
  'Close a resource panel or the page of a cluster.',
);

/** Connects browsers with samplers; owns nothing but who follows what. */
export function resourceHandlers({ resources }: Pick<Services, 'resources'>): ResourceHandlers {
  const ofClients = new Map<string, Map<string, () => void>>();

  const watch = (client: Client, target: ResourceTarget) => {
    const followed = ofClients.get(client.id) ?? new Map<string, () => void>();
    const key = targetKey(target);
    // A page that asks again has lost what it knew.
    followed.get(key)?.();
    followed.delete(key);
    if (followed.size >= mostFollowed) return tooMany;
    const answer = resources.watch(target, (heard) => client.sendVolatile('resource.sampled', { target, heard }));
    if (isFault(answer)) return answer;
    const { leave, ...known } = answer;
    followed.set(key, leave);
    if (ofClients.has(client.id)) return known;
    ofClients.set(client.id, followed);
    // Last: a socket that has gone meanwhile is told so at once.
    client.onGone(() => {
      ofClients.delete(client.id);
      for (const leave of followed.values()) leave();
    });
    return known;
  };

  return {
    'resource.watch': async (client, { target }) => {
      const known = watch(client, target);
      if (isFault(known)) return known;
      const { hour, latest } = known;
      return { hour: { ...hour, names: [...hour.names] }, latest };
    },
    'resource.leave': async (client, { target }) => {
      const key = targetKey(target);
      ofClients.get(client.id)?.get(key)?.();
      ofClients.get(client.id)?.delete(key);
      return {};
    },
  };
}
