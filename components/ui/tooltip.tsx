'use client';
import type { ReactElement, ReactNode } from 'react';
import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import layers from './layer.module.css';
import styles from './tooltip.module.css';

export type TooltipProps = {
  readonly text: string;
  readonly shortcut?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** One element that takes a ref and props. */
  readonly children: ReactElement;
};

/** A sighted person's hint. It is never the only name of a control. */
export function Tooltip({ text, shortcut, side = 'bottom', children }: TooltipProps) {
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger render={children} />
      <BaseTooltip.Portal>
        <BaseTooltip.Positioner side={side} sideOffset={6} className={layers.top}>
          <BaseTooltip.Popup className={styles.popup}>
            <span>{text}</span>
            {shortcut ? <span className={styles.shortcut}>{shortcut}</span> : null}
          </BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}

/** Tooltips below it share one delay: after the first, the next one comes at once. */
export function TooltipDelay({ children }: { readonly children: ReactNode }) {
  return <BaseTooltip.Provider delay={500}>{children}</BaseTooltip.Provider>;
}
