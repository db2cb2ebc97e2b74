import { expect, it } from 'vitest';
import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import { fault } from '#lib/core/fault.ts';
import { cellId, notebookId, runId, sessionId } from '#lib/core/ids.ts';
import { NotebookRunner } from './notebook-runner.ts';

const a = cellId('a');
const b = cellId('b');
const lost = fault('server.stopping', 'The server does not answer.');

/** A runner of a notebook with a kernel, whose server answers in this order. */
function play(answers: unknown[]) {
  const sent: { requestId: string; again: boolean; cellIds: readonly string[] }[] = [];
  const connection = {
    status: () => 'connected',
    onStatus: () => () => undefined,
    request: async (_: string, payload: (typeof sent)[number]) => {
      sent.push(payload);
      return answers.shift();
    },
  } as unknown as Connection;
  const document = {
    getSnapshot: () => ({ notebookId: notebookId('n') }),
    flush: () => undefined,
    stateVector: () => new Uint8Array(),
  } as unknown as NotebookDocument;
  const results = { state: () => ({ sessions: new Map([[sessionId('s'), {}]]) }) } as unknown as NotebookResults;
  return { sent, runner: new NotebookRunner(connection, document, results) };
}

it('a press whose answer was lost is sent again as the same one, the next press as another', async () => {
  const answer = { runIds: [runId('r')], alreadyRunning: [] };
  const { sent, runner } = play([lost, answer, answer]);
  expect(await runner.run([a])).toBeNull();
  expect(await runner.run([a])).toBeNull();
  const [first, again, next] = sent.map(({ requestId }) => requestId);
  expect(again).toBe(first);
  expect(next).not.toBe(first);
  expect(sent).toHaveLength(3);
  expect(runner.owns(runId('r'))).toBe(true);
});

it.each([
  [[a], 'Already running. Changed nothing.'],
  [[a, b], 'The cell that runs already was not queued again; the others were.'],
])('says of %j which runs already, and runs it again when that is meant', async (cells, words) => {
  const { sent, runner } = play([
    { runIds: cells.map((cell) => runId(cell)), alreadyRunning: [a] },
    { runIds: [runId('r2')], alreadyRunning: [] },
  ]);
  const trouble = await runner.run(cells);
  expect(trouble).toMatchObject({ fault: { fault: 'run.alreadyRunning', message: words }, choose: false });
  expect(await trouble?.again?.()).toBeNull();
  expect(sent.map(({ cellIds, again }) => [cellIds, again])).toEqual([
    [cells, false],
    [[a], true],
  ]);
});
