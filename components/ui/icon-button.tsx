'use client';
import type { ComponentProps } from 'react';
import { Button as BaseButton } from '@base-ui/react/button';
import type { LucideIcon } from 'lucide-react';
import styles from './button.module.css';
import { Tooltip } from './tooltip.tsx';

export type IconButtonProps = Omit<ComponentProps<typeof BaseButton>, 'className' | 'children' | 'aria-label'> & {
  readonly icon: LucideIcon;
  /** The accessible name, and the tooltip's text. */
  readonly label: string;
  /** Shown in the tooltip behind the label. */
  readonly shortcut?: string | undefined;
  readonly size?: 'normal' | 'small';
};

export function IconButton({ icon: Icon, label, shortcut, size = 'normal', ...props }: IconButtonProps) {
  const small = size === 'small';
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <BaseButton
        {...props}
        aria-label={label}
        className={`${styles.button} ${styles.icon} ${small ? styles.small : ''}`}
      >
        <Icon size={small ? 14 : 16} strokeWidth={1.75} aria-hidden />
      </BaseButton>
    </Tooltip>
  );
}
