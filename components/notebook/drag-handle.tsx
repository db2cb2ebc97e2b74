'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { GripVertical } from 'lucide-react';
import type { CellId } from '#lib/core/ids.ts';
import { useNotebook } from './notebook-context.ts';
import styles from './drag-handle.module.css';

export type DragHandleProps = { readonly id: CellId };

/** Where a cell is taken to be moved. By keyboard the move actions do the same. */
export function DragHandle({ id }: DragHandleProps) {
  const { drag } = useNotebook();
  return (
    <span
      className={styles.handle}
      data-drag-handle
      aria-hidden
      title="Drag to move"
      onPointerDown={(event) => drag.press(event.nativeEvent, id, event.currentTarget)}
      // A long press drags.
      onContextMenu={(event) => event.stopPropagation()}
    >
      <GripVertical size={14} />
    </span>
  );
}

/** Shows where dragged cells would go. */
export function DropLine() {
  const { drag } = useNotebook();
  const dragged = useSyncExternalStore(drag.subscribe, drag.get, nothing);
  useEffect(() => () => drag.stop(), [drag]);
  if (dragged?.place === null || dragged === null) return null;
  const { top, left, width } = dragged.place;
  return (
    <div className={styles.line} data-drop-line style={{ top, left, width }}>
      <span className={styles.count}>
        {dragged.ids.length === 1 ? 'Move 1 cell here' : `Move ${dragged.ids.length} cells here`}
      </span>
    </div>
  );
}

const nothing = () => null;
