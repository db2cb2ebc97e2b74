import { expect, it } from 'vitest';
import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { cellId, notebookId, runId } from '#lib/core/ids.ts';
import type { CellContent } from '#lib/core/notebook/model.ts';
import type { RunPayload } from '#lib/protocol/run-payload.ts';
import type { EditorSlot } from '../editor-slot.ts';
import { SelectionStore } from '../selection.ts';
import { KernelHelp } from './kernel-help.ts';

const mine = runId('0d5f-run-of-this-page');
const ran = cellId('ran');
const below = cellId('below');

/** A notebook of two code cells; `left`: what a run leaves reaches this page. */
function desk(canEdit = true) {
  let receive: (message: object) => void = () => undefined;
  const inserted: (readonly [text: string, after: string | null])[] = [];
  const written: string[] = [];
  const told: string[] = [];
  const known = new Set<string>([ran, below]);
  const selection = new SelectionStore();
  const help = new KernelHelp({
    connection: {
      on: (_name: string, handler: typeof receive) => {
        receive = handler;
        return () => undefined;
      },
    } as unknown as Connection,
    document: {
      getSnapshot: () => ({ notebookId: notebookId('n') }),
      canEdit: () => canEdit,
      cellIds: () => [ran, below].filter((id) => known.has(id)),
      cell: (id: string) => (known.has(id) ? { type: 'code' } : undefined),
      insertCell: (cell: CellContent, after: string | null) => {
        known.add(cell.id);
        inserted.push([cell.source, after]);
      },
    } as unknown as NotebookDocument,
    selection,
    editor: {
      get: () => ({
        help: { onMoved: () => () => undefined },
        writeText: (_id: string, text: string) => {
          written.push(text);
          return true;
        },
      }),
      subscribe: () => () => undefined,
    } as unknown as EditorSlot,
    hasKernel: () => true,
    ownsRun: (id) => id === mine,
    tell: ({ title }) => void told.push(title),
  });
  help.open();
  const left = (payload: RunPayload, run = mine, notebook = 'n') =>
    receive({ notebookId: notebookId(notebook), runId: run, cellId: ran, payload });
  return { help, inserted, written, told, selection, left, forget: (id: string) => known.delete(id) };
}

const next = (replace: boolean) => ({ kind: 'nextInput', text: 'x=1', replace }) as const;

it('puts text for the next cell below the one that ran, once', () => {
  const { inserted, left } = desk();
  left(next(false));
  left(next(false));
  expect(inserted).toEqual([['x=1', ran]]);
});

it('puts it at the end when that cell is gone', () => {
  const { inserted, left, forget } = desk();
  forget(ran);
  left(next(true));
  expect(inserted).toEqual([['x=1', below]]);
});

it('takes the place of the text that ran, but never of what somebody types', () => {
  const { inserted, written, left, selection } = desk();
  left(next(true));
  expect([written, inserted]).toEqual([['x=1'], []]);
  selection.set({ active: ran, mode: 'edit' });
  left(next(true));
  expect([written, inserted]).toEqual([['x=1'], [['x=1', ran]]]);
});

it('does nothing for runs of other pages and notebooks, nor where nothing may be edited', () => {
  const { help, inserted, left } = desk();
  left(next(false), runId('of-another-page'));
  left({ kind: 'page', data: { 'text/plain': 'help' } }, runId('of-another-page'));
  left(next(false), mine, 'another notebook');
  expect([inserted, help.hasPage()]).toEqual([[], false]);
  const locked = desk(false);
  locked.left(next(false));
  expect(locked.inserted).toEqual([]);
});

it('opens a page, and says what it does not do', () => {
  const { help, told, left } = desk();
  left({ kind: 'page', data: { 'text/plain': 'help' } });
  expect(help.store.get().page).toMatchObject({ data: { 'text/plain': 'help' }, focus: false });
  help.focusPage();
  expect(help.store.get().page?.focus).toBe(true);
  help.closePage();
  expect(help.hasPage()).toBe(false);
  left({ kind: 'refused', what: 'exit' });
  left({ kind: 'refused', what: 'edit' });
  expect(told).toEqual(['The code asked to quit.', 'The code asked for an editor.']);
});
