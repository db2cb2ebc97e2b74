'use client';
import { useRef, useState } from 'react';
import type { Action } from '#lib/client/actions/action.ts';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import { useActions } from '#lib/client/actions/use-actions.ts';
import { ChoiceField } from '#components/ui/choice-field.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { useChoiceKeys } from '#components/ui/use-choice-keys.ts';
import styles from './command-palette.module.css';
import { inOrder, rankActions } from './rank-actions.ts';
import { recentActions, rememberAction } from './recent-actions.ts';
import { useStoredValue } from './stored-value.ts';

export type CommandPaletteProps = { readonly open: boolean; readonly onClose: () => void };

export function CommandPalette({ open, onClose }: CommandPaletteProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Commands"
      flush
      initialFocus={input}
    >
      <PaletteList inputRef={input} onClose={onClose} />
    </Dialog>
  );
}

type PaletteListProps = { readonly inputRef: React.RefObject<HTMLInputElement | null>; readonly onClose: () => void };

function PaletteList({ inputRef, onClose }: PaletteListProps) {
  const actions = useActions();
  const [typed, setTyped] = useState('');
  const recent = useStoredValue(recentActions);
  const found = rankActions(
    inOrder(
      actions.filter((action) => action.hidden !== true),
      recent,
    ),
    typed,
  );

  const run = (action: Action | undefined) => {
    if (action === undefined || !action.isEnabled()) return;
    rememberAction(action.id);
    onClose();
    // After the dialog has given the focus back, so that an action which moves the focus has the last word.
    setTimeout(() => void action.run(), 0);
  };
  const choice = useChoiceKeys(
    found.map(({ id }) => id),
    (id) => run(found.find((action) => action.id === id)),
  );

  return (
    <>
      <ChoiceField
        choice={choice}
        inputRef={inputRef}
        label="Command"
        placeholder="Type what you want to do"
        value={typed}
        onChange={setTyped}
      />
      <div className={styles.list} id={choice.listId} role="listbox" aria-label="Commands">
        {found.map((action) => (
          <div
            key={action.id}
            id={choice.optionId(action.id)}
            role="option"
            aria-selected={action.id === choice.selected}
            aria-disabled={!action.isEnabled()}
            className={styles.option}
            onPointerMove={() => (action.id === choice.selected ? undefined : choice.select(action.id))}
            onClick={() => run(action)}
          >
            <span className={styles.title}>
              <span className={styles.category}>{action.category}: </span>
              {action.title}
            </span>
            <kbd className={styles.keys}>{describeKeys(action)}</kbd>
          </div>
        ))}
      </div>
      <p className={styles.none} role="status">
        {found.length === 0 ? 'No command is called that.' : ''}
      </p>
    </>
  );
}
