'use client';
import { useRef, useState } from 'react';
import { ListOrdered, Pause, Play, Square } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import spoken from '#components/ui/spoken.module.css';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { useSessions } from '#lib/client/results/use-results.ts';
import type { CellId, RunId } from '#lib/core/ids.ts';
import type { Run, SessionState } from '#lib/core/session/state.ts';
import { Elapsed } from '../elapsed.tsx';
import { useNotebook } from '../notebook-context.ts';
import { counted } from '../words.ts';
import { moveRun } from './move-run.ts';
import styles from './queue-panel.module.css';
import { CellLine, QueueRow } from './queue-row.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { useQueueOrder } from './use-queue-order.ts';
import { useRowDrag } from './use-row-drag.ts';

/** Rows in the page; of a longer queue the rest is counted. */
const mostRows = 200;

/** What runs and what waits in this notebook, in order, and all that can be done about it. */
export function QueuePanel() {
  const { results } = useNotebook();
  const session = useSessions(results)[0] ?? null;
  return (
    <section className={styles.panel} aria-label="Queue">
      {session === null ? <Nothing /> : <SessionQueue session={session} />}
    </section>
  );
}

function SessionQueue({ session }: { readonly session: SessionState }) {
  const { results, commands } = useNotebook();
  const { runs } = results.state();
  const running = session.running === null ? undefined : runs.get(session.running);
  const waits = session.queue.length > 0;
  const { queueing } = commands;
  return (
    <>
      <div className={styles.tools}>
        {session.held === null ? (
          <Button disabled={!waits && running === undefined} onClick={() => void queueing.hold()}>
            <Pause size={14} aria-hidden />
            Hold
          </Button>
        ) : (
          <Button look="primary" onClick={() => void queueing.continue()}>
            <Play size={14} aria-hidden />
            Continue
          </Button>
        )}
        <Button disabled={!waits} onClick={() => void queueing.clear()}>
          Clear
        </Button>
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={session.stopOnError}
            onChange={(event) => void queueing.setStopOnError(event.target.checked)}
          />
          Stop at an error
        </label>
      </div>
      {session.held === null ? null : (
        <p className={styles.held}>
          <Pause size={12} aria-hidden />
          {session.held.why === 'interrupted'
            ? 'Held since the interrupt: nothing starts until you continue or clear.'
            : 'Held: nothing starts until you continue.'}
        </p>
      )}
      {running === undefined ? null : <RunningRow run={running} />}
      {waits ? <Waiting queue={session.queue} runs={runs} /> : running === undefined ? <Nothing /> : null}
    </>
  );
}

function RunningRow({ run }: { readonly run: Run }) {
  const { commands } = useNotebook();
  const go = useGoTo();
  return (
    <div className={`${styles.row} ${styles.running}`} data-queue-running={run.cellId}>
      <button type="button" className={styles.go} onClick={() => go(run.cellId)}>
        <span className={styles.place}>
          <span className={styles.dot} aria-hidden />
        </span>
        <CellLine id={run.cellId}>
          running for <Elapsed from={run.startedAt ?? run.queuedAt} to={null} />
        </CellLine>
      </button>
      <IconButton
        icon={Square}
        size="small"
        label="Interrupt this cell"
        onClick={() => void commands.life.interruptRun(run.id)}
      />
    </div>
  );
}

type WaitingProps = { readonly queue: readonly RunId[]; readonly runs: ReadonlyMap<RunId, Run> };

function Waiting({ queue, runs }: WaitingProps) {
  const { commands } = useNotebook();
  const arranged = useQueueOrder(queue);
  const { order, settle } = arranged;
  const drag = useRowDrag(arranged);
  const list = useRef<HTMLOListElement>(null);
  const kept = useKeptFocus(list, order);
  const [said, setSaid] = useState('');
  const go = useGoTo();

  const focusRow = (place: number) => {
    const rows = list.current?.querySelectorAll<HTMLElement>('[data-queue-go]') ?? [];
    rows[Math.max(0, Math.min(rows.length - 1, place))]?.focus();
  };
  const move = (id: RunId, place: number) => {
    const at = Math.max(0, Math.min(order.length - 1, place));
    settle(moveRun(order, id, at));
    setSaid(`Moved to place ${at + 1} of ${order.length}.`);
    // The row that moved may have been taken out of the page and put back, which loses the focus.
    requestAnimationFrame(() => focusRow(at));
  };
  const cancel = (id: RunId) => {
    void commands.queueing.cancel(id);
    setSaid('Taken out of the queue.');
  };
  const keys = (event: React.KeyboardEvent, id: RunId, place: number) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const next = place + (event.key === 'ArrowUp' ? -1 : 1);
      if (event.altKey) move(id, next);
      else focusRow(next);
    } else if (event.key === 'Home' && event.altKey) move(id, 0);
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      // The focus goes on to the next row: a held key must not empty the queue.
      if (!event.repeat) cancel(id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <h3 className={styles.title}>{counted(order.length, 'cell')} waiting</h3>
      <ol ref={list} className={styles.list} aria-label="Waiting cells" onBlur={kept.onBlur}>
        {order.slice(0, mostRows).map((id, place) => {
          const run = runs.get(id);
          return run === undefined ? null : (
            <QueueRow
              key={id}
              run={run}
              place={place}
              count={order.length}
              dragged={drag.dragged === id}
              onGo={() => go(run.cellId)}
              onKeys={(event) => keys(event, id, place)}
              onPress={(event) => drag.press(event, id)}
              onNext={() => move(id, 0)}
              onFocus={() => kept.onFocus(id)}
              onCancel={() => cancel(id)}
            />
          );
        })}
      </ol>
      {order.length > mostRows ? <p className={styles.rest}>and {order.length - mostRows} more</p> : null}
      <p className={spoken.spoken} role="status">
        {said}
      </p>
    </>
  );
}

function Nothing() {
  return (
    <EmptyState icon={ListOrdered} title="Nothing runs or waits">
      Cells that you run while another one runs wait here, in order. You can move them, hold them, or take them out.
    </EmptyState>
  );
}

/** On a phone the panel lies over the cells, and goes when one is chosen. */
function useGoTo(): (id: CellId) => void {
  const { commands, cells } = useNotebook();
  return (id) => {
    if (document.activeElement?.closest('[role="dialog"]')) void actionRegistry.run('view.closePanel');
    commands.collapsing.reveal(id);
    commands.selecting.activate(id);
    cells.reveal(id, 'center');
  };
}
