import { expect, it } from 'vitest';
import { notebookId, principalId, workspaceId } from '#lib/core/ids.ts';
import type { Services } from '#server/service-set.ts';
import { socketHandlers } from './handlers.ts';
import type { Client } from './socket-server.ts';

it('leaves a room that opened after its socket had gone', async () => {
  const members = new Set<string>();
  const room = {
    notebookId: notebookId('n'),
    epoch: 'e',
    join: (id: string) => members.add(id),
    leave: (id: string) => members.delete(id),
    diffFor: () => new Uint8Array(),
    stateVector: () => new Uint8Array(),
    state: () => ({}),
  };
  const callbacks: (() => void)[] = [];
  let gone = false;
  const client = {
    id: 'browser',
    principal: { kind: 'user', id: principalId('p'), name: 'p', role: 'owner', workspaceId: workspaceId('w') },
    send: () => undefined,
    onGone: (callback: () => void) => (gone ? callback() : callbacks.push(callback)),
  } as unknown as Client;
  const openDocument = async () => ({
    room,
    host: {
      help: { onPayload: () => () => undefined },
      kernels: { launch: { onChanged: () => () => undefined } },
    },
  });
  const handlers = socketHandlers({ openDocument } as unknown as Services);

  await handlers['document.open'](client, { path: 'a.ipynb' });
  expect([...members]).toEqual(['browser']);
  gone = true;
  for (const callback of callbacks) callback();
  expect(members.size).toBe(0);

  await handlers['document.open'](client, { path: 'a.ipynb' });
  expect(members.size).toBe(0);
});
