import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Connection, ConnectionStatus, UpReply, UpRequest } from '#lib/client/connection-port.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import { cellId, epochId, notebookId, type EpochId } from '#lib/core/ids.ts';
import { fillDoc, readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import type { UpName } from '#lib/protocol/up.ts';
import { NotebookDocument } from './notebook-document.ts';

const id = cellId;
const cell = (name: string, source = name) => ({ id: id(name), type: 'code' as const, source, metadata: {} });

/** The server's side of one document, in memory, with answers that tests choose. */
class Server implements Connection {
  doc = new Y.Doc();
  epoch: EpochId = epochId('e1');
  line: ConnectionStatus = 'connected';
  refuse: Fault | null = null;
  requests: string[] = [];
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
    return this.#answer(name, payload as never) as UpReply<Name>;
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
    for (const listener of this.#status) listener();
  }

  #answer(name: UpName, asked: { epoch?: string; stateVector?: Uint8Array; update: Uint8Array }): unknown {
    if (this.line !== 'connected') return fault('server.stopping', 'The line is cut.');
    if (name === 'document.open') {
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
    if (name !== 'document.update') return {};
    if (asked.epoch !== this.epoch) return fault('document.epoch', 'Another epoch.');
    if (this.refuse !== null) return this.refuse;
    Y.applyUpdate(this.doc, asked.update);
    return { durable: true };
  }
}

let server: Server;
let document: NotebookDocument;
beforeEach(async () => {
  server = new Server();
  document = new NotebookDocument(server, 'a.ipynb', () => 1000);
  document.run();
  await expect.poll(() => document.getSnapshot().docState).toBe('ready');
});
afterEach(() => document.stop());

const onServer = () => readDoc(server.doc).cells.map((one) => one.source);

describe('editing', () => {
  it('counts an edit as unsaved until the server has it', async () => {
    document.text(id('a'))?.insert(1, '!');
    expect(document.getSnapshot()).toMatchObject({ saveState: 'unsaved', since: 1000 });
    expect(await document.flushed()).toBe(true);
    expect(onServer()).toEqual(['a!', 'b', 'c']);
    expect(document.getSnapshot().saveState).toBe('saved');
  });

  it('sends keystrokes together', async () => {
    for (const letter of 'typing') document.text(id('a'))?.insert(0, letter);
    await document.flushed();
    expect(server.requests.filter((name) => name === 'document.update')).toHaveLength(1);
  });

  it('says why an edit is refused, and hands it over later', async () => {
    server.refuse = fault('file.noSpace', 'No space.');
    document.text(id('a'))?.insert(0, 'x');
    document.flush();
    await expect.poll(() => document.getSnapshot()).toMatchObject({ saveState: 'error', reason: 'No space.' });
    server.refuse = null;
    expect(await document.flushed()).toBe(true);
    expect(onServer()[0]).toBe('xa');
  });

  it('undoes structure made here, one step at a time, and nothing of others', () => {
    document.insertCell(cell('n'), id('a'));
    document.deleteCells([id('b')]);
    setSource(server.doc, id('c'), 'theirs');
    server.send('document.updated', { epoch: server.epoch, update: Y.encodeStateAsUpdate(server.doc) });
    expect(document.cellIds()).toEqual(['a', 'n', 'c']);
    document.undo();
    expect(document.cellIds()).toEqual(['a', 'n', 'b', 'c']);
    expect(document.content(id('b'))).toEqual(cell('b'));
    document.undo();
    expect(document.cellIds()).toEqual(['a', 'b', 'c']);
    document.redo();
    expect(document.cellIds()).toEqual(['a', 'n', 'b', 'c']);
    expect(document.content(id('c'))?.source).toBe('theirs');
  });

  it('tells only the stores that changed', () => {
    const calls: string[] = [];
    document.cells.onOrder(() => calls.push('order'));
    document.cells.onFrame(id('a'), () => calls.push('frame a'));
    document.cells.onSource(id('a'), () => calls.push('source a'));
    document.cells.onSource(id('b'), () => calls.push('source b'));
    const frame = document.cell(id('a'));
    document.text(id('a'))?.insert(0, 'x');
    expect(calls.splice(0)).toEqual(['source a']);
    expect(document.cell(id('a'))).toBe(frame);
    document.setCellType(id('a'), 'markdown');
    expect(calls.splice(0)).toEqual(['frame a']);
    document.moveCell(id('a'), id('c'));
    expect(calls.splice(0)).toEqual(['order']);
    expect(document.cell(id('a'))?.type).toBe('markdown');
  });

  it('refuses structure edits while read-only', () => {
    server.send('document.state', { state: { ...server.state, readonly: 'The file is read-only.' } });
    expect(document.getSnapshot()).toMatchObject({ docState: 'readonly', reason: 'The file is read-only.' });
    document.deleteCells([id('a')]);
    expect(document.cellIds()).toEqual(['a', 'b', 'c']);
  });
});

describe('lost lines', () => {
  it('edits offline and exchanges what each side lacks', async () => {
    server.become('offline');
    document.text(id('a'))?.insert(0, 'mine ');
    expect(document.getSnapshot()).toMatchObject({ docState: 'offline', saveState: 'unsaved' });
    setSource(server.doc, id('b'), 'theirs');
    server.become('connected');
    await document.flushed();
    expect(onServer()).toEqual(['mine a', 'theirs', 'c']);
    expect(readDoc(document.doc)).toEqual(readDoc(server.doc));
  });

  it('carries unsent edits over to another epoch and replaces the document', async () => {
    server.become('offline');
    document.text(id('a'))?.insert(1, '\nmine');
    document.deleteCells([id('c')]);
    server.doc = new Y.Doc();
    server.epoch = epochId('e2');
    fillDoc(server.doc, { metadata: {}, cells: [cell('a'), cell('b', 'theirs'), cell('c'), cell('d')] });
    const old = document.doc;
    let replaced = 0;
    document.onDoc(() => replaced++);
    server.become('connected');
    await expect.poll(() => document.getSnapshot().epoch).toBe('e2');
    await document.flushed();
    expect(replaced).toBe(1);
    expect(document.doc).not.toBe(old);
    expect(onServer()).toEqual(['a\nmine', 'theirs', 'd']);
    expect(document.cellIds()).toEqual(['a', 'b', 'd']);
  });
});
