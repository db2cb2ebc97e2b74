import type { Connection, ConnectionStatus, DownPayload, UpReply, UpRequest } from '#lib/client/connection-port.ts';
import { fault, isFault } from '#lib/core/fault.ts';
import type { DownName } from '#lib/protocol/down.ts';
import { upMessages, type UpName } from '#lib/protocol/up.ts';
import { DocumentRoom } from '#server/document/room.ts';
import type { Rooms } from '#server/document/rooms.ts';

export type RoomsDoor = Pick<Rooms, 'open' | 'get'>;

/**
 * A browser's line to the rooms without a socket. It can be cut and joined again, and can lose an answer after the
 * server acted on the question. Everything passes the wire's schemas; messages arrive later, in order.
 */
export class MemoryLine implements Connection {
  readonly #name: string;
  readonly #door: () => RoomsDoor;
  readonly #handlers = new Map<string, Set<(payload: never) => void>>();
  readonly #statusListeners = new Set<() => void>();
  #status: ConnectionStatus = 'connected';
  /** Counts connections: what belongs to an earlier one is not delivered. */
  #session = 0;
  #joined: DocumentRoom[] = [];
  #loseNext = false;

  constructor(name: string, door: () => RoomsDoor) {
    this.#name = name;
    this.#door = door;
  }

  async request<Name extends UpName>(name: Name, payload: UpRequest<Name>): Promise<UpReply<Name>> {
    const session = this.#session;
    if (this.#status !== 'connected') return offline() as UpReply<Name>;
    const request: unknown = upMessages[name].request.parse(structuredClone(payload));
    await turn();
    if (session !== this.#session) return offline() as UpReply<Name>;
    const answer = await this.#answer(name, request);
    await turn();
    if (this.#loseNext && name === 'document.update') {
      this.#loseNext = false;
      this.cut();
      this.join();
    }
    if (session !== this.#session) return offline() as UpReply<Name>;
    return upMessages[name].reply.parse(structuredClone(answer)) as UpReply<Name>;
  }

  on<Name extends DownName>(name: Name, handler: (payload: DownPayload<Name>) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler as (payload: never) => void);
    return () => void handlers.delete(handler as (payload: never) => void);
  }

  status(): ConnectionStatus {
    return this.#status;
  }

  onStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }

  cut(): void {
    if (this.#status === 'offline') return;
    for (const room of this.#joined) room.leave(`${this.#name}-${this.#session}`);
    this.#joined = [];
    this.#session += 1;
    this.#become('offline');
  }

  join(): void {
    if (this.#status !== 'connected') this.#become('connected');
  }

  /** The next edit reaches the server; its acknowledgement does not come back, and the line is a new one. */
  loseNextAnswer(): void {
    this.#loseNext = true;
  }

  async #answer(name: UpName, request: unknown): Promise<unknown> {
    const session = this.#session;
    const member = `${this.#name}-${session}`;
    if (name === 'document.open') {
      const { path, epoch, stateVector } = request as { path: string; epoch?: string; stateVector?: Uint8Array };
      const room = await this.#door().open(path);
      if (!(room instanceof DocumentRoom) || session !== this.#session)
        return room instanceof DocumentRoom ? offline() : room;
      const { notebookId } = room;
      const send = (down: DownName, payload: unknown) => {
        void turn().then(() => {
          if (session !== this.#session) return;
          for (const handler of this.#handlers.get(down) ?? []) handler(structuredClone(payload) as never);
        });
      };
      room.join(member, {
        updated: (update) => send('document.updated', { notebookId, epoch: room.epoch, update }),
        awarenessChanged: (update) => send('document.awarenessChanged', { notebookId, update }),
        stateChanged: (state) => send('document.state', { notebookId, state }),
      });
      this.#joined.push(room);
      const same = epoch === room.epoch;
      return {
        kind: 'notebook',
        notebookId,
        epoch: room.epoch,
        update: room.diffFor(same ? stateVector : undefined),
        stateVector: room.stateVector(),
        state: room.state(),
        rebase: epoch !== undefined && !same,
      };
    }
    const asked = request as { notebookId: never; epoch: never; update: Uint8Array; recreate?: boolean };
    const room = this.#door().get(asked.notebookId);
    if (room === undefined || !this.#joined.includes(room))
      return fault('notebook.notOpen', 'This notebook is not open here.');
    if (name === 'document.update')
      return (await room.applyUpdate(asked.update, member, asked.epoch)) ?? { durable: true };
    if (name === 'document.awareness') return room.applyAwareness(asked.update, member) ?? {};
    if (name === 'document.save') {
      const refused = await room.save(asked.recreate === undefined ? {} : { recreate: asked.recreate });
      return isFault(refused) ? refused : { state: room.state() };
    }
    if (name === 'document.close') {
      room.leave(member);
      return {};
    }
    return fault('request.unsupported', name);
  }

  #become(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of Array.from(this.#statusListeners)) listener();
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const offline = () => fault('server.stopping', 'The line is cut.');
