'use client';
import { useState, type ReactElement } from 'react';
import { ContextMenu as BaseContextMenu } from '@base-ui/react/context-menu';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import layers from './layer.module.css';
import styles from './menu.module.css';
import { useFocusBack } from './use-focus-back.ts';

export type MenuEntry =
  | {
      readonly label: string;
      readonly icon?: LucideIcon;
      readonly shortcut?: string;
      readonly disabled?: boolean;
      readonly danger?: boolean;
      readonly onSelect: () => void;
    }
  | 'separator';

export type MenuProps = {
  readonly entries: readonly MenuEntry[];
  /** The button that opens the menu. */
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'end';
};

export function Menu({ entries, trigger, align = 'start' }: MenuProps) {
  const [open, setOpen] = useState(false);
  const popup = useFocusBack<HTMLDivElement>(open);
  return (
    <BaseMenu.Root open={open} onOpenChange={setOpen}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} sideOffset={4} className={layers.popup}>
          <BaseMenu.Popup ref={popup} className={styles.popup}>
            <MenuEntries entries={entries} />
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export type ContextMenuProps = {
  readonly entries: readonly MenuEntry[];
  /** The area that opens the menu with a right click or a long press. */
  readonly area: ReactElement;
};

export function ContextMenu({ entries, area }: ContextMenuProps) {
  const [open, setOpen] = useState(false);
  const popup = useFocusBack<HTMLDivElement>(open);
  return (
    <BaseContextMenu.Root open={open} onOpenChange={setOpen}>
      <BaseContextMenu.Trigger render={area} />
      <BaseContextMenu.Portal>
        <BaseContextMenu.Positioner className={layers.popup}>
          <BaseContextMenu.Popup ref={popup} className={styles.popup}>
            <MenuEntries entries={entries} />
          </BaseContextMenu.Popup>
        </BaseContextMenu.Positioner>
      </BaseContextMenu.Portal>
    </BaseContextMenu.Root>
  );
}

export type FloatingMenuProps = {
  readonly entries: readonly MenuEntry[];
  /** Where it stands, in client pixels. */
  readonly point: { readonly x: number; readonly y: number };
  readonly label: string;
  readonly onClose: () => void;
};

/** A menu at a point of the screen, open as long as it is there. */
export function FloatingMenu({ entries, point, label, onClose }: FloatingMenuProps) {
  const anchor = { getBoundingClientRect: () => DOMRect.fromRect({ ...point, width: 0, height: 0 }) };
  return (
    <BaseMenu.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <BaseMenu.Portal>
        <BaseMenu.Positioner anchor={anchor} align="start" className={layers.popup}>
          <BaseMenu.Popup className={styles.popup} aria-label={label}>
            <MenuEntries entries={entries} />
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => {
    // Separators have no identity but their place.
    if (entry === 'separator') return <BaseMenu.Separator key={`separator-${index}`} className={styles.separator} />;
    const Icon = entry.icon;
    return (
      <BaseMenu.Item
        key={entry.label}
        className={`${styles.item} ${entry.danger ? styles.danger : ''}`}
        disabled={entry.disabled ?? false}
        onClick={entry.onSelect}
      >
        {Icon ? <Icon size={14} strokeWidth={1.75} aria-hidden /> : null}
        <span className={styles.label}>{entry.label}</span>
        {entry.shortcut ? <span className={styles.shortcut}>{entry.shortcut}</span> : null}
      </BaseMenu.Item>
    );
  });
}
