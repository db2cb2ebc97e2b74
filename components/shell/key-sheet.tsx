'use client';
import { useRef, useState } from 'react';
import { Dialog } from '#components/ui/dialog.tsx';
import { shownKeys, sortIntoSheet } from '#lib/client/actions/key-sheet.ts';
import { useActions } from '#lib/client/actions/use-actions.ts';
import styles from './key-sheet.module.css';

export type KeySheetProps = { readonly open: boolean; readonly onClose: () => void };

/** Every action with its keys, by category: what the registry has at this moment. */
export function KeySheet({ open, onClose }: KeySheetProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Keyboard shortcuts"
      size="wide"
      flush
      initialFocus={input}
    >
      <Sheet inputRef={input} />
    </Dialog>
  );
}

function Sheet({ inputRef }: { readonly inputRef: React.RefObject<HTMLInputElement | null> }) {
  const actions = useActions();
  const [typed, setTyped] = useState('');
  const groups = sortIntoSheet(actions, typed);
  return (
    <>
      <div className={styles.field}>
        <input
          ref={inputRef}
          className={styles.input}
          type="search"
          aria-label="Find a shortcut"
          placeholder="Find by words or keys"
          value={typed}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <div className={styles.groups} tabIndex={0} role="region" aria-label="Shortcuts">
        <div className={styles.columns}>
          {groups.map(({ category, actions: listed }) => (
            <section key={category}>
              <h3 className={styles.category}>{category}</h3>
              <dl className={styles.list}>
                {listed.map((action) => (
                  <div key={action.id} className={styles.row}>
                    <dt>{action.title}</dt>
                    <dd className={styles.keys}>
                      {shownKeys(action).map((keys) => (
                        <kbd key={keys} className={styles.key}>
                          {keys}
                        </kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
      <p className={styles.none} role="status">
        {groups.length === 0 ? 'No shortcut is called that.' : ''}
      </p>
    </>
  );
}
