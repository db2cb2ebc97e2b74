'use client';
import { ArrowDown, ArrowUp, Ellipsis, Play, Trash2 } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import type { CellType } from '#lib/core/notebook/model.ts';
import type { MenuPoint } from './cell-menu.ts';
import styles from './cell-toolbar.module.css';
import type { NotebookActionId } from './notebook-actions.ts';
import { keysOf } from './notebook-actions.ts';

export type CellToolbarProps = {
  readonly type: CellType;
  readonly readOnly: boolean;
  /** Makes the cell the active one and acts on it. */
  readonly onAction: (id: NotebookActionId) => void;
  readonly onType: (type: CellType) => void;
  /** Opens the menu of the cell at a point of the screen. */
  readonly onMenu: (point: MenuPoint) => void;
};

/** What can be done with one cell; shown on the active cell and under the pointer. */
export function CellToolbar({ type, readOnly, onAction, onType, onMenu }: CellToolbarProps) {
  const button = (id: NotebookActionId) => ({
    size: 'small' as const,
    shortcut: describeKeys({ keys: keysOf(id) }),
    onClick: () => onAction(id),
  });
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Cell">
      {type === 'code' ? (
        <IconButton
          icon={Play}
          label="Run this cell"
          {...button('run.stay')}
          // The second press of a double click means nothing more.
          onClick={(event) => (event.detail > 1 ? undefined : onAction('run.stay'))}
        />
      ) : null}
      {readOnly || type === 'unknown' ? null : (
        <select
          className={styles.type}
          aria-label="Cell type"
          value={type}
          onChange={(event) => onType(event.currentTarget.value as CellType)}
        >
          <option value="code">Code</option>
          <option value="markdown">Markdown</option>
          <option value="raw">Raw</option>
        </select>
      )}
      {readOnly ? null : (
        <>
          <span className={styles.moves}>
            <IconButton icon={ArrowUp} label="Move the cell up" {...button('cell.moveUp')} />
            <IconButton icon={ArrowDown} label="Move the cell down" {...button('cell.moveDown')} />
          </span>
          <IconButton icon={Trash2} label="Delete the cell" {...button('cell.delete')} />
        </>
      )}
      <IconButton
        icon={Ellipsis}
        label="More for this cell"
        size="small"
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          onMenu({ x: left, y: bottom });
        }}
      />
    </div>
  );
}

export type InsertBarProps = { readonly onInsert: (type: 'code' | 'markdown') => void };

/** The place below a cell where another one may go. */
export function InsertBar({ onInsert }: InsertBarProps) {
  return (
    <div className={styles.insert}>
      <button type="button" className={styles.add} onClick={() => onInsert('code')}>
        + Code
      </button>
      <button type="button" className={styles.add} onClick={() => onInsert('markdown')}>
        + Markdown
      </button>
    </div>
  );
}
