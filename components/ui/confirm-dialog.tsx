'use client';
import { useRef, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export type ConfirmDialogProps = {
  readonly open: boolean;
  readonly title: string;
  /** What will happen, and what will not. */
  readonly children: ReactNode;
  /** The verb of the dangerous button. */
  readonly verb: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
};

export function ConfirmDialog({ open, title, children, verb, onConfirm, onCancel }: ConfirmDialogProps) {
  const confirm = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onCancel())}
      title={title}
      size="narrow"
      initialFocus={confirm}
      footer={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button ref={confirm} look="danger" onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
