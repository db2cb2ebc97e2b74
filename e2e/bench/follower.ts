import { io } from 'socket.io-client';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { z } from 'zod';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import { cellText } from '#lib/core/notebook/notebook-doc.ts';
import { downMessages } from '#lib/protocol/down.ts';
import { type UpMessages, upMessages } from '#lib/protocol/up.ts';
import { protocolVersion } from '#lib/protocol/version.ts';

/** A client of the server's socket without a page: what it adds to a run is the server's alone. */
export type Follower = {
  readonly open: (path: string) => Promise<void>;
  /** ms from asking to hearing that the run has finished. */
  readonly run: (cellId: string) => Promise<number>;
  /** The text that a cell of the open notebook printed, as the server hands it out: all of it, in pieces. */
  readonly printed: (cellId: string) => AsyncIterable<Uint8Array>;
  /** Types a letter at the end of a cell and shows the caret there, as a page does; resolves when it is durable. */
  readonly type: (cellId: string, letter: string) => Promise<void>;
  /** What is said from now on of how far engines are: tasks that are done, and when that arrived, in ms since 1970. Grows. */
  readonly progress: () => readonly { readonly done: number; readonly at: number }[];
  readonly stop: () => void;
};

type Answer<Name extends keyof UpMessages> = Exclude<z.output<UpMessages[Name]['reply']>, Fault>;

export async function connectFollower(origin: string, cookie: string): Promise<Follower> {
  const socket = io(origin, {
    transports: ['websocket'],
    forceNew: true,
    auth: { protocol: protocolVersion },
    extraHeaders: { Cookie: cookie, Origin: origin },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  let opened: Extract<Answer<'document.open'>, { kind: 'notebook' }> | null = null;
  const awareness = new Awareness(new Y.Doc());
  let wanted: string | null = null;
  const finished = new Set<string>();
  let tell = () => {};
  let reports: { done: number; at: number }[] | null = null;
  socket.on('results.arrived', (payload: unknown) => {
    for (const event of downMessages['results.arrived'].payload.parse(payload).events) {
      if (event.type === 'ProgressArrived') reports?.push({ done: event.progress.tasks.done, at: Date.now() });
      if (event.type !== 'RunFinished') continue;
      finished.add(event.runId);
      if (event.runId === wanted) tell();
    }
  });
  const ask = async <Name extends keyof UpMessages>(name: Name, request: object): Promise<Answer<Name>> => {
    const reply: unknown = upMessages[name].reply.parse(await socket.timeout(60_000).emitWithAck(name, request));
    if (isFault(reply)) throw new Error(`${name}: ${reply.message}`);
    return reply as Answer<Name>;
  };
  return {
    open: async (path) => {
      const reply = await ask('document.open', { path });
      if (reply.kind !== 'notebook') throw new Error(`${path} was not opened as a notebook`);
      opened = reply;
      await ask('results.follow', { notebookId: reply.notebookId });
    },
    run: async (cellId) => {
      if (opened === null) throw new Error('nothing is open');
      wanted = null;
      const startedAt = performance.now();
      const arrived = new Promise<void>((resolve) => (tell = resolve));
      const { notebookId, stateVector } = opened;
      const reply = await ask('run.request', { notebookId, stateVector, cellIds: [cellId as CellId] });
      wanted = reply.runIds[0] ?? null;
      if (wanted === null || !finished.has(wanted)) await arrived;
      return performance.now() - startedAt;
    },
    progress: () => (reports = []),
    async *printed(cellId) {
      if (opened === null) throw new Error('nothing is open');
      const query = new URLSearchParams({ notebookId: opened.notebookId, cellId, output: '0' });
      const address = `${origin}/api/v1/outputs/text/download?${query.toString()}`;
      const answer = await fetch(address, { headers: { Cookie: cookie } });
      if (answer.status === 404) return;
      if (!answer.ok || answer.body === null)
        throw new Error(`${cellId}: its text was not handed out: ${answer.status}`);
      yield* answer.body;
    },
    type: async (cellId, letter) => {
      if (opened === null) throw new Error('nothing is open');
      const { notebookId, epoch } = opened;
      const { doc } = awareness;
      if (doc.store.clients.size === 0) Y.applyUpdate(doc, opened.update);
      const before = Y.encodeStateVector(doc);
      const text = cellText(doc, cellId as CellId);
      if (text === undefined) throw new Error(`there is no cell ${cellId}`);
      text.insert(text.length, letter);
      const update = Uint8Array.from(Y.encodeStateAsUpdate(doc, before));
      awareness.setLocalState({ cell: cellId, at: text.length });
      const caret = Uint8Array.from(encodeAwarenessUpdate(awareness, [doc.clientID]));
      socket.emit('document.awareness', { notebookId, update: caret }, () => {});
      await ask('document.update', { notebookId, epoch, update });
    },
    stop: () => {
      awareness.destroy();
      socket.disconnect();
    },
  };
}
