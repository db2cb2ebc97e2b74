'use client';
import { SideView } from '#components/ui/side-view.tsx';
import { FilesView } from './files-view.tsx';
import { FilledSlot } from './filled-slot.tsx';
import { type SidebarContents, type SidebarViewId, sidebarViews } from './sidebar-views.ts';
import styles from './sidebar.module.css';

export type SidebarProps = {
  readonly view: SidebarViewId;
  readonly contents: SidebarContents;
  readonly onOpened: () => void;
};

/** The sidebar: the chosen view, from `app`, from the shown page, or what teaches when there will be something. */
export function Sidebar({ view, contents, onOpened }: SidebarProps) {
  const content = contents[view];
  return (
    <nav className={styles.sidebar} aria-label="Workspace" data-sidebar-view={view}>
      {view === 'files' ? (
        <FilesView onOpened={onOpened} />
      ) : content === undefined ? (
        <Filled key={view} view={view} />
      ) : (
        content({ onOpened })
      )}
    </nav>
  );
}

function Filled({ view }: { readonly view: SidebarViewId }) {
  const { title, icon, empty } = sidebarViews[view];
  return (
    <SideView title={title}>
      <FilledSlot name={`sidebar.${view}`} icon={icon} empty={empty} />
    </SideView>
  );
}
