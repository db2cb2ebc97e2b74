import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

type TerminalHandlers = Pick<Handlers, 'listTerminals' | 'openTerminal' | 'closeTerminal'>;

export function terminalHandlers({ terminals }: Services): TerminalHandlers {
  return {
    listTerminals: async () => terminals.list(),
    openTerminal: async ({ body }) => terminals.open(body),
    closeTerminal: async ({ params }) => (await terminals.close(params)) ?? {},
  };
}
