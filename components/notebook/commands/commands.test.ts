import { emptyCellState } from '#lib/core/session/state.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { PlayedServer } from '#lib/client/document/played-server.ts';
import { NotebookResults } from '#lib/client/results/notebook-results.ts';
import { cellId } from '#lib/core/ids.ts';
import type { CellContent } from '#lib/core/notebook/model.ts';
import { fillDoc } from '#lib/core/notebook/notebook-doc.ts';
import { EditorSlot } from '../editor-slot.ts';
import { HistoryStore } from '../history/history-store.ts';
import { FindStore } from '../find/find-store.ts';
import { KernelHelp } from '../kernel-help/kernel-help.ts';
import { NotebookCommands } from '../notebook-commands.ts';
import type { NotebookRunner } from '../notebook-runner.ts';
import { NotebookQueue } from '../queue/notebook-queue.ts';
import { SelectionStore } from '../selection.ts';
import { shownCellsOf } from '../shown-cells.ts';
import { withHeading } from './joining.ts';

let document: NotebookDocument;
let selection: SelectionStore;
let commands: NotebookCommands;
let ran: string[];
let said: string[];

/** `a` is a code cell, `A1` a heading of level 1, `A1-` a collapsed one. */
async function open(text: string, readonly: string | null = null): Promise<void> {
  const cells = text.split(' ').map((word): CellContent => {
    const level = Number(word.charAt(1));
    const id = cellId(word.charAt(0));
    if (!level) return { id, type: 'code', source: word, metadata: word.endsWith('!') ? { deletable: false } : {} };
    const metadata = word.endsWith('-') ? { 'jp-MarkdownHeadingCollapsed': true } : {};
    return { id, type: 'markdown', source: `${'#'.repeat(level)} ${id}`, metadata };
  });
  const server = new PlayedServer();
  server.doc = new Y.Doc();
  server.state = { ...server.state, readonly };
  fillDoc(server.doc, { metadata: {}, cells });
  document = new NotebookDocument(server, 'a.ipynb', () => 1000);
  document.run();
  await expect.poll(() => document.getSnapshot().docState).toBe(readonly === null ? 'ready' : 'readonly');
  selection = new SelectionStore();
  let made = 0;
  ran = [];
  said = [];
  const runner: Pick<NotebookRunner, 'run' | 'session'> = {
    session: () => null,
    run: (ids) => {
      ran.push(ids.join(' '));
      return Promise.resolve(null);
    },
  };
  const editor = new EditorSlot(document);
  const hasKernel = () => false;
  const quiet = () => undefined;
  commands = new NotebookCommands({
    document,
    results: { cell: () => emptyCellState, notebookId: () => null },
    selection,
    runner: runner as NotebookRunner,
    queue: new NotebookQueue(server, document, new NotebookResults(server)),
    editor,
    help: new KernelHelp({
      connection: server,
      document,
      selection,
      editor,
      hasKernel,
      ownsRun: hasKernel,
      tell: quiet,
    }),
    history: new HistoryStore(() => 'a.ipynb'),
    find: new FindStore(document, { from: () => null, show: quiet }),
    effects: {
      tell: () => undefined,
      offerUndo: quiet,
      say: (title) => said.push(title),
      focusInput: () => undefined,
      confirm: () => Promise.resolve(true),
      offer: () => undefined,
      later: () => quiet,
      newId: () => cellId(`n${(made += 1)}`),
    },
  });
  commands.selecting.begin(false);
}

beforeEach(() => open('a b c d'));
afterEach(() => document.discard());

const all = () => document.cellIds().join(' ');
const shown = () => shownCellsOf(document).get().join(' ');
const chosen = () => `${commands.selecting.active()}: ${commands.selecting.chosen().join(' ')}`;
const go = (id: string) => commands.selecting.activate(cellId(id));

describe('selecting', () => {
  test('extends from where it began, back over it, and by the ends', () => {
    go('b');
    commands.selecting.extend(1);
    expect(chosen()).toBe('c: b c');
    commands.selecting.extend(-1);
    commands.selecting.extend(-1);
    expect(chosen()).toBe('a: a b');
    commands.selecting.extendToEdge('last');
    expect(chosen()).toBe('d: b c d');
    commands.selecting.alone();
    expect(chosen()).toBe('d: d');
  });

  test('single cells come and go; the last one stays', () => {
    commands.selecting.toggle(cellId('c'));
    expect(chosen()).toBe('c: a c');
    commands.selecting.toggle(cellId('c'));
    commands.selecting.toggle(cellId('a'));
    expect(chosen()).toBe('a: a');
  });

  test('a cell that somebody deleted is selected no more', () => {
    commands.selecting.selectAll();
    document.deleteCells([cellId('b')]);
    expect(commands.selecting.chosen()).toEqual(['a', 'c', 'd']);
  });

  test('moves among the cells that are shown', async () => {
    await open('A1- b c D1 e');
    commands.selecting.select(1);
    expect(chosen()).toBe('D: D');
    commands.selecting.extend(-1);
    expect(chosen()).toBe('A: A D');
    expect(commands.selecting.concerned()).toEqual(['A', 'b', 'c', 'D']);
  });
});

describe('editing', () => {
  test('deleting goes on below, or above at the end; protected cells stay', async () => {
    go('b');
    commands.selecting.extend(1);
    commands.editing.remove();
    expect(all()).toBe('a d');
    expect(chosen()).toBe('d: d');
    commands.editing.remove();
    expect(chosen()).toBe('a: a');
    await open('a! b');
    commands.selecting.selectAll();
    commands.editing.remove();
    expect(all()).toBe('a');
    expect(said).toEqual(['A protected cell was kept']);
  });

  test('separate cells move as one block', () => {
    go('a');
    commands.selecting.toggle(cellId('c'));
    commands.editing.move(1);
    expect(all()).toBe('b d a c');
    expect(chosen()).toBe('c: a c');
    commands.editing.move(1);
    expect(all()).toBe('b d a c');
    commands.editing.undo();
    expect(all()).toBe('a b c d');
  });

  test('a collapsed section moves, runs and goes whole', async () => {
    await open('A1- b C1 d');
    commands.running.runSelected('stay');
    expect(ran).toEqual(['b']);
    commands.editing.move(1);
    // What follows now would be swallowed: the section opens.
    expect(all()).toBe('C A b d');
    expect(shown()).toBe('C A b d');
    commands.editing.undo();
    expect(all()).toBe('A b C d');
    expect(shown()).toBe('A C d');
    go('A');
    commands.editing.remove();
    expect(all()).toBe('C d');
  });

  test('nothing that was shown is hidden by a change beside it', async () => {
    await open('A1- b C1 d');
    go('C');
    commands.editing.remove();
    expect(all()).toBe('A b d');
    expect(shown()).toBe('A b d');
    commands.editing.undo();
    expect(shown()).toBe('A C d');
    go('C');
    commands.editing.insert('above', 'code');
    expect(shown()).toBe('A b n1 C d');
    commands.editing.undo();
    expect(shown()).toBe('A C d');
  });

  test('merging joins what is selected, or the neighbour', () => {
    commands.joining.merge('above');
    expect(all()).toBe('a b c d');
    commands.joining.merge('below');
    expect(document.cells.source(cellId('a'))).toBe('a\n\nb');
    commands.selecting.selectAll();
    commands.joining.merge('below');
    expect(document.cells.source(cellId('a'))).toBe('a\n\nb\n\nc\n\nd');
    commands.editing.undo();
    expect(all()).toBe('a c d');
  });

  test('copies of cells go behind the selection and are selected', () => {
    commands.selecting.extend(1);
    commands.editing.duplicate();
    expect(all()).toBe('a b n1 n2 c d');
    expect(chosen()).toBe('n2: n1 n2');
  });

  test('headings stand above the cell, or below its section', async () => {
    await open('a B2 c D1');
    go('c');
    commands.joining.insertHeading('below');
    expect(all()).toBe('a B c n1 D');
    expect(document.cells.source(cellId('n1'))).toBe('## ');
    go('a');
    commands.joining.insertHeading('above');
    expect(all()).toBe('n2 a B c n1 D');
    expect(document.cells.source(cellId('n2'))).toBe('# ');
    expect(selection.get()).toMatchObject({ active: 'n2', mode: 'edit' });
  });

  test.each([
    ['text', 2, '## text'],
    ['# text\nmore', 3, '### text\nmore'],
    ['######   text', 1, '# text'],
    ['', 1, '# '],
    ['\n\ntext', 1, '# text'],
  ])('%j as a heading of level %i', (source, level, expected) => {
    expect(withHeading(source, level)).toBe(expected);
  });
});

describe('hiding', () => {
  test('hides where one is shown, shows where all are hidden', () => {
    commands.selecting.extend(1);
    document.setCellMetadata(cellId('a'), { jupyter: { source_hidden: true } });
    commands.collapsing.toggle('source');
    expect(document.cell(cellId('b'))?.metadata).toEqual({ jupyter: { source_hidden: true } });
    commands.collapsing.toggle('source');
    expect(document.cell(cellId('a'))?.metadata).toEqual({});
    commands.editing.undo();
    expect(document.cell(cellId('b'))?.metadata).toEqual({ jupyter: { source_hidden: true } });
  });

  test('from a cell to its heading, then to the one around it', async () => {
    await open('A1 B2 c D1');
    go('c');
    commands.collapsing.fold();
    expect(chosen()).toBe('B: B');
    commands.collapsing.fold();
    expect(shown()).toBe('A B D');
    commands.collapsing.fold();
    expect(chosen()).toBe('A: A');
    commands.collapsing.fold();
    expect(shown()).toBe('A D');
    commands.collapsing.unfold();
    commands.collapsing.unfold();
    expect(chosen()).toBe('B: B');
  });

  test('sections of a notebook that cannot be edited are collapsed in this page alone', async () => {
    await open('A1 b C2- d', 'It is of an older format.');
    commands.selecting.activate(cellId('A'));
    commands.collapsing.fold();
    expect(shownCellsOf(document).get()).toEqual(['A']);
    commands.collapsing.setAllSections(false);
    expect(shownCellsOf(document).get()).toEqual(['A', 'b', 'C', 'd']);
    expect(document.cell(cellId('C'))?.metadata).toEqual({ 'jp-MarkdownHeadingCollapsed': true });
    commands.collapsing.toggle('source');
    expect(document.cell(cellId('A'))?.metadata).toEqual({});
  });

  test('the heading takes over when its section closes over the active cell', async () => {
    await open('A1 b C1');
    go('b');
    commands.collapsing.setAllSections(true);
    expect(chosen()).toBe('A: A');
  });
});

describe('code of a run of before', () => {
  test('comes back into its cell as one step of undo, into a new one where that is gone', () => {
    const b = cellId('b');
    commands.pastRuns.putBack(b, 'old');
    expect(document.cells.source(b)).toBe('old');
    expect(chosen()).toBe('b: b');
    commands.editing.undo();
    expect(document.cells.source(b)).toBe('b');
    document.deleteCells([b]);
    go('c');
    commands.pastRuns.putBack(b, 'old');
    expect(all()).toBe('a c b d');
    expect(document.content(b)).toMatchObject({ type: 'code', source: 'old' });
    commands.editing.undo();
    expect(all()).toBe('a c d');
  });

  test('leaves a cell that became text alone, and a notebook that cannot be edited', async () => {
    go('b');
    commands.editing.setType('markdown');
    commands.pastRuns.putBack(cellId('b'), 'old');
    expect(all()).toBe('a b n1 c d');
    expect(document.cells.source(cellId('b'))).toBe('b');
    await open('a', 'It is of an older format.');
    commands.pastRuns.putBack(cellId('a'), 'old');
    commands.pastRuns.putBack(cellId('z'), 'old');
    expect(all()).toBe('a');
    expect(document.cells.source(cellId('a'))).toBe('a');
  });
});
