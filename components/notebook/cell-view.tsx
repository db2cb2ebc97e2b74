'use client';
import { memo, useDeferredValue, useLayoutEffect, useRef, useState } from 'react';
import { useCell } from '#lib/client/document/use-document.ts';
import { useCellState, useIsHeld, useQueuePosition } from '#lib/client/results/use-results.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { CellConflict } from '#lib/core/notebook/model.ts';
import { CellBody } from './cell-body.tsx';
import { CellGutter } from './cell-gutter.tsx';
import { CellToolbar, InsertBar } from './cell-toolbar.tsx';
import styles from './cell-view.module.css';
import { ConflictView } from './conflict-view.tsx';
import { DragHandle } from './drag-handle.tsx';
import { SectionToggle } from './hidden-bar.tsx';
import { runNotebookAction } from './notebook-actions.ts';
import { useActiveMode, useIsSelected, useNotebook } from './notebook-context.ts';
import { useCellPress } from './use-cell-press.ts';
import { cellTypeNames, runStateHook } from './words.ts';

export type CellViewProps = {
  readonly id: CellId;
  /** Place in the notebook from 0, and how many cells it has. */
  readonly index: number;
  readonly count: number;
  readonly language: string;
  readonly readOnly: boolean;
  /** Waits for a person's choice. */
  readonly conflict: CellConflict | undefined;
};

/** One cell: its frame, its number and state, and what it holds. Reads everything by id. */
export const CellView = memo(function CellView({ id, index, count, language, readOnly, conflict }: CellViewProps) {
  const { document, results, selection, commands, menu } = useNotebook();
  const cell = useCell(document, id);
  const state = useCellState(results, id);
  const position = useQueuePosition(results, id);
  const held = useIsHeld(results, id);
  const mode = useActiveMode(id);
  const selected = useIsSelected(id);
  const [hovered, setHovered] = useState(false);
  const frame = useFocusFollows(id, index);
  const press = useCellPress(id, cell?.type);
  // Buttons come a moment after the key that moved here: they are the larger part of that work.
  const tools = useDeferredValue(mode !== null || hovered);
  if (cell === undefined) return null;

  const runState = state.run?.state ?? 'idle';
  const active = mode !== null;
  const act = (action: Parameters<typeof runNotebookAction>[1]) => {
    commands.selecting.activate(id);
    runNotebookAction(commands, action);
  };
  const leave = (event: React.FocusEvent) => {
    // The focus went to another part of the page: keys no longer type here.
    const next = event.relatedTarget;
    if (
      mode === 'edit' &&
      next instanceof Element &&
      !event.currentTarget.contains(next) &&
      next.closest('[role="dialog"], [role="menu"]') === null
    ) {
      if (selection.get().active === id) selection.set({ mode: 'command' });
    }
  };

  return (
    <div
      ref={frame}
      role="listitem"
      aria-label={`${cellTypeNames[cell.type]} ${index + 1}${runState === 'idle' ? '' : `, ${runState}`}${state.run?.input == null ? '' : ', waits for your input'}${selected ? ', selected' : ''}`}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-current={active ? 'true' : undefined}
      tabIndex={active || index === 0 ? 0 : -1}
      className={`${styles.cell} ${active ? styles.active : ''} ${selected ? styles.selected : ''} ${mode === 'edit' ? styles.editing : ''} ${hovered ? styles.hovered : ''}`}
      data-cell-id={id}
      data-cell-index={index}
      data-cell-type={cell.type}
      data-selected={selected || undefined}
      data-run-state={runStateHook(runState)}
      data-execution-count={state.executionCount ?? ''}
      onMouseDown={press}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      onBlur={leave}
    >
      <div className={styles.margin}>
        {readOnly ? null : <DragHandle id={id} />}
        {cell.type === 'code' ? (
          <CellGutter state={state} position={position} held={held} onHistory={() => commands.pastRuns.showCell(id)} />
        ) : null}
        {cell.type === 'markdown' && mode !== 'edit' ? <SectionToggle id={id} /> : null}
      </div>
      <div className={styles.content}>
        <CellBody
          id={id}
          cell={cell}
          index={index}
          language={language}
          mode={mode}
          readOnly={readOnly}
          outputs={state.outputs}
          run={state.run}
        />
        {conflict === undefined ? null : (
          <ConflictView conflict={conflict} onChoose={(choice) => void commands.saving.resolve(id, choice)} />
        )}
      </div>
      {tools ? (
        <>
          <CellToolbar
            type={cell.type}
            readOnly={readOnly}
            onAction={act}
            onMenu={(point) => {
              if (!commands.selecting.chosen().includes(id)) commands.selecting.activate(id);
              menu.set(point);
            }}
            onType={(type) => {
              commands.selecting.activate(id);
              commands.editing.setType(type);
            }}
          />
          {readOnly ? null : <InsertBar onInsert={(type) => commands.editing.insertAfter(id, type)} />}
        </>
      ) : null}
    </div>
  );
});

/** The element of a cell: known to the window while it is in the page, focused when keys should act on the cell. */
function useFocusFollows(id: CellId, index: number) {
  const { selection, editor, cells } = useNotebook();
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    cells.register(id, frame.current);
    return () => cells.register(id, null);
  }, [cells, id]);
  useLayoutEffect(() => {
    const follow = () => {
      const { active, mode, follow: wanted } = selection.get();
      if (active === id && wanted && mode === 'command') frame.current?.focus({ preventScroll: true });
    };
    // A cell that was just inserted, or was out of the page, mounts after the selection moved to it.
    follow();
    return selection.subscribe(follow);
  }, [selection, id]);
  // A node that moves in the page loses the focus.
  useLayoutEffect(() => {
    const { active, mode } = selection.get();
    if (active !== id || document.activeElement !== document.body) return;
    // Of two notebooks side by side only the one that has the focus takes it back.
    if (frame.current?.closest('[data-document]:not([data-focused])')) return;
    if (mode === 'edit') editor.get()?.focus();
    else frame.current?.focus({ preventScroll: true });
  }, [index, id, selection, editor]);
  return frame;
}
