'use client';
import type { ReactNode } from 'react';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import layers from '#components/ui/layer.module.css';
import spoken from '#components/ui/spoken.module.css';
import { useFocusBack } from '#components/ui/use-focus-back.ts';
import { firstOfSidebar } from './first-of-sidebar.ts';
import styles from './frame.module.css';

export type DrawerProps = {
  readonly side: 'left' | 'right';
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
};

/** The sidebar or the panel on a phone: over the page, closed by a tap beside it, a choice in it, or Escape. */
export function Drawer({ side, open, onClose, title, children }: DrawerProps) {
  const popup = useFocusBack<HTMLDivElement>(open);
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={layers.backdrop} />
        <BaseDialog.Popup
          className={`${styles.drawer} ${styles[side]} ${layers.dialog}`}
          ref={popup}
          initialFocus={() => (side === 'left' ? firstOfSidebar() : null) ?? popup.current}
        >
          <BaseDialog.Title className={spoken.spoken}>{title}</BaseDialog.Title>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
