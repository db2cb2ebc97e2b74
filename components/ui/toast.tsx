'use client';
import type { MouseEvent } from 'react';
import { Toast as BaseToast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import layers from './layer.module.css';
import styles from './toast.module.css';

const manager = BaseToast.createToastManager();

export type ToastMessage = {
  /** One of these is shown at most: the next one takes its place. */
  readonly id?: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly kind?: 'info' | 'error';
  readonly action?: { readonly label: string; readonly run: () => void };
};

/** Says something once, at the edge of the screen. Errors stay until they are closed. */
export function showToast({ id: own, title, description, kind = 'info', action }: ToastMessage): void {
  const id: string = manager.add({
    ...(own === undefined ? {} : { id: own }),
    title,
    description,
    type: kind,
    priority: kind === 'error' ? 'high' : 'low',
    timeout: kind === 'error' ? 0 : action === undefined ? 5000 : 12_000,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.run();
            },
          },
        }),
  });
}

/** The place where toasts appear; once per page. */
export function ToastArea() {
  return (
    <BaseToast.Provider toastManager={manager} limit={4}>
      <BaseToast.Portal>
        <BaseToast.Viewport className={`${styles.viewport} ${layers.top}`}>
          <Toasts />
        </BaseToast.Viewport>
      </BaseToast.Portal>
    </BaseToast.Provider>
  );
}

function Toasts() {
  const { toasts } = BaseToast.useToastManager();
  return toasts.map((toast) => (
    <BaseToast.Root key={toast.id} toast={toast} className={styles.toast} onMouseDown={keepFocus} data-own-keys>
      <BaseToast.Content className={styles.text}>
        <BaseToast.Title className={styles.title} />
        <BaseToast.Description className={styles.description} />
      </BaseToast.Content>
      {toast.actionProps ? <BaseToast.Action render={<Button />} /> : null}
      <BaseToast.Close render={<IconButton icon={X} label="Dismiss" size="small" />} />
    </BaseToast.Root>
  ));
}

/** A click on one of its buttons leaves the focus where it was: the toast goes, and would take it along. */
function keepFocus(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest('button') !== null) event.preventDefault();
}
