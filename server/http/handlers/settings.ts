import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

export function settingsHandlers({ settings }: Services): Pick<Handlers, 'readSettings' | 'changeSettings'> {
  return {
    readSettings: async () => settings.get(),
    changeSettings: async ({ body: { history, idle } }) =>
      settings.change({ ...(history === undefined ? {} : { history }), ...(idle === undefined ? {} : { idle }) }),
  };
}
