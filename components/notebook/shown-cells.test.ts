import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { PlayedServer } from '#lib/client/document/played-server.ts';
import { cellId } from '#lib/core/ids.ts';
import { fillDoc } from '#lib/core/notebook/notebook-doc.ts';
import { ShownCells } from './shown-cells.ts';
import * as Y from 'yjs';

let document: NotebookDocument;
let shown: ShownCells;
let told = 0;

const id = (name: string) => cellId(name);
const markdown = (name: string, source: string, collapsed = false) => ({
  id: id(name),
  type: 'markdown' as const,
  source,
  metadata: collapsed ? { 'jp-MarkdownHeadingCollapsed': true } : {},
});
const code = (name: string) => ({ id: id(name), type: 'code' as const, source: name, metadata: {} });

beforeEach(async () => {
  const server = new PlayedServer();
  server.doc = new Y.Doc();
  fillDoc(server.doc, {
    metadata: {},
    cells: [markdown('one', '# One'), code('a'), markdown('two', '## Two', true), code('b'), markdown('end', '# End')],
  });
  document = new NotebookDocument(server, 'a.ipynb', () => 1000);
  document.run();
  await expect.poll(() => document.getSnapshot().docState).toBe('ready');
  shown = new ShownCells(document);
  told = 0;
  shown.subscribe(() => (told += 1));
});
afterEach(() => {
  vi.useRealTimers();
  document.discard();
});

describe('ShownCells', () => {
  test('what is collapsed or opened in this page alone leaves the document as it is, until the cell itself changes', () => {
    shown.setHere([id('one')], true);
    expect(shown.get()).toEqual(['one', 'end']);
    expect(told).toBe(1);
    shown.setHere([id('one')], null);
    shown.setHere([id('two')], false);
    expect(shown.get()).toEqual(['one', 'a', 'two', 'b', 'end']);
    expect(document.cell(id('two'))?.metadata).toEqual({ 'jp-MarkdownHeadingCollapsed': true });
    document.setCellMetadata(id('two'), { 'jp-MarkdownHeadingCollapsed': true, tags: ['x'] });
    expect(shown.get()).toEqual(['one', 'a', 'two', 'end']);
  });

  test('hides what is below a collapsed heading, and keeps the array until it changes', () => {
    expect(shown.get()).toEqual(['one', 'a', 'two', 'end']);
    expect(shown.get()).toBe(shown.get());
    expect(shown.collapsedAround(id('b'))).toEqual(['two']);
    expect(shown.collapsedAround(id('two'))).toEqual([]);
    expect(shown.withHidden([id('two')])).toEqual(['two', 'b']);
    expect(shown.withHidden([id('a')])).toEqual(['a']);
  });

  test('opening the section shows the document’s own list', () => {
    expect(shown.get()).toHaveLength(4);
    document.setCellMetadata(id('two'), {});
    expect(told).toBe(1);
    expect(shown.get()).toBe(document.cellIds());
  });

  test('follows insertions, deletions and types', () => {
    document.insertCell(code('c'), id('b'));
    expect(shown.get()).toEqual(['one', 'a', 'two', 'end']);
    document.deleteCells([id('two')]);
    expect(shown.get()).toEqual(['one', 'a', 'b', 'c', 'end']);
    document.undo();
    expect(shown.get()).toEqual(['one', 'a', 'two', 'end']);
    document.setCellType(id('two'), 'raw');
    expect(shown.get()).toEqual(['one', 'a', 'two', 'b', 'c', 'end']);
  });

  test('typing is looked at when it pauses, and tells only when a heading changed', () => {
    vi.useFakeTimers();
    expect(shown.get()).toHaveLength(4);
    document.text(id('two'))?.insert(6, ' more');
    vi.advanceTimersByTime(1_000);
    expect(told).toBe(0);
    document.text(id('end'))?.insert(0, '##');
    expect(shown.get()).toEqual(['one', 'a', 'two', 'end']);
    document.text(id('two'))?.delete(0, 1);
    vi.advanceTimersByTime(1_000);
    expect(told).toBe(1);
    expect(shown.get()).toEqual(['one', 'a', 'two']);
    expect(shown.sectionOf(id('two'))).toMatchObject({ level: 1, start: 2, end: 5 });
  });
});
