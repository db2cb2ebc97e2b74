'use client';
import type { ComponentProps } from 'react';
import { Button as BaseButton } from '@base-ui/react/button';
import type { LucideIcon } from 'lucide-react';
import styles from './button.module.css';
import { Tooltip, type TooltipProps } from './tooltip.tsx';

export type IconButtonProps = Omit<ComponentProps<typeof BaseButton>, 'className' | 'children' | 'aria-label'> & {
  readonly icon: LucideIcon;
  /** The accessible name, and the tooltip's text. */
  readonly label: string;
  /** Shown in the tooltip behind the label. */
  readonly shortcut?: string | undefined;
  readonly size?: 'normal' | 'small';
  /** Where the tooltip appears. */
  readonly side?: TooltipProps['side'];
};

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  size = 'normal',
  side = 'bottom',
  ...props
}: IconButtonProps) {
  const small = size === 'small';
  return (
    <Tooltip text={label} shortcut={shortcut} side={side}>
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
