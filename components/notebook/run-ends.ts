import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { RunId } from '#lib/core/ids.ts';
import type { Run } from '#lib/core/session/state.ts';

/** Calls `ended` for each run that was seen waiting or running and is over. Returns the end of it. */
export function onRunEnd(results: Pick<NotebookResults, 'subscribe' | 'state'>, ended: (run: Run) => void): () => void {
  let before = results.state().runs;
  let open = openRuns(before.values());
  return results.subscribe(() => {
    const { runs } = results.state();
    if (runs === before) return;
    before = runs;
    for (const id of open) {
      const run = runs.get(id);
      if (run !== undefined && run.finishedAt !== null) ended(run);
    }
    open = openRuns(runs.values());
  });
}

function openRuns(runs: Iterable<Run>): ReadonlySet<RunId> {
  const open = new Set<RunId>();
  for (const run of runs) if (run.finishedAt === null) open.add(run.id);
  return open;
}
