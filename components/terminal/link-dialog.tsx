import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import styles from './terminal-view.module.css';

export type LinkDialogProps = {
  /** Null: none was pressed. */
  readonly address: string | null;
  readonly onClose: () => void;
};

/** Says where a link of a terminal leads before anything is opened: its words may say something else. */
export function LinkDialog({ address, onClose }: LinkDialogProps) {
  return (
    <ConfirmDialog
      open={address !== null}
      title="Open this address?"
      verb="Open in a new tab"
      onCancel={onClose}
      onConfirm={() => {
        if (address !== null) window.open(address, '_blank', 'noopener,noreferrer');
        onClose();
      }}
    >
      <p>A program in the terminal wrote this link. It leads to:</p>
      <p>
        <code className={styles.address}>{address}</code>
      </p>
    </ConfirmDialog>
  );
}
