import { isFault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

type RunHandlers = Pick<Handlers, 'requestRuns' | 'listRuns' | 'cancelRun'>;

export function runHandlers(services: Services): RunHandlers {
  return {
    requestRuns: async ({ body, principal }) => {
      const opened = await services.openNotebook(body.path);
      if (isFault(opened)) return opened;
      const { room, host } = opened;
      const cellIds = body.cellIds ?? room.cellIds().filter((id) => room.cellType(id) === 'code');
      const answer = await host.runs.request({
        cellIds,
        sessionId: body.sessionId,
        stateVector: null,
        requestId: body.requestId,
        again: body.again,
        by: services.authorOf(principal),
      });
      if (isFault(answer)) return answer;
      const asked = new Set(answer.runIds);
      return {
        runs: host.runViews().filter((run) => asked.has(run.id)),
        alreadyRunning: [...answer.alreadyRunning],
      };
    },
    listRuns: async ({ query }) => {
      const opened = await services.openNotebook(query.path);
      return isFault(opened) ? opened : { runs: [...opened.host.runViews()] };
    },
    cancelRun: async ({ params, query, principal }) => {
      const opened = await services.openNotebook(query.path);
      if (isFault(opened)) return opened;
      return (await opened.host.runs.cancel(params.id, services.authorOf(principal))) ?? {};
    },
  };
}
