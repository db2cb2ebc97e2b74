'use client';
import { X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { SideHead } from '#components/ui/side-head.tsx';
import { FilledSlot } from './filled-slot.tsx';
import { hidePanel, panelPlace } from './panel-place.ts';
import { type PanelViewId, panelViewIds, panelViews } from './panel-views.ts';
import styles from './panel.module.css';

export type PanelProps = { readonly view: PanelViewId };

/** The panel right of the page: one view of the shown document, or what teaches when there will be one. */
export function Panel({ view }: PanelProps) {
  const { title, icon, empty } = panelViews[view];
  return (
    <aside className={styles.panel} aria-label={title} data-panel-view={view} tabIndex={-1}>
      <SideHead title={title}>
        <Views shown={view} ids={panelViewIds} />
        <IconButton icon={X} size="small" label="Close the panel" onClick={hidePanel} />
      </SideHead>
      <FilledSlot name={`panel.${view}`} icon={icon} empty={empty} />
    </aside>
  );
}

/** With one view there is nothing to choose. */
function Views({ shown, ids }: { readonly shown: PanelViewId; readonly ids: readonly PanelViewId[] }) {
  if (ids.length < 2) return null;
  return ids.map((id) => (
    <IconButton
      key={id}
      icon={panelViews[id].icon}
      size="small"
      label={panelViews[id].title}
      aria-pressed={id === shown}
      onClick={() => panelPlace.change({ view: id })}
    />
  ));
}
