import { expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { cellId, notebookId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { NotebookResults } from './notebook-results.ts';
import type { Connection, DownPayload } from '../connection-port.ts';

/** A line to a server that the test plays. */
class PlayedConnection {
  readonly asked: unknown[] = [];
  replies: unknown[] = [];
  #handler: (batch: DownPayload<'results.arrived'>) => void = () => undefined;
  #onStatus: () => void = () => undefined;
  #status: 'connected' | 'offline' = 'connected';
  readonly connection = {
    request: async (_: string, payload: unknown) => {
      this.asked.push(payload);
      return this.replies.shift() ?? fault('server.stopping', 'no answer played');
    },
    on: (name: string, handler: (batch: DownPayload<'results.arrived'>) => void) => {
      if (name === 'results.arrived') this.#handler = handler;
      return () => undefined;
    },
    status: () => this.#status,
    onStatus: (listener: () => void) => {
      this.#onStatus = listener;
      return () => undefined;
    },
  } as unknown as Connection;

  arrive(from: number, next: number, events: SessionEvent[], generation = 1): void {
    this.#handler({ notebookId: notebook, from: { generation, seq: from }, next: { generation, seq: next }, events });
  }

  become(status: 'connected' | 'offline'): void {
    this.#status = status;
    this.#onStatus();
  }
}

const notebook = notebookId('n');
const base = { at: 1, by: principalId('p') };
const asked = (run: string, cell: string): SessionEvent => ({
  type: 'RunRequested',
  ...base,
  runId: runId(run),
  cellId: cellId(cell),
  sessionId: sessionId('s'),
});
const started: SessionEvent = { type: 'RunStarted', ...base, runId: runId('r'), msgId: 'm' };
const text = (value: string): SessionEvent => ({
  type: 'StreamArrived',
  ...base,
  runId: runId('r'),
  name: 'stdout',
  text: value,
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

function open() {
  const line = new PlayedConnection();
  const frames: (() => void)[] = [];
  const later: (() => void)[] = [];
  const results = new NotebookResults(line.connection, {
    nextFrame: (then) => {
      frames.push(then);
      return () => undefined;
    },
    after: (_, then) => {
      later.push(then);
      return () => undefined;
    },
  });
  const paint = (): number => frames.splice(0).map((frame) => frame()).length;
  const shown = () =>
    results.cell(cellId('a')).outputs.map((output) => (output.output_type === 'stream' ? output.text : ''));
  return { line, results, paint, shown, later };
}
const reply = (seq: number, events: SessionEvent[], reset = true, generation = 1) => ({
  reset,
  next: { generation, seq },
  events,
});

it('paints once per frame and tells only the touched cell', async () => {
  const { line, results, paint, shown } = open();
  line.replies = [reply(2, [asked('r', 'a'), started])];
  const told: string[] = [];
  results.subscribeCell(cellId('a'), () => told.push('a'));
  results.subscribeCell(cellId('b'), () => told.push('b'));
  results.follow(notebook);
  await settle();
  line.arrive(2, 3, [text('x')]);
  line.arrive(3, 5, [text('y')]);
  expect(shown()).toEqual([]);
  expect(paint()).toBe(1);
  expect(shown()).toEqual(['xy']);
  expect(told).toEqual(['a']);
});

it('keeps what overtook the answer, drops what the answer already holds', async () => {
  const { line, results, paint, shown } = open();
  line.replies = [reply(3, [asked('r', 'a'), started, text('x')])];
  results.follow(notebook);
  line.arrive(2, 3, [text('x')]);
  line.arrive(3, 4, [text('y')]);
  await settle();
  paint();
  expect(shown()).toEqual(['xy']);
});

it('after a lost line it resumes from its cursor; after a gap it asks again', async () => {
  const { line, results, paint, shown } = open();
  line.replies = [
    reply(3, [asked('r', 'a'), started, text('x')]),
    reply(4, [text('y')], false),
    reply(9, [text('z')], false),
  ];
  results.follow(notebook);
  await settle();
  line.become('offline');
  line.become('connected');
  await settle();
  expect(line.asked.at(-1)).toMatchObject({ cursor: { generation: 1, seq: 3 } });
  line.arrive(7, 9, [text('late')]);
  await settle();
  expect(line.asked.at(-1)).toMatchObject({ cursor: { generation: 1, seq: 4 } });
  paint();
  expect(shown()).toEqual(['xyz']);
});

it('starts from nothing in a log of another generation, and asks again after a fault', async () => {
  const { line, results, paint, shown, later } = open();
  line.replies = [
    fault('notebook.notOpen', 'not yet'),
    reply(3, [asked('r', 'a'), started, text('old')]),
    reply(3, [asked('r', 'a'), started, text('new')], true, 2),
  ];
  results.follow(notebook);
  await settle();
  expect(results.ready()).toBe(false);
  later.splice(0).forEach((then) => then());
  await settle();
  line.arrive(0, 1, [text('?')], 2);
  await settle();
  paint();
  expect(shown()).toEqual(['new']);
});

it('a line that the server had to leave out is called slow for a while', async () => {
  const { line, results, paint, later } = open();
  line.replies = [reply(2, [asked('r', 'a'), started]), reply(9, [text('all')], false)];
  results.follow(notebook);
  await settle();
  expect(results.slow()).toBe(false);
  const told: boolean[] = [];
  results.subscribe(() => told.push(results.slow()));
  const before = later.length;
  line.arrive(8, 8, []);
  paint();
  expect([results.slow(), told.at(-1)]).toEqual([true, true]);
  await settle();
  for (const then of later.slice(before)) then();
  paint();
  expect([results.slow(), told.at(-1)]).toEqual([false, false]);
});

it('another log after a restart of the server is no slow line', async () => {
  const { line, results } = open();
  line.replies = [reply(2, []), reply(9, [], true, 2)];
  results.follow(notebook);
  await settle();
  line.arrive(8, 8, [], 2);
  expect(results.slow()).toBe(false);
});
