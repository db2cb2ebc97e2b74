import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellId, notebookId, principalId, runId } from '#lib/core/ids.ts';
import { entry, LedgerBench } from '#server/testing/ledger-bench.ts';

let bench: LedgerBench;
beforeEach(async () => {
  bench = await LedgerBench.open();
});
afterEach(() => bench.close());

const ids = async (...filter: Parameters<LedgerBench['list']>) =>
  (await bench.list(...filter)).runs.map(({ id }) => id as string);
const found = async (id: string) => {
  const run = await bench.query.find(runId(id));
  if ('fault' in run) throw new Error(run.message);
  return run;
};

describe('writing', () => {
  it('many runs at once, each once, with source and outputs', async () => {
    for (let at = 0; at < 230; at += 1) bench.ledger.write(entry(`r${at}`, { queuedAt: at }));
    expect(bench.ledger.settled(notebookId('n1'))).toBe(false);
    expect(await bench.ledger.flush()).toBe(true);
    expect(bench.ledger.settled(notebookId('n1'))).toBe(true);
    const first = await bench.list();
    expect(first.runs).toHaveLength(200);
    expect(first.runs[0]).toMatchObject({ id: 'r229', by: 'ada', outcome: 'ok', firstLine: "print('r229')" });
    expect(first.next).not.toBeNull();
    expect(await found('r7')).toMatchObject({ source: "print('r7')", outputs: [{ text: 'r7\n' }] });
  });

  it('a run that starts, ends, and says something later, in one batch or in several', async () => {
    const open = { finishedAt: null, outcome: null, outputs: [] };
    const late = entry('a', { late: true, outputs: [{ output_type: 'stream', name: 'stdout', text: 'a\nlate\n' }] });
    bench.ledger.write(entry('a', open));
    await bench.ledger.flush();
    expect((await bench.list()).runs[0]).toMatchObject({ finishedAt: null, outcome: null });
    bench.ledger.write(entry('a'));
    await bench.ledger.flush();
    bench.ledger.write(late);
    for (const one of [entry('b', open), entry('b'), { ...late, id: runId('b') }]) bench.ledger.write(one);
    expect((await found('a')).outputs).toMatchObject([{ text: 'a\nlate\n' }]);
    expect((await found('b')).outputs).toMatchObject([{ text: 'a\nlate\n' }]);
    expect((await bench.list()).runs).toHaveLength(2);
  });

  it.each([
    ['is made', false],
    ['could not be made', true],
  ])('what came late while the row %s is in the history', async (_what, isRefused) => {
    await bench.close();
    let refusals = isRefused ? 1 : 0;
    let tell = (): void => undefined;
    const makeFolder = (path: string, options: object) => {
      tell();
      if (refusals-- > 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      return mkdirSync(path, options);
    };
    bench = await LedgerBench.open({ mkdirSync: makeFolder as typeof mkdirSync });
    const source = 's'.repeat(40_000);
    const outputs = [{ output_type: 'stream' as const, name: 'stdout', text: 'a\nlate\n' }];
    tell = () => {
      tell = () => undefined;
      bench.ledger.write(entry('a', { source, outputs, late: true }));
    };
    bench.ledger.write(entry('a', { source }));
    expect(await bench.ledger.flush()).toBe(!isRefused);
    expect((await found('a')).outputs).toEqual(outputs);
    expect(bench.ledger.settled(notebookId('n1'))).toBe(true);
  });

  it('an ended run is not written again, and a late word makes no run', async () => {
    bench.ledger.write(entry('a'));
    await bench.ledger.flush();
    bench.ledger.write(entry('a', { recovered: true, outcome: 'lost', outputs: [] }));
    bench.ledger.write(entry('gone', { late: true }));
    expect((await found('a')).run.outcome).toBe('ok');
    expect(await ids()).toEqual(['a']);
  });

  it('large sources and outputs lie in blobs, the same bytes once', async () => {
    const source = `x = '${'s'.repeat(40_000)}'`;
    const outputs = [{ output_type: 'stream' as const, name: 'stdout', text: 'o'.repeat(100_000) }];
    bench.ledger.write(entry('a', { source, outputs }));
    bench.ledger.write(entry('b', { source, outputs: [] }));
    await bench.ledger.flush();
    expect(await found('a')).toMatchObject({ source, outputs });
    const live = await bench.ledger.liveBlobs();
    expect(live.size).toBe(2);
    for (const hash of live) expect(bench.blobs.has(hash)).toBe(true);
    const rows = await bench.db.selectFrom('runs').select(['id', 'source', 'outputs', 'bytes']).orderBy('id').execute();
    expect(rows).toMatchObject([
      { id: 'a', source: null, outputs: null },
      { id: 'b', source: null, outputs: null, bytes: source.length },
    ]);
  });

  it('a blob that is gone is a fault of its run alone', async () => {
    bench.ledger.write(entry('a', { source: 'y'.repeat(40_000) }));
    bench.ledger.write(entry('b'));
    await bench.ledger.flush();
    await bench.blobs.sweep(() => false, -1);
    expect(await bench.query.find(runId('a'))).toMatchObject({ fault: 'blob.notFound' });
    expect((await found('b')).source).toBe("print('b')");
  });

  it('hostile ids, paths and text stay what they are', async () => {
    const odd = `'; DROP TABLE runs; -- ${'\u0000'}\u{1f4a5}`;
    bench.ledger.write(entry(odd, { cellId: cellId(odd), by: principalId(odd), path: odd, source: odd, reason: odd }));
    bench.ledger.write(entry('a'));
    expect(await ids(notebookId('n1'), { cellId: cellId(odd) })).toEqual([odd]);
    expect(await ids(notebookId('n1'), { by: odd })).toEqual([odd]);
    expect((await found(odd)).source).toBe(odd);
    expect(await ids(notebookId("n1' OR '1'='1"))).toEqual([]);
    expect(await bench.query.find(runId("a' OR '1'='1"))).toMatchObject({ fault: 'run.notFound' });
  });
});

describe('a disk that refuses', () => {
  it('keeps what waits, says so, and writes it when there is room again', async () => {
    await bench.close();
    let full = true;
    const makeFolder = (path: string, options: object) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      return mkdirSync(path, options);
    };
    bench = await LedgerBench.open({ mkdirSync: makeFolder as typeof mkdirSync });
    bench.ledger.write(entry('a', { source: 'z'.repeat(40_000) }));
    expect(await bench.ledger.flush()).toBe(false);
    expect(bench.ledger.settled(notebookId('n1'))).toBe(false);
    expect(bench.reports).toHaveLength(1);
    full = false;
    expect(await bench.ledger.flush()).toBe(true);
    expect(await ids()).toEqual(['a']);
  });
});

describe('what waits', () => {
  it('is bounded by its size on a disk that refuses, and written sooner on one that does not', async () => {
    await bench.close();
    let full = true;
    const makeFolder = (path: string, options: object) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      return mkdirSync(path, options);
    };
    bench = await LedgerBench.open({ mkdirSync: makeFolder as typeof mkdirSync });
    const text = 'o'.repeat(50 * 1024 * 1024);
    const large = (id: string) => entry(id, { outputs: [{ output_type: 'stream', name: 'stdout', text }] });
    bench.ledger.write(large('a'));
    bench.ledger.write(entry('s', { source: 'z'.repeat(40_000) }));
    expect(await bench.ledger.flush()).toBe(false);
    for (const id of ['b', 'c', 'd']) bench.ledger.write(large(id));
    full = false;
    await bench.ledger.flush();
    expect((await ids()).toSorted()).toEqual(['c', 'd']);
    for (const id of ['e', 'f', 'g']) bench.ledger.write(large(id));
    await bench.ledger.job(async () => undefined);
    expect(bench.ledger.settled(notebookId('n1'))).toBe(true);
  });
});

describe('asking', () => {
  it('pages from the newest on; those of one moment as their turn came', async () => {
    const neverStarted = { startedAt: null, finishedAt: 1_200, outcome: 'cancelled' as const };
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      bench.ledger.write(entry(id, { queuedAt: id === 'e' ? 9 : 5, ...(id === 'c' ? neverStarted : {}) }));
    const seen: string[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < 9; pages += 1) {
      const page = await bench.list(notebookId('n1'), { limit: 2, after });
      seen.push(...page.runs.map(({ id }) => id as string));
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen).toEqual(['e', 'c', 'd', 'b', 'a']);
    expect(await bench.query.list({ notebookId: notebookId('n1'), limit: 2, after: 'x' })).toMatchObject({
      fault: 'request.invalid',
    });
  });

  it('by cell, outcome and author, and of one notebook alone', async () => {
    bench.ledger.write(entry('a'));
    bench.ledger.write(entry('b', { cellId: cellId('c2'), outcome: 'error' }));
    bench.ledger.write(entry('c', { by: principalId('bob') }));
    bench.ledger.write(entry('d', { notebookId: notebookId('n2') }));
    const n1 = notebookId('n1');
    expect(await ids(n1)).toEqual(['c', 'b', 'a']);
    expect(await ids(n1, { cellId: cellId('c2') })).toEqual(['b']);
    expect(await ids(n1, { outcome: 'error' })).toEqual(['b']);
    expect(await ids(n1, { by: 'bob', outcome: 'ok' })).toEqual(['c']);
    expect((await bench.list(n1)).authors).toEqual(['ada', 'bob']);
  });

  it('a run of another workspace is not there', async () => {
    bench.ledger.write(entry('a'));
    await bench.ledger.flush();
    await bench.db.updateTable('runs').set({ workspace_id: 'other' }).execute();
    expect(await ids()).toEqual([]);
    expect(await bench.query.find(runId('a'))).toMatchObject({ fault: 'run.notFound' });
  });
});

describe('erasing', () => {
  it('forgets the ended runs of one notebook for good: a journal does not bring them back', async () => {
    bench.ledger.write(entry('a'));
    bench.ledger.write(entry('open', { finishedAt: null, outcome: null }));
    bench.ledger.write(entry('other', { notebookId: notebookId('n2') }));
    expect(await bench.query.erase(notebookId('n1'))).toBe(1);
    bench.ledger.write(entry('a', { recovered: true }));
    bench.ledger.write(entry('new', { finishedAt: bench.at + 1, recovered: true }));
    bench.ledger.write(entry('open', { finishedAt: bench.at + 2 }));
    expect((await ids()).toSorted()).toEqual(['new', 'open']);
    expect(await ids(notebookId('n2'))).toEqual(['other']);
  });

  it('keeps what runs afterwards, also when the clock was set back', async () => {
    bench.ledger.write(entry('a'));
    await bench.query.erase(notebookId('n1'));
    bench.ledger.write(entry('b', { finishedAt: bench.at - 500_000 }));
    expect(await ids()).toEqual(['b']);
  });

  it('forgets what could not be written, too', async () => {
    await bench.close();
    let full = true;
    const makeFolder = (path: string, options: object) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      return mkdirSync(path, options);
    };
    bench = await LedgerBench.open({ mkdirSync: makeFolder as typeof mkdirSync });
    bench.ledger.write(entry('a', { source: 'z'.repeat(40_000) }));
    await bench.query.erase(notebookId('n1'));
    full = false;
    expect(await ids()).toEqual([]);
  });
});

describe('runs whose end nobody saw', () => {
  it('are lost once their notebook is opened, unless its journal knows them', async () => {
    const open = { finishedAt: null, outcome: null, outputs: [] };
    bench.ledger.write(entry('gone', open));
    bench.ledger.write(entry('runs', open));
    bench.ledger.write(entry('other', { ...open, notebookId: notebookId('n2') }));
    await bench.ledger.flush();
    bench.ledger.opened(notebookId('n1'), [runId('runs')]);
    expect((await found('gone')).run).toMatchObject({ outcome: 'lost', finishedAt: bench.at });
    expect((await found('runs')).run.finishedAt).toBeNull();
    expect((await found('other')).run.finishedAt).toBeNull();
  });
});
