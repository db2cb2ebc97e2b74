'use client';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { Search } from 'lucide-react';
import type { Action } from '#lib/client/actions/action.ts';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import { useActions } from '#lib/client/actions/use-actions.ts';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from './command-palette.module.css';
import { rankActions } from './rank-actions.ts';

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
  const [selected, setSelected] = useState(0);
  const listId = useId();
  const found = rankActions(
    actions.filter((action) => action.hidden !== true),
    typed,
  );
  const at = Math.min(selected, Math.max(0, found.length - 1));

  const run = (action: Action | undefined) => {
    if (action === undefined || !action.isEnabled()) return;
    onClose();
    // After the dialog has given the focus back, so that an action which moves the focus has the last word.
    setTimeout(() => void action.run(), 0);
  };
  const select = (index: number) => {
    const next = (index + found.length) % Math.max(1, found.length);
    setSelected(next);
    document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') select(at + 1);
    else if (event.key === 'ArrowUp') select(at - 1);
    else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className={styles.field}>
        <Search size={16} aria-hidden />
        <input
          ref={inputRef}
          className={styles.input}
          role="combobox"
          aria-label="Command"
          aria-expanded
          aria-controls={listId}
          aria-autocomplete="list"
          {...(found.length > 0 ? { 'aria-activedescendant': `${listId}-${at}` } : {})}
          placeholder="Type what you want to do"
          value={typed}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.target.value);
            setSelected(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.list} id={listId} role="listbox" aria-label="Commands">
        {found.map((action, index) => (
          <div
            key={action.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            aria-disabled={!action.isEnabled()}
            className={styles.option}
            onPointerMove={() => setSelected(index)}
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
