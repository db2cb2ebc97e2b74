import { expect, it } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { fault } from '#lib/core/fault.ts';
import type { ClusterId, SessionId } from '#lib/core/ids.ts';
import { askUnreached } from './unreached.ts';

const ids = Array.from({ length: 100 }, (_, at) => `c${at}` as ClusterId);

async function ask(known: ReadonlyMap<ClusterId, string>, failing: number | null) {
  const questions: number[] = [];
  const call = (async (_: string, { body }: { body: { clusterIds: ClusterId[] } }) => {
    questions.push(body.clusterIds.length);
    if (questions.length - 1 === failing) return fault('server.stopping', 'gone');
    return { clusters: body.clusterIds.map((id) => ({ id, reason: id.endsWith('9') ? 'refused' : null })) };
  }) as unknown as typeof callApi;
  const told: ClusterId[][] = [];
  for await (const unreached of askUnreached('s' as SessionId, ids, known, { call })) told.push([...unreached.keys()]);
  return { questions, told };
}

it('a kernel is asked about all clusters, some at a time', async () => {
  const { questions, told } = await ask(new Map(), null);
  expect(questions).toEqual([64, 36]);
  expect(told[0]).toEqual(['c9', 'c19', 'c29', 'c39', 'c49', 'c59']);
  expect(told[1]).toEqual([...(told[0] ?? []), 'c69', 'c79', 'c89', 'c99']);
});

it('a question that is not answered says nothing against its clusters, and the next one is asked', async () => {
  const before = new Map([['c1', 'refused'] as const, ['c70', 'refused'] as const]) as Map<ClusterId, string>;
  const { told } = await ask(before, 0);
  expect(told).toEqual([['c70'], ['c69', 'c79', 'c89', 'c99']]);
});
