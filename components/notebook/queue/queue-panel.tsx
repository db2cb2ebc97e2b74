'use client';
import { useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import { ListOrdered, Pause, Play, Square } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import spoken from '#components/ui/spoken.module.css';
import { useRowFocus } from '#components/ui/use-row-focus.ts';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { useCellPlaces } from '#lib/client/document/use-document.ts';
import { useSessions } from '#lib/client/results/use-results.ts';
import type { CellId, RunId } from '#lib/core/ids.ts';
import type { Run, SessionState } from '#lib/core/session/state.ts';
import { Elapsed } from '#components/ui/elapsed.tsx';
import { counted } from '#components/ui/measure-words.ts';
import { useNotebook } from '../notebook-context.ts';
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
  const { document, results, commands } = useNotebook();
  const cellPlaces = useCellPlaces(document);
  const { runs } = results.state();
  const running = session.running === null ? undefined : runs.get(session.running);
  const waits = session.queue.length > 0;
  const { queueing } = commands;
  return (
    <>
      <div className={styles.tools}>
        {session.held === null ? (
          <Button focusableWhenDisabled disabled={!waits && running === undefined} onClick={() => void queueing.hold()}>
            <Pause size={14} aria-hidden />
            Hold
          </Button>
        ) : (
          <Button look="primary" onClick={() => void queueing.continue()}>
            <Play size={14} aria-hidden />
            Continue
          </Button>
        )}
        <Button focusableWhenDisabled disabled={!waits} onClick={() => void queueing.clear()}>
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
      {running === undefined ? null : <RunningRow run={running} cellPlace={cellPlaces.get(running.cellId)} />}
      {waits ? (
        <Waiting queue={session.queue} runs={runs} cellPlaces={cellPlaces} />
      ) : running === undefined ? (
        <Nothing />
      ) : null}
    </>
  );
}

type RunningRowProps = { readonly run: Run; readonly cellPlace: number | undefined };

function RunningRow({ run, cellPlace }: RunningRowProps) {
  const { commands } = useNotebook();
  const go = useGoTo();
  return (
    <div className={`${styles.row} ${styles.running}`} data-queue-running={run.cellId}>
      <button type="button" className={styles.go} onClick={() => go(run.cellId)}>
        <span className={styles.place}>
          <span className={styles.dot} aria-hidden />
        </span>
        <CellLine id={run.cellId} place={cellPlace}>
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

type WaitingProps = {
  readonly queue: readonly RunId[];
  readonly runs: ReadonlyMap<RunId, Run>;
  readonly cellPlaces: ReadonlyMap<CellId, number>;
};

/** One stop of the Tab key; the arrow keys go through the rows and their buttons. */
function Waiting({ queue, runs, cellPlaces }: WaitingProps) {
  const { commands } = useNotebook();
  const arranged = useQueueOrder(queue);
  const { order, settle } = arranged;
  const drag = useRowDrag(arranged);
  const shown = order.flatMap((id) => runs.get(id) ?? []).slice(0, mostRows);
  const places = new Map(order.map((id, place) => [id, place]));
  const list = useRef<HTMLOListElement>(null);
  const ids = shown.map(({ id }) => id);
  const rows = useRowFocus(list, ids);
  const kept = useKeptFocus(list, order);
  const [said, setSaid] = useState('');
  const go = useGoTo();

  const move = (id: RunId, place: number) => {
    const at = Math.max(0, Math.min(order.length - 1, place));
    settle(moveRun(order, id, at));
    setSaid(`Moved to place ${at + 1} of ${order.length}.`);
    // The row that moved may have been taken out of the page and put back, which loses the focus.
    requestAnimationFrame(() => rows.focusRow(at));
  };
  const cancel = (id: RunId) => {
    void commands.queueing.cancel(id);
    setSaid('Taken out of the queue.');
  };
  const keys = (event: KeyboardEvent) => {
    const id = ids[rows.placeOf(event.target)];
    const place = id === undefined ? undefined : places.get(id);
    if (id === undefined || place === undefined || rows.onKeyDown(event)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.altKey && event.key === 'ArrowUp') move(id, place - 1);
    else if (event.altKey && event.key === 'ArrowDown') move(id, place + 1);
    else if (event.altKey && event.key === 'Home') move(id, 0);
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      // The focus goes on to the next row: a held key must not empty the queue.
      if (!event.repeat) cancel(id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const focused = (event: FocusEvent) => {
    rows.onFocus(event);
    const id = ids[rows.placeOf(event.target)];
    if (id !== undefined) kept.onFocus(id);
  };

  return (
    <>
      <h3 className={styles.title}>{counted(order.length, 'cell')} waiting</h3>
      <ol
        ref={list}
        className={styles.list}
        aria-label="Waiting cells"
        onKeyDown={keys}
        onFocus={focused}
        onBlur={kept.onBlur}
      >
        {shown.map((run) => (
          <QueueRow
            key={run.id}
            run={run}
            cellPlace={cellPlaces.get(run.cellId)}
            place={places.get(run.id) ?? 0}
            count={order.length}
            tabIndex={run.id === rows.stop ? 0 : -1}
            dragged={drag.dragged === run.id}
            onGo={() => go(run.cellId)}
            onPress={(event) => drag.press(event, run.id)}
            onNext={() => move(run.id, 0)}
            onCancel={() => cancel(run.id)}
          />
        ))}
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
