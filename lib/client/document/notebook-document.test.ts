import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { fault } from '#lib/core/fault.ts';
import { cellId as id } from '#lib/core/ids.ts';
import { readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { NotebookDocument } from './notebook-document.ts';
import { cell, PlayedServer } from './played-server.ts';

let server: PlayedServer;
let document: NotebookDocument;
beforeEach(async () => {
  server = new PlayedServer();
  document = new NotebookDocument(server, 'a.ipynb', () => 1000);
  document.run();
  await expect.poll(() => document.getSnapshot().docState).toBe('ready');
});
afterEach(() => document.discard());

const onServer = () => server.sources();

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
    document.moveCells([id('a')], id('c'));
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
    server.beginEpoch('e2', [cell('a'), cell('b', 'theirs'), cell('c'), cell('d')]);
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

  it('keeps unsent edits and says so when the other epoch is read-only, and hands them over once it is not', async () => {
    server.become('offline');
    document.text(id('a'))?.insert(1, '\nmine');
    server.beginEpoch('e2', [cell('a'), cell('b', 'theirs'), cell('c')]);
    server.state = { ...server.state, readonly: 'The file is read-only.' };
    server.become('connected');
    await expect.poll(() => document.getSnapshot().epoch).toBe('e2');
    expect(document.getSnapshot()).toMatchObject({ docState: 'readonly', saveState: 'error', since: 1000 });
    expect(document.getSnapshot().reason).toMatch(/^The file is read-only\. .*not sent.*copy/u);
    expect(document.content(id('a'))?.source).toBe('a\nmine');
    expect(onServer()).toEqual(['a', 'theirs', 'c']);
    server.state = { ...server.state, readonly: null };
    server.send('document.state', { state: server.state });
    expect(await document.flushed()).toBe(true);
    expect(onServer()).toEqual(['a\nmine', 'theirs', 'c']);
  });
});

describe('letting go', () => {
  it('stops only when all that was typed is durable, also what waits behind a batch in flight', async () => {
    server.holds = true;
    document.text(id('a'))?.insert(1, 'hel');
    document.flush();
    document.text(id('a'))?.insert(4, 'lo');
    const stopped = document.stop();
    server.acknowledge();
    await stopped;
    expect(onServer()[0]).toBe('ahello');
    expect(server.requests.at(-1)).toBe('document.close');
  });

  it('waits for a lost line', async () => {
    server.become('offline');
    document.text(id('a'))?.insert(1, '!');
    const stopped = document.stop();
    expect(server.requests).not.toContain('document.update');
    server.become('connected');
    await stopped;
    expect(onServer()[0]).toBe('a!');
  });

  it('sends everything in the same turn when the page may go, also behind a batch in flight', () => {
    document.text(id('a'))?.insert(1, '!');
    document.sendNow();
    expect(onServer()[0]).toBe('a!');
    server.holds = true;
    document.text(id('a'))?.insert(2, '!');
    document.sendNow();
    document.text(id('a'))?.insert(3, '?');
    document.sendNow();
    expect(onServer()[0]).toBe('a!!?');
  });
});
