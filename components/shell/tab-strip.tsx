'use client';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { ArrowLeftRight, ChevronDown } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { ContextMenu, Menu } from '#components/ui/menu.tsx';
import { closeDocument, goToOtherPane, openDocument } from './document-actions.ts';
import { DocumentTab } from './document-tab.tsx';
import { documentTitle } from './document-titles.ts';
import type { Pane } from './layout.ts';
import { changeLayout, useLayout } from './layout-store.ts';
import { nameOf } from './locations.ts';
import { tabMenu } from './tab-menu.ts';
import styles from './tab-strip.module.css';
import { useUnsavedDocuments } from './unsaved-documents.ts';

export type TabStripProps = {
  readonly pane: Pane;
  readonly focused: boolean;
  /** Path of the tab that is dragged now, in whichever pane. */
  readonly dragged: string | null;
  readonly onDrag: (path: string | null) => void;
};

/** Tabs are links to pages, so they are a navigation with a current page, not an ARIA tab list. */
export function TabStrip({ pane, focused, dragged, onDrag }: TabStripProps) {
  const unsaved = useUnsavedDocuments();
  const layout = useLayout();
  const list = useRef<HTMLElement>(null);
  const [before, setBefore] = useState<string | null | undefined>(undefined);
  const [asked, setAsked] = useState<string | null>(null);
  const overflows = useOverflow(list, pane.tabs.length);
  const { tabs, active } = pane;
  const names = tabs.map(nameOf);
  const alone = layout.panes.length === 1;

  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  const end = () => {
    setBefore(undefined);
    onDrag(null);
  };
  const over = (event: DragEvent, path: string | null) => {
    if (dragged === null) return;
    event.preventDefault();
    event.stopPropagation();
    setBefore(path === null ? null : beforeAt(event, tabs, path));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (dragged !== null) changeLayout({ type: 'Moved', path: dragged, pane: pane.id, before: before ?? null });
    end();
  };

  return (
    <>
      <ContextMenu
        entries={tabMenu(asked ?? active ?? '', layout)}
        area={
          <nav
            ref={list}
            className={styles.strip}
            aria-label={alone ? 'Open files' : `Open files, ${focused ? 'this' : 'other'} pane`}
            onContextMenuCapture={(event) => setAsked(pathAt(event.target))}
            onDragOver={(event) => over(event, null)}
            onDragLeave={() => setBefore(undefined)}
            onDrop={drop}
          >
            <ul className={styles.tabs}>
              {tabs.map((path, index) => (
                <DocumentTab
                  key={path}
                  path={path}
                  current={path === active}
                  focused={focused}
                  unsaved={unsaved.has(path)}
                  ambiguous={names.indexOf(nameOf(path)) !== names.lastIndexOf(nameOf(path))}
                  dropMark={
                    before === path ? 'before' : before === null && index === tabs.length - 1 ? 'after' : undefined
                  }
                  onClose={() => closeDocument(path)}
                  onDragStart={() => onDrag(path)}
                  onDragOver={(event) => over(event, path)}
                  onDragEnd={end}
                />
              ))}
            </ul>
          </nav>
        }
      />
      {overflows ? (
        <span className={styles.more}>
          <Menu
            align="end"
            trigger={<IconButton icon={ChevronDown} label="All tabs of this pane" size="small" />}
            entries={tabs.map((path) => ({
              label: `${documentTitle(path) ?? path}${path === active ? ' ✓' : ''}`,
              onSelect: () => openDocument(path),
            }))}
          />
        </span>
      ) : null}
      {alone ? null : (
        <span className={styles.switch}>
          <IconButton icon={ArrowLeftRight} label="Show the other pane" onClick={goToOtherPane} />
        </span>
      )}
    </>
  );
}

/** Whether the tabs need more room than there is. */
function useOverflow(list: React.RefObject<HTMLElement | null>, count: number): boolean {
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const measure = () => setOverflows(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [list, count]);
  return overflows;
}

/** The tab before which a drop at the pointer goes: this one or, in its second half, the next; null at the end. */
function beforeAt(event: DragEvent, tabs: readonly string[], path: string): string | null {
  const box = event.currentTarget.getBoundingClientRect();
  return event.clientX < box.left + box.width / 2 ? path : (tabs[tabs.indexOf(path) + 1] ?? null);
}

function pathAt(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest('[data-tab]')?.getAttribute('data-tab') ?? null) : null;
}
