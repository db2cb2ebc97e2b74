import { expect, it } from 'vitest';
import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { fault } from '#lib/core/fault.ts';
import { cellId, notebookId } from '#lib/core/ids.ts';
import { CaretNotes } from './caret-notes.ts';
import { Completing } from './completing.ts';
import type { EditorHelp, HelpPlace } from './editor-help.ts';
import { HelpStore } from './help-store.ts';

const here = cellId('here');
const there = cellId('there');

/** An editor of one cell, as far as help uses it, and a kernel that answers when it is told to. */
function desk(sources: { readonly here: string; readonly there?: string }, kernel = true) {
  const store = new HelpStore();
  const notes = new CaretNotes(store);
  const done: string[] = [];
  const asked: object[] = [];
  const answers: ((reply: object) => void)[] = [];
  let shown = here;
  let text = sources.here;
  const editor = {
    place: () => ({ cellId: shown, text, cursor: text.length }) as unknown as HelpPlace,
    typedSince: (then: HelpPlace) =>
      then.cellId === shown && text.startsWith(then.text) ? text.slice(then.text.length) : null,
    replace: (start: number, end: number, by: string) => {
      text = text.slice(0, start) + by + text.slice(end);
      done.push(`text ${text}`);
    },
    offer: (rows: readonly { readonly text: string }[], start: number, end: number) =>
      void done.push(`list ${rows.map((row) => row.text).join(' ')} for ${start}-${end}`),
  } as unknown as EditorHelp;
  const connection = {
    request: (_name: string, request: object) => {
      asked.push(request);
      return new Promise((resolve) => answers.push(resolve));
    },
  } as unknown as Connection;
  const document = {
    getSnapshot: () => ({ notebookId: notebookId('n') }),
    cellIds: () => [here, there],
    cells: { source: (id: string) => (id === there ? (sources.there ?? '') : text) },
  } as unknown as NotebookDocument;
  const completing = new Completing({ connection, document, store, notes, hasKernel: () => kernel });
  return {
    done,
    asked,
    note: () => store.get().note?.text ?? null,
    complete: () => completing.complete(editor),
    answer: (at: number, reply: object) => answers[at]?.(reply),
    type: (more: string) => {
      text += more;
    },
    goTo: (id: typeof here, now: string) => {
      shown = id;
      text = now;
    },
  };
}
const matches = (...texts: readonly string[]) => texts.map((one) => ({ text: one }));

it.each<[what: string, source: string, reply: object, done: readonly string[]]>([
  ['one match is taken', 'os.getp', { matches: matches('getpid'), start: 3, end: 7 }, ['text os.getpid']],
  [
    'several are listed',
    'os.pa',
    { matches: matches('path', 'pardir'), start: 3, end: 5 },
    ['list path pardir for 3-5'],
  ],
  [
    'what all share is typed first',
    'os.getc',
    { matches: matches('getcwd', 'getcwdb'), start: 3, end: 7 },
    ['text os.getcwd', 'list getcwd getcwdb for 3-9'],
  ],
  ['another text is put in its place', '\\alp', { matches: matches('α'), start: 0, end: 4 }, ['text α']],
  ['nothing', 'zzz', { matches: [], start: 3, end: 3 }, []],
])('%s', async (_what, source, reply, done) => {
  const at = desk({ here: source });
  const completed = at.complete();
  at.answer(0, reply);
  await completed;
  expect(at.done).toEqual(done);
});

it('letters that were typed meanwhile narrow the answer', async () => {
  const at = desk({ here: 'os.g' });
  const completed = at.complete();
  at.type('etp');
  at.answer(0, { matches: matches('getcwd', 'getpid', 'getppid'), start: 3, end: 4 });
  await completed;
  expect(at.done).toEqual(['list getpid getppid for 3-7']);
});

it.each<[what: string, meanwhile: (at: ReturnType<typeof desk>) => void]>([
  ['in another cell', (at) => at.goTo(there, 'os.getp')],
  ['behind another text', (at) => at.goTo(here, 'os.')],
])('a late answer is dropped %s', async (_what, meanwhile) => {
  const at = desk({ here: 'os.getp' });
  const completed = at.complete();
  meanwhile(at);
  at.answer(0, { matches: matches('getpid'), start: 3, end: 7 });
  await completed;
  expect(at.done).toEqual([]);
});

it('the answer to an older question is dropped, even where it would fit', async () => {
  const at = desk({ here: 'os.getp' });
  const first = at.complete();
  const second = at.complete();
  at.answer(1, { matches: matches('getpid'), start: 3, end: 7 });
  await second;
  at.answer(0, { matches: matches('getpgid'), start: 3, end: 7 });
  await first;
  expect(at.done).toEqual(['text os.getpid']);
});

it.each<[what: string, trouble: object, said: RegExp]>([
  ['is busy', fault('kernel.busy', 'It is busy.'), /^The kernel is busy; its help comes when it is free/],
  ['does not answer', fault('kernel.noAnswer', 'Nothing came.'), /^Nothing came\. Here are words/],
  ['has gone', fault('session.none', 'None.'), /^Words of this notebook/],
])('words of the notebook while the kernel %s', async (_what, trouble, said) => {
  const at = desk({ here: 'alp', there: 'alphabet + alpine' });
  const completed = at.complete();
  at.answer(0, trouble);
  await completed;
  expect(at.done).toEqual(['list alphabet alpine for 0-3']);
  expect(at.note()).toMatch(said);
});

it('a question that was superseded says nothing', async () => {
  const at = desk({ here: 'alp', there: 'alphabet' });
  const completed = at.complete();
  at.answer(0, fault('kernel.superseded', 'A newer one.'));
  await completed;
  expect(at.done).toEqual([]);
  expect(at.note()).toBeNull();
});

it('without a kernel nobody is asked', async () => {
  const at = desk({ here: 'alp', there: 'alphabet' }, false);
  await at.complete();
  expect(at.asked).toEqual([]);
  expect(at.done).toEqual(['text alphabet']);
});

it('a long cell sends the lines around the caret, and places count in the whole cell', async () => {
  const long = `${'# a line of comment\n'.repeat(100_000)}os.getp`;
  const at = desk({ here: long });
  const completed = at.complete();
  const [request] = at.asked as { readonly code: string; readonly cursor: number }[];
  expect(request?.code.length).toBeLessThan(250_000);
  const { cursor = 0 } = request ?? {};
  at.answer(0, { matches: matches('getpid'), start: cursor - 4, end: cursor });
  await completed;
  expect(at.done[0]?.endsWith('\nos.getpid')).toBe(true);
});
