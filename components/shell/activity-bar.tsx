'use client';
import { Toolbar } from '@base-ui/react/toolbar';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import styles from './activity-bar.module.css';
import { type SidebarViewId, sidebarViewIds, sidebarViews } from './sidebar-views.ts';

export type ActivityBarProps = {
  readonly orientation: 'vertical' | 'horizontal';
  /** The view that is shown; null when the sidebar is hidden. */
  readonly shown: SidebarViewId | null;
  readonly onPress: (view: SidebarViewId) => void;
};

/** One icon per view of the sidebar. One stop of the Tab key; the arrow keys go through it. */
export function ActivityBar({ orientation, shown, onPress }: ActivityBarProps) {
  return (
    <Toolbar.Root className={styles.bar} orientation={orientation} aria-label="Views">
      {sidebarViewIds.map((id) => {
        const { title, icon, keys } = sidebarViews[id];
        return (
          <Toolbar.Button
            key={id}
            render={
              <IconButton
                icon={icon}
                label={title}
                shortcut={describeKeys({ keys })}
                side={orientation === 'vertical' ? 'right' : 'bottom'}
                aria-pressed={id === shown}
              />
            }
            onClick={() => onPress(id)}
          />
        );
      })}
    </Toolbar.Root>
  );
}
