'use client';
import { useState, useSyncExternalStore } from 'react';
import { noUploads, type Transfer, uploads } from '#lib/client/files/upload-queue.ts';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from './clash-dialog.module.css';

/** Asks what to do with uploads whose names are taken, one after the other. */
export function ClashDialog() {
  const { transfers } = useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, noUploads);
  const asking = transfers.filter(({ state }) => state === 'asking');
  const [first] = asking;
  // A new question begins with an unticked box.
  return first === undefined ? null : <Question key={first.id} transfer={first} others={asking.length > 1} />;
}

function Question({ transfer, others }: { readonly transfer: Transfer; readonly others: boolean }) {
  const [forAll, setForAll] = useState(false);
  const answer = (choice: Parameters<typeof uploads.answer>[1]) => () => uploads.answer(transfer.id, choice, forAll);
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : answer('skip')())}
      title="The name is taken"
      size="narrow"
      footer={
        <>
          <Button onClick={answer('skip')}>Skip</Button>
          <Button onClick={answer('replace')}>Replace</Button>
          <Button look="primary" onClick={answer('keepBoth')}>
            Keep both
          </Button>
        </>
      }
    >
      <p className={styles.text}>
        “{showHiddenCharacters(transfer.path)}” is there already. Replaced files go to the trash; kept both, the new one
        gets a number.
      </p>
      <label className={styles.all}>
        <input type="checkbox" checked={forAll} onChange={(event) => setForAll(event.target.checked)} />
        {others ? 'The same for the others' : 'The same for all that follow'}
      </label>
    </Dialog>
  );
}
