import { isFault } from '#lib/core/fault.ts';
import { lastLines } from '#server/cluster/last-lines.ts';
import type { Services } from '#server/service-set.ts';
import type { ByteRange } from '../byte-range.ts';
import type { Handlers } from '../router.ts';

type ClusterLogHandlers = Pick<
  Handlers,
  'listClusterLogs' | 'readClusterLog' | 'downloadClusterLog' | 'listClusterEvents'
>;

export function clusterLogHandlers({ clusters }: Pick<Services, 'clusters'>): ClusterLogHandlers {
  return {
    listClusterLogs: async ({ params }) => {
      const logs = clusters.logs(params.id);
      const found = isFault(logs) ? logs : await logs.list();
      return isFault(found) ? found : { logs: [...found] };
    },
    readClusterLog: async ({ params, query }) => {
      const logs = clusters.logs(params.id);
      const log = isFault(logs) ? logs : await logs.open(params.name);
      return isFault(log) ? log : lastLines(log, query);
    },
    downloadClusterLog: async ({ params }) => {
      const logs = clusters.logs(params.id);
      const log = isFault(logs) ? logs : await logs.open(params.name);
      if (isFault(log)) return log;
      return {
        name: `${params.name.replaceAll(/[^\w.-]+/g, '-')}.log`,
        size: log.size,
        version: log.version,
        read: ({ from, to }: ByteRange) => log.read(from, to),
        close: async () => undefined,
      };
    },
    listClusterEvents: async ({ params }) => {
      const logs = clusters.logs(params.id);
      const events = isFault(logs) ? logs : await logs.events();
      return isFault(events) ? events : { events };
    },
  };
}
