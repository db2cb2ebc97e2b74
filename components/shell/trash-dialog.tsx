'use client';
import { useState, useSyncExternalStore } from 'react';
import { RotateCcw, Trash2 } from 'lucide-react';
import { isFault } from '#lib/core/fault.ts';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import styles from './trash-dialog.module.css';
import { trash, type TrashItem } from './trash-store.ts';

/** What was deleted or overwritten: to be brought back, or deleted for good. */
export function TrashDialog({ onClose }: { readonly onClose: () => void }) {
  const listed = useSyncExternalStore(trash.subscribe, trash.getSnapshot, () => null);
  const [erasing, setErasing] = useState<TrashItem | null>(null);
  const erase = (item: TrashItem) => {
    setErasing(null);
    void trash.erase(item.trashId);
  };
  const items = listed === null || isFault(listed) ? [] : listed.items;
  return (
    <Dialog open onOpenChange={(next) => (next ? undefined : onClose())} title="Trash" size="wide">
      <p className={styles.note} role="status">
        {listed === null ? 'Looking…' : isFault(listed) ? listed.message : sayCount(items.length, listed.complete)}
      </p>
      <ul className={styles.list}>
        {items.map((item) => {
          const name = showHiddenCharacters(item.path);
          return (
            <li key={item.trashId} className={styles.item}>
              <span className={styles.path} title={name}>
                {name}
              </span>
              <span className={styles.when}>
                {item.reason === 'overwritten' ? 'overwritten ' : ''}
                {new Date(item.at).toLocaleString()}
              </span>
              <IconButton
                icon={RotateCcw}
                label={`Restore ${name}`}
                size="small"
                onClick={() => void trash.restore(item.trashId)}
              />
              <IconButton
                icon={Trash2}
                label={`Delete ${name} for good`}
                size="small"
                onClick={() => setErasing(item)}
              />
            </li>
          );
        })}
      </ul>
      <ConfirmDialog
        open={erasing !== null}
        title="Delete for good?"
        verb="Delete"
        onCancel={() => setErasing(null)}
        onConfirm={() => (erasing === null ? undefined : erase(erasing))}
      >
        “{showHiddenCharacters(erasing?.path ?? '')}” cannot be brought back then.
      </ConfirmDialog>
    </Dialog>
  );
}

function sayCount(count: number, complete: boolean): string {
  if (count === 0) return 'The trash is empty.';
  return complete ? `${count} deleted or overwritten, newest first.` : `The newest ${count}.`;
}
