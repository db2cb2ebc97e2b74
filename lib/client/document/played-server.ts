import * as Y from 'yjs';
import type { Connection, ConnectionStatus, UpReply, UpRequest } from '#lib/client/connection-port.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import { cellId, epochId, notebookId, type EpochId } from '#lib/core/ids.ts';
import { fillDoc, readDoc } from '#lib/core/notebook/notebook-doc.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import type { UpName } from '#lib/protocol/up.ts';

export const cell = (name: string, source = name) => ({
  id: cellId(name),
  type: 'code' as const,
  source,
  metadata: {},
});

/** The server's side of one document, in memory, with answers that tests choose. */
export class PlayedServer implements Connection {
  doc = new Y.Doc();
  epoch: EpochId = epochId('e1');
  line: ConnectionStatus = 'connected';
  refuse: Fault | null = null;
  requests: string[] = [];
  /** Set: edits arrive and their acknowledgements wait for `acknowledge`. */
  holds = false;
  readonly #held: (() => void)[] = [];
  /** Cursor with which this line follows the results; null when it does not. */
  following: { readonly cursor: unknown } | null = null;
  #joined = false;
  state: DocumentState = {
    path: 'a.ipynb',
    save: { status: 'saved', since: 1 },
    readonly: null,
    file: 'present',
    notices: [],
    conflicts: [],
  };
  readonly #handlers = new Map<string, Set<(payload: never) => void>>();
  readonly #status = new Set<() => void>();

  constructor() {
    fillDoc(this.doc, { metadata: {}, cells: [cell('a'), cell('b'), cell('c')] });
  }

  async request<Name extends UpName>(name: Name, payload: UpRequest<Name>): Promise<UpReply<Name>> {
    this.requests.push(name);
    const answer = this.#answer(name, payload as never) as UpReply<Name>;
    if (this.holds && name === 'document.update') await new Promise<void>((resolve) => this.#held.push(resolve));
    return answer;
  }

  acknowledge(): void {
    this.holds = false;
    for (const go of this.#held.splice(0)) go();
  }

  sources(): string[] {
    return readDoc(this.doc).cells.map((one) => one.source);
  }

  /** The log is lost: the document begins again from its file. */
  beginEpoch(name: string, cells: readonly ReturnType<typeof cell>[]): void {
    this.doc = new Y.Doc();
    this.epoch = epochId(name);
    fillDoc(this.doc, { metadata: {}, cells });
  }

  on(name: string, handler: (payload: never) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler);
    return () => void handlers.delete(handler);
  }

  send(name: string, payload: object): void {
    for (const handler of this.#handlers.get(name) ?? []) handler({ notebookId: notebookId('n'), ...payload } as never);
  }

  status(): ConnectionStatus {
    return this.line;
  }

  onStatus(listener: () => void): () => void {
    this.#status.add(listener);
    return () => void this.#status.delete(listener);
  }

  become(status: ConnectionStatus): void {
    this.line = status;
    this.#joined = false;
    this.following = null;
    for (const listener of this.#status) listener();
  }

  #answer(
    name: UpName,
    asked: { path?: string; epoch?: string; stateVector?: Uint8Array; update: Uint8Array; cursor?: unknown },
  ): unknown {
    if (this.line !== 'connected') return fault('server.stopping', 'The line is cut.');
    if (name === 'document.open') {
      if (asked.path !== this.state.path) return fault('file.notFound', 'There is no such file.');
      // Opened anew is followed by nobody.
      this.#joined = true;
      this.following = null;
      const same = asked.epoch === this.epoch;
      const update = Y.encodeStateAsUpdate(this.doc, same ? asked.stateVector : undefined);
      return {
        kind: 'notebook',
        notebookId: 'n',
        epoch: this.epoch,
        update,
        stateVector: Y.encodeStateVector(this.doc),
        state: this.state,
        rebase: asked.epoch !== undefined && !same,
      };
    }
    if (name === 'results.follow') {
      if (!this.#joined) return fault('notebook.notOpen', 'This notebook is not open here.');
      this.following = { cursor: asked.cursor };
      return { reset: false, next: { generation: 1, seq: 7 }, events: [] };
    }
    if (name !== 'document.update') return {};
    if (asked.epoch !== this.epoch) return fault('document.epoch', 'Another epoch.');
    if (this.refuse !== null) return this.refuse;
    if (this.state.readonly !== null) return fault('notebook.readonly', this.state.readonly);
    Y.applyUpdate(this.doc, asked.update);
    return { durable: true };
  }
}
