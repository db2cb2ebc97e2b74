'use client';
import { useEffect, useId, useMemo, useRef, useState, useSyncExternalStore, type CSSProperties } from 'react';
import { ListTree, LoaderCircle, Play, TriangleAlert } from 'lucide-react';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useNotebook } from '../notebook-context.ts';
import { shownCellsOf } from '../shown-cells.ts';
import { OutlineStore, rowAt, type OutlineRow } from './outline-store.ts';
import styles from './outline-view.module.css';

/** Height of a row (outline-view.module.css), and rows in the page above and below the view. px */
const rowHeight = 28;
const overscan = 8;

/** The headings of the notebook in the sidebar's view: where one is, where one may go, and a section's run. */
export function OutlineView() {
  const { document, results, selection, commands, cells } = useNotebook();
  const store = useMemo(() => new OutlineStore(document, results, shownCellsOf(document)), [document, results]);
  const { rows, marks } = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  const active = useSyncExternalStore(selection.subscribe, () => selection.get().active);
  const here = active === null ? undefined : rowAt(rows, document.cellIds().indexOf(active));
  const [at, setAt] = useState<string | null>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [rows.length === 0]); // oxlint-disable-line react/exhaustive-deps -- the scroller comes with the first row

  if (rows.length === 0)
    return (
      <EmptyState icon={ListTree} title="No headings yet">
        Headings of this notebook appear here. Write one in a Markdown cell: <code># Title</code>
      </EmptyState>
    );

  const go = (row: OutlineRow) => {
    setAt(row.key);
    commands.selecting.activate(row.cellId);
    cells.reveal(row.cellId, 'center');
  };
  const focused = Math.max(
    0,
    rows.findIndex(({ key }) => key === (at ?? here?.key)),
  );
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setAt(rows[next]?.key ?? null);
    const element = scroller.current;
    if (element === null) return;
    if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
    else if ((next + 1) * rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = (next + 1) * rowHeight - element.clientHeight;
  };
  const keys = (event: React.KeyboardEvent) => {
    const row = rows[focused];
    switch (event.key) {
      case 'ArrowDown':
        moveTo(focused + 1);
        break;
      case 'ArrowUp':
        moveTo(focused - 1);
        break;
      case 'Home':
        moveTo(0);
        break;
      case 'End':
        moveTo(rows.length - 1);
        break;
      case 'Enter':
      case ' ':
        if (row !== undefined) go(row);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const first = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + overscan);
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Outline"
      tabIndex={0}
      aria-activedescendant={`${id}-${focused}`}
      className={styles.tree}
      onKeyDown={keys}
    >
      <div style={{ height: rows.length * rowHeight }} role="presentation" className={styles.all}>
        {rows.slice(first, last).map((row, offset) => {
          const place = first + offset;
          return (
            <div
              key={row.key}
              id={`${id}-${place}`}
              role="treeitem"
              aria-level={row.level}
              aria-posinset={place + 1}
              aria-setsize={rows.length}
              aria-selected={place === focused}
              aria-current={row === here ? 'true' : undefined}
              className={styles.row}
              style={{ '--depth': row.level - 1, top: place * rowHeight } as CSSProperties}
              title={row.text}
              onClick={() => go(row)}
            >
              <span className={styles.text}>{row.text}</span>
              <Mark mark={marks.get(row.key)} />
              <span className={styles.run}>
                <IconButton
                  icon={Play}
                  label={`Run the section ${row.text}`}
                  size="small"
                  tabIndex={-1}
                  onClick={(event) => {
                    event.stopPropagation();
                    commands.running.run(document.cellIds().slice(row.start, row.end));
                  }}
                />
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Mark({ mark }: { readonly mark: 'running' | 'error' | undefined }) {
  if (mark === 'running') return <LoaderCircle size={12} className={styles.running} aria-label="running" role="img" />;
  if (mark === 'error') return <TriangleAlert size={12} className={styles.error} aria-label="failed" role="img" />;
  return null;
}
