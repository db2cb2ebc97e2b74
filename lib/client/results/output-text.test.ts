import { expect, it } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { fault, isFault } from '#lib/core/fault.ts';
import { cellId, notebookId } from '#lib/core/ids.ts';
import { OutputText } from './output-text.ts';

const place = { notebookId: notebookId('n'), cellId: cellId('a'), output: 0 };
type Query = { unit?: string; from: number; count: number; words?: string };

/** A server with so many lines; each request is answered when it is let. */
function served(lines: number) {
  const asked: Query[] = [];
  const server = { lines, broken: false, held: null as Promise<void> | null };
  const call = async (name: string, { query }: { query: Query }) => {
    asked.push(query);
    const total = server.lines;
    await server.held;
    if (server.broken) return fault('output.notFound', 'gone');
    if (name === 'searchOutputText')
      return { hits: [{ line: 3, at: 9, preview: query.words, from: 0 }], complete: true };
    const count = Math.max(0, Math.min(query.count, total - query.from));
    const parts = Array.from({ length: count }, (_, at) => ({ at: 0, text: `${query.from + at}`, characters: 1 }));
    return { lines: total, characters: 0, bytes: 0, from: query.from, parts };
  };
  return { asked, server, text: new OutputText(place, call as unknown as typeof callApi) };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it('asks for what is looked at, once, and keeps what is near', async () => {
  const { text, asked } = served(100_000);
  text.want(0, 50);
  text.want(10, 60);
  await settle();
  expect(asked.map(({ from }) => from)).toEqual([0]);
  expect(text.getSnapshot().measures?.lines).toBe(100_000);
  for (let line = 0; line < 10_000; line += 100) {
    text.want(line, line + 30);
    await settle();
  }
  expect(text.getSnapshot().blocks.size).toBe(40);
  expect(text.getSnapshot().blocks.get(99)?.[0]?.text).toBe('9900');
  text.want(99_950, 100_050);
  await settle();
  expect(asked.at(-1)).toMatchObject({ from: 99_900 });
  expect((await text.line(5))?.text).toBe('5');
});

it('reads the end again when the text has grown, and nothing behind it', async () => {
  const { text, asked, server } = served(150);
  text.want(0, 400);
  await settle();
  text.want(0, 400);
  await settle();
  expect(asked.map(({ from }) => from)).toEqual([0, 100]);
  server.lines = 180;
  await text.line(5);
  text.want(0, 400);
  await settle();
  expect(text.getSnapshot().blocks.get(1)).toHaveLength(50);
  expect(asked).toHaveLength(2);
});

it('says what went wrong, and forgets it when it goes right', async () => {
  const { text, server } = served(10);
  server.broken = true;
  text.want(0, 5);
  await settle();
  expect(text.getSnapshot().fault?.fault).toBe('output.notFound');
  expect(isFault(await text.characters(0, 5))).toBe(true);
  server.broken = false;
  text.want(0, 5);
  await settle();
  expect(text.getSnapshot().fault).toBeNull();
});

it('a new search calls the one before off; empty words end it', async () => {
  const { text, server } = served(10);
  let release = (): void => undefined;
  server.held = new Promise((resolve) => (release = resolve));
  const first = text.search('one');
  const second = text.search('two');
  expect(text.getSnapshot().search).toMatchObject({ words: 'two', busy: true });
  release();
  await Promise.all([first, second]);
  expect(text.getSnapshot().search).toMatchObject({ words: 'two', busy: false, hits: [{ preview: 'two' }] });
  await text.search('');
  expect(text.getSnapshot().search).toBeNull();
});

it('asks again for what failed, and says so until nothing is missing', async () => {
  const { text, asked, server } = served(300);
  text.want(0, 50);
  await settle();
  server.broken = true;
  text.want(90, 210);
  const search = text.search('one');
  await Promise.all([settle(), search]);
  expect(asked.map(({ from, words }) => words ?? from)).toEqual([0, 100, 200, 'one']);
  server.broken = false;
  await text.line(200);
  expect(text.getSnapshot().fault).not.toBeNull();
  text.retry();
  expect(text.getSnapshot().fault).toBeNull();
  await settle();
  await settle();
  expect(text.getSnapshot()).toMatchObject({ fault: null, search: { words: 'one', busy: false } });
  expect([0, 1, 2].every((block) => text.getSnapshot().blocks.has(block))).toBe(true);
});

it('what failed far from the view is not asked for again', async () => {
  const { text, asked, server } = served(1_000);
  text.want(0, 50);
  await settle();
  server.broken = true;
  text.want(400, 450);
  await settle();
  server.broken = false;
  text.want(800, 850);
  await settle();
  expect(text.getSnapshot().fault).toBeNull();
  text.retry();
  await settle();
  expect(asked.map(({ from }) => from)).toEqual([0, 400, 800]);
});
