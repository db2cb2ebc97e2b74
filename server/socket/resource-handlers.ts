import { type ResourceTarget, targetKey } from '#lib/core/resource/target.ts';
import type { UpName } from '#lib/protocol/up.ts';
import type { Services } from '#server/service-set.ts';
import type { SocketHandlers } from './socket-server.ts';

type ResourceHandlers = Pick<SocketHandlers, Extract<UpName, `resource.${string}`>>;

/** Connects browsers with samplers; owns nothing but who follows what. */
export function resourceHandlers({ resources }: Pick<Services, 'resources'>): ResourceHandlers {
  const followed = new Map<string, Map<string, () => void>>();

  const leave = (clientId: string, target: ResourceTarget): void => {
    const key = targetKey(target);
    followed.get(clientId)?.get(key)?.();
    followed.get(clientId)?.delete(key);
  };

  return {
    'resource.watch': async (client, { target }) => {
      const isFirst = !followed.has(client.id);
      if (isFirst) followed.set(client.id, new Map());
      leave(client.id, target);
      const watched = resources.watch(target, (heard) => client.sendVolatile('resource.sampled', { target, heard }));
      followed.get(client.id)?.set(targetKey(target), watched.leave);
      // Last: a socket that has gone meanwhile is told so at once.
      if (isFirst)
        client.onGone(() => {
          for (const end of followed.get(client.id)?.values() ?? []) end();
          followed.delete(client.id);
        });
      const { names, times, values } = watched.hour;
      return { hour: { names: [...names], times, values }, latest: watched.latest };
    },
    'resource.leave': async (client, { target }) => {
      leave(client.id, target);
      return {};
    },
  };
}
