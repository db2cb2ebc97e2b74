'use client';
import { Fragment, useState, type ReactNode, type RefObject } from 'react';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import styles from './dialog.module.css';
import { IconButton } from './icon-button.tsx';
import layers from './layer.module.css';
import { DialogOpen } from './still-open.ts';
import { useFocusBack } from './use-focus-back.ts';

export type DialogProps = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly size?: 'narrow' | 'normal' | 'wide';
  /** No padding around the content: it brings its own rows. */
  readonly flush?: boolean;
  /** Buttons at the end. */
  readonly footer?: ReactNode;
  /** What gets the focus; the first control when absent. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly children?: ReactNode;
};

/** Each opening has content of its own, also one that comes while the last is on its way out. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, size = 'normal', flush = false, footer, initialFocus } = props;
  const popup = useFocusBack<HTMLDivElement>(open);
  const [opened, setOpened] = useState({ open, times: 0 });
  if (open !== opened.open) setOpened({ open, times: opened.times + (open ? 1 : 0) });
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={layers.backdrop} />
        <BaseDialog.Popup
          ref={popup}
          className={`${styles.popup} ${layers.dialog} ${size === 'normal' ? '' : styles[size]}`}
          {...(initialFocus === undefined ? {} : { initialFocus })}
        >
          <div className={styles.head}>
            <BaseDialog.Title className={styles.title}>{title}</BaseDialog.Title>
            <BaseDialog.Close render={<IconButton icon={X} label="Close" size="small" />} />
          </div>
          {description ? (
            <BaseDialog.Description className={styles.description}>{description}</BaseDialog.Description>
          ) : null}
          <DialogOpen value={open}>
            <Fragment key={opened.times}>
              <div className={`${styles.body} ${flush ? styles.flush : ''}`}>{props.children}</div>
              {footer ? <div className={styles.foot}>{footer}</div> : null}
            </Fragment>
          </DialogOpen>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
