'use client';
import { useRef, useState, type CSSProperties, type ReactElement, type ReactNode } from 'react';
import { ActionPlaceContext } from '#lib/client/actions/use-actions.ts';
import { SlotScope } from '#components/ui/slot.tsx';
import { Splitter } from '#components/ui/splitter.tsx';
import { DocumentBoundary } from './document-boundary.tsx';
import { Home } from './home.tsx';
import { type Layout, type PaneId, shareLimits } from './layout.ts';
import { changeLayout, useLayout } from './layout-store.ts';
import styles from './panes.module.css';
import { TabStrip } from './tab-strip.tsx';

export type PanesProps = {
  readonly documentOf: (path: string) => ReactNode;
  /** Buttons at both ends of the strip, on a phone. */
  readonly start: ReactNode;
  readonly end: ReactNode;
};

/**
 * The open documents: one pane, or two with a line between them. Documents are siblings, keyed by path and placed by
 * the grid: one that changes its pane, or gets the focus, goes on as it was.
 */
export function Panes({ documentOf, start, end }: PanesProps) {
  const layout = useLayout();
  const root = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const parts: ReactElement[] = [];

  for (const [index, pane] of layout.panes.entries()) {
    const focused = pane.id === layout.focused;
    const place = index === 0 ? 'first' : 'second';
    const takeFocus = () => changeLayout({ type: 'Focused', pane: pane.id }, 'replace');
    const marks = { 'data-pane': pane.id, 'data-place': place, ...(focused ? { 'data-focused': '' } : {}) };
    parts.push(
      <div key={`strip ${pane.id}`} className={styles.strip} {...marks} onPointerDownCapture={takeFocus}>
        {focused ? start : null}
        <TabStrip pane={pane} focused={focused} onDrag={setDragged} dragged={dragged} />
        {focused ? end : null}
      </div>,
      <div
        key={pane.active === null ? `home ${pane.id}` : `document ${pane.active}`}
        className={styles.document}
        data-document={pane.active ?? ''}
        {...marks}
        onPointerDownCapture={takeFocus}
        onFocusCapture={takeFocus}
      >
        <ActionPlaceContext value={{ name: pane.active, focused }}>
          <SlotScope value={focused}>
            {pane.active === null ? <Home /> : <DocumentBoundary>{documentOf(pane.active)}</DocumentBoundary>}
          </SlotScope>
        </ActionPlaceContext>
        {dragged === null ? null : (
          <DropSide layout={layout} pane={pane.id} path={dragged} onDone={() => setDragged(null)} />
        )}
      </div>,
    );
  }
  if (layout.panes.length > 1) {
    parts.splice(
      2,
      0,
      <Splitter
        key="splitter"
        className={styles.splitter}
        label="Share of the first pane, percent"
        orientation={layout.direction === 'row' ? 'vertical' : 'horizontal'}
        value={layout.share}
        min={shareLimits.min}
        max={shareLimits.max}
        step={2}
        unitsPerPixel={() => 100 / sizeOf(root.current, layout.direction)}
        onMove={(share) => {
          for (const [name, value] of Object.entries(sharesOf(share))) root.current?.style.setProperty(name, value);
        }}
        onDone={(share) => changeLayout({ type: 'Resized', share })}
        onReset={() => changeLayout({ type: 'Resized', share: shareLimits.initial })}
      />,
    );
  }
  return (
    <div
      ref={root}
      className={styles.panes}
      data-panes={layout.panes.length}
      data-direction={layout.direction}
      style={sharesOf(layout.share) as CSSProperties}
    >
      {parts}
    </div>
  );
}

type DropSideProps = {
  readonly layout: Layout;
  readonly pane: PaneId;
  readonly path: string;
  readonly onDone: () => void;
};

/** Where a dragged tab can be dropped to be shown aside: the far half of the only pane, or the whole of the other one. */
function DropSide({ layout, pane, path, onDone }: DropSideProps) {
  const [over, setOver] = useState(false);
  const alone = layout.panes.length === 1;
  if (
    alone
      ? (layout.panes[0]?.tabs.length ?? 0) < 2
      : layout.panes.some((one) => one.id === pane && one.tabs.includes(path))
  )
    return null;
  return (
    <div
      className={styles.drop}
      {...(alone ? { 'data-half': layout.direction } : {})}
      {...(over ? { 'data-over': '' } : {})}
      onDragEnter={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        changeLayout(alone ? { type: 'ShownAside', path } : { type: 'Moved', path, pane, before: null });
        // The dragged tab is another element now, which hears of no end.
        onDone();
      }}
    />
  );
}

/** The tracks of both panes: a calculation gives no `fr`. */
const sharesOf = (share: number) => ({ '--first': `${share}fr`, '--second': `${100 - share}fr` });

function sizeOf(element: HTMLElement | null, direction: Layout['direction']): number {
  return Math.max(1, (direction === 'row' ? element?.clientWidth : element?.clientHeight) ?? 1);
}
