import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import type { NotebookId, SessionId } from '#lib/core/ids.ts';
import type { DocumentRoom } from '#server/document/room.ts';
import { findHead, findTail } from '#server/notebook-head.ts';
import type { Services } from '#server/service-set.ts';
import type { SessionHost } from '#server/session/session-host.ts';
import type { QueueChange } from '#server/session/session-queues.ts';
import { NewestFirst } from './newest-first.ts';
import type { Client, SocketHandlers } from './socket-server.ts';

type Open = {
  readonly room: DocumentRoom;
  readonly host: SessionHost;
  readonly leave: () => void;
  following: (() => void) | null;
};

type QueueRequest = { readonly notebookId: NotebookId; readonly sessionId?: SessionId | undefined };

/** Connects what browsers ask with rooms and session hosts; owns nothing but who follows what. */
export function socketHandlers(services: Services): Omit<SocketHandlers, `terminal.${string}` | `resource.${string}`> {
  const newest = new NewestFirst();
  const opened = new Map<string, Map<NotebookId, Open>>();

  const followed = (client: Client, notebookId: NotebookId): Open | Fault =>
    opened.get(client.id)?.get(notebookId) ??
    fault('notebook.notOpen', 'This notebook is not open in this window.', 'Reload the page.');

  const close = (client: Client, notebookId: NotebookId): void => {
    const open = opened.get(client.id)?.get(notebookId);
    if (open === undefined) return;
    opened.get(client.id)?.delete(notebookId);
    open.following?.();
    open.leave();
  };

  const join = (client: Client, room: DocumentRoom, host: SessionHost): void => {
    const { notebookId, epoch } = room;
    const isFirst = !opened.has(client.id);
    if (isFirst) opened.set(client.id, new Map());
    close(client, notebookId);
    room.join(client.id, {
      updated: (update) => client.send('document.updated', { notebookId, epoch, update }),
      awarenessChanged: (update) => client.send('document.awarenessChanged', { notebookId, update }),
      stateChanged: (state) => client.send('document.state', { notebookId, state }),
    });
    const deaf = host.help.onPayload((run, payload) => {
      const { id: runId, cellId } = run;
      if (run.by === client.principal.id) client.send('run.payload', { notebookId, runId, cellId, payload });
    });
    const unseen = host.kernels.launch.onChanged((launch) =>
      client.send('kernel.launchChanged', { notebookId, launch }),
    );
    const leave = (): void => {
      deaf();
      unseen();
      room.leave(client.id);
    };
    opened.get(client.id)?.set(notebookId, { room, host, leave, following: null });
    // Last: the socket may have gone while the room was opened, and then everything is taken back at once.
    if (isFirst)
      client.onGone(() => {
        for (const id of opened.get(client.id)?.keys() ?? []) close(client, id);
        newest.forget(client.id);
        opened.delete(client.id);
      });
  };

  const changeQueue =
    <Request extends QueueRequest>(read: (request: Request) => QueueChange) =>
    async (client: Client, request: Request): Promise<Fault | Record<string, never>> => {
      const open = followed(client, request.notebookId);
      if (isFault(open)) return open;
      const changed = open.host.queues.change(request.sessionId, read(request), client.principal.id);
      return isFault(changed) ? changed : {};
    };

  return {
    'document.head': async (_client, { path }) => ({ head: await findHead(services, path) }),
    'document.tail': async (_client, { path }) => ({ tail: await findTail(services, path) }),
    'document.open': async (client, { path, epoch, stateVector }) => {
      const found = await services.openDocument(path);
      if (isFault(found) || !('room' in found)) return found;
      const { room, host } = found;
      join(client, room, host);
      const same = epoch === room.epoch;
      return {
        kind: 'notebook',
        notebookId: room.notebookId,
        epoch: room.epoch,
        update: room.diffFor(same ? stateVector : undefined),
        stateVector: room.stateVector(),
        state: room.state(),
        rebase: epoch !== undefined && !same,
      };
    },
    'document.update': async (client, { notebookId, epoch, update }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return (await open.room.applyUpdate(update, client.id, epoch)) ?? { durable: true };
    },
    'document.awareness': async (client, { notebookId, update }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return open.room.applyAwareness(update, client.id) ?? {};
    },
    'document.close': async (client, { notebookId }) => {
      close(client, notebookId);
      return {};
    },
    'document.save': async (client, { notebookId, recreate }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return (await open.room.save(recreate === undefined ? {} : { recreate })) ?? { state: open.room.state() };
    },
    'document.resolve': async (client, { notebookId, cellId, choice }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return (await open.room.resolve(cellId, choice)) ?? {};
    },
    'results.follow': async (client, { notebookId, cursor }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      open.following?.();
      const { reply, stop } = await open.host.feed.follow(
        cursor ?? null,
        ({ from, next, events }) => client.send('results.arrived', { notebookId, from, next, events: [...events] }),
        () => client.buffered(),
      );
      // The window may have closed the notebook, or asked twice, while the answer was prepared.
      open.following?.();
      open.following = stop;
      if (opened.get(client.id)?.get(notebookId) !== open) stop();
      return { ...reply, launch: open.host.kernels.launch.get() };
    },
    'results.read': async (client, { notebookId, cellIds }) => {
      const open = followed(client, notebookId);
      return isFault(open) ? open : open.host.feed.read(cellIds);
    },
    'results.clear': async (client, { notebookId, cellIds }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return open.host.clearOutputs(cellIds ?? null, client.principal.id) ?? {};
    },
    'run.request': async (client, { notebookId, ...request }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      const answer = await open.host.runs.request({ ...request, by: client.principal.id });
      return isFault(answer) ? answer : { runIds: [...answer.runIds], alreadyRunning: [...answer.alreadyRunning] };
    },
    'run.cancel': async (client, { notebookId, runIds }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return { cancelled: open.host.runs.cancelWaiting(runIds ?? null, client.principal.id) };
    },
    'input.answer': async (client, { notebookId, ...answer }) => {
      const open = followed(client, notebookId);
      return isFault(open) ? open : (open.host.inputs.answer({ ...answer, by: client.principal.id }) ?? {});
    },
    'queue.reorder': changeQueue(({ runIds }) => ({ order: runIds })),
    'queue.hold': changeQueue(() => ({ held: true })),
    'queue.release': changeQueue(() => ({ held: false })),
    'queue.stopOnError': changeQueue(({ stop }) => ({ stopOnError: stop })),
    'kernel.launchCancel': async (client, { notebookId }) => {
      const open = followed(client, notebookId);
      return isFault(open) ? open : ((await open.host.kernels.launch.cancel(client.principal.id)) ?? {});
    },
    'kernel.complete': async (client, { notebookId, code, cursor }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return newest.ask(client.id, 'complete', () => open.host.help.complete({ code, cursor }));
    },
    'kernel.inspect': async (client, { notebookId, code, cursor, detail }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return newest.ask(client.id, 'inspect', () => open.host.help.inspect({ code, cursor }, detail));
    },
    'kernel.history': async (client, { notebookId, count }) => {
      const open = followed(client, notebookId);
      if (isFault(open)) return open;
      return newest.ask(client.id, 'history', () => open.host.help.history(count));
    },
  };
}
