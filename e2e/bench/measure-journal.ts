import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault } from '#lib/core/fault.ts';
import { notebookId, principalId, type CellId } from '#lib/core/ids.ts';
import { Journal } from '#server/session/journal.ts';
import { SessionHost } from '#server/session/session-host.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { MemorySource } from '#server/testing/memory-source.ts';
import { quietLedger } from '#server/testing/session-bench.ts';
import type { Measure } from './bench-run.ts';
import { figuresOf } from './figures.ts';
import { instantGateway, instantGatewayId } from './instant-gateway.ts';
import { pause } from './steps.ts';

const runs = 400;
const warmUp = 50;
const person = principalId('bench');

/**
 * Row `journal`: a session host in this process whose kernel answers at once. From asking for a run to its end, every
 * other run with nothing handed to the journal: what is left out is making frames, checksums and writing them to a file
 * in the folder for temporary files, with syncs of the disk under way beside it. The difference of the two medians is
 * what the journal adds to all events of a run together; the request leaves before the last of them.
 */
export const measureJournal: Measure = async ({ sheet }, { name }) => {
  if (name !== 'Farfield') return;
  const folder = mkdtempSync(join(tmpdir(), 'farfield-journal-'));
  const append = Journal.prototype.append;
  const source = new MemorySource();
  const cell = source.set('cell', '1+1');
  let answered = () => {};
  const gateways = instantGateway(() => answered());
  const blobs = new BlobStore(join(folder, 'blobs'));
  const options = { notebookId: notebookId('bench'), folder, blobs, source, gateways, ledger: quietLedger };
  const host = await SessionHost.open(options);
  try {
    const start = { gatewayId: instantGatewayId, kernelName: 'python3', shutdownPrevious: false };
    const started = await host.kernels.start(start, person);
    if (isFault(started)) throw new Error(started.message);
    await pause(100);
    const times = { written: [] as number[], left: [] as number[] };
    let frames = 0;
    for (let at = -warmUp; at < runs; at++) {
      const isWritten = at % 2 === 0;
      Journal.prototype.append = function (...given) {
        frames++;
        if (isWritten) append.apply(this, given);
      };
      const ms = await runOnce(host, cell, new Promise((resolve) => (answered = resolve)));
      if (at >= 0) times[isWritten ? 'written' : 'left'].push(ms);
      await pause(5);
    }
    if (frames < runs) throw new Error('the runs did not pass the journal');
    const [written, left] = [figuresOf(times.written), figuresOf(times.left)];
    const added = (stat: 'p50' | 'p95') => (written[stat] ?? Number.NaN) - (left[stat] ?? Number.NaN);
    sheet.put('journal.added', name, { p50: added('p50'), p95: added('p95') });
  } finally {
    Journal.prototype.append = append;
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function runOnce(host: SessionHost, cell: CellId, answered: Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const runIds = await host.runs.request({ cellIds: [cell], stateVector: null, by: person });
  if (isFault(runIds)) throw new Error(runIds.message);
  await answered;
  const ms = performance.now() - startedAt;
  if (host.state().cells.get(cell)?.run?.finishedAt == null) throw new Error('the run is not over');
  return ms;
}
