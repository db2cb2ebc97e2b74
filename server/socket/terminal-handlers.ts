import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { type TerminalAddress, terminalPath } from '#lib/core/terminal/terminal-path.ts';
import type { UpName } from '#lib/protocol/up.ts';
import type { Services } from '#server/service-set.ts';
import type { TerminalHost } from '#server/terminal/terminal-host.ts';
import type { Client, SocketHandlers } from './socket-server.ts';

type TerminalHandlers = Pick<SocketHandlers, Extract<UpName, `terminal.${string}`>>;

/** Connects browsers with terminals; owns nothing but who follows which. */
export function terminalHandlers({ terminals }: Services): TerminalHandlers {
  const followed = new Map<string, Map<string, TerminalHost>>();

  const hostOf = (client: Client, address: TerminalAddress): Fault | TerminalHost =>
    followed.get(client.id)?.get(terminalPath(address)) ??
    fault('terminal.away', 'This terminal is not open in this window.', 'Reload the page.');

  const leave = (clientId: string, address: TerminalAddress): void => {
    const key = terminalPath(address);
    followed.get(clientId)?.get(key)?.leave(clientId);
    followed.get(clientId)?.delete(key);
  };

  return {
    'terminal.follow': async (client, { gatewayId, name, room }) => {
      const address = { gatewayId, name };
      const host = terminals.find(address);
      if (isFault(host)) return host;
      const isFirst = !followed.has(client.id);
      if (isFirst) followed.set(client.id, new Map());
      leave(client.id, address);
      const state = host.follow(
        {
          id: client.id,
          data: (text) => client.send('terminal.data', { ...address, ...text }),
          state: (now) => client.send('terminal.state', { ...address, state: now }),
          buffered: () => client.buffered(),
        },
        room,
      );
      followed.get(client.id)?.set(terminalPath(address), host);
      // Last: a socket that has gone meanwhile is told so at once.
      if (isFirst)
        client.onGone(() => {
          for (const one of followed.get(client.id)?.values() ?? []) one.leave(client.id);
          followed.delete(client.id);
        });
      return state;
    },
    'terminal.leave': async (client, address) => {
      leave(client.id, address);
      return {};
    },
    'terminal.input': async (client, { text, ...address }) => {
      const host = hostOf(client, address);
      return isFault(host) ? host : (host.type(client.id, text) ?? {});
    },
    'terminal.resize': async (client, { room, ...address }) => {
      const host = hostOf(client, address);
      if (isFault(host)) return host;
      host.resize(client.id, room);
      return {};
    },
    'terminal.taken': async (client, { upTo, ...address }) => {
      const host = hostOf(client, address);
      if (isFault(host)) return host;
      host.taken(client.id, upTo);
      return {};
    },
  };
}
