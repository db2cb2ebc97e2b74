'use client';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import {
  ArrowDown,
  ArrowUp,
  CaseSensitive,
  ChevronDown,
  ChevronRight,
  Regex,
  ReplaceAll,
  Replace,
  WholeWord,
  X,
  Rows3,
} from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { showToast } from '#components/ui/toast.tsx';
import type { CellId } from '#lib/core/ids.ts';
import { useNotebook } from '../notebook-context.ts';
import styles from './find-bar.module.css';
import type { FindState } from './find-store.ts';
import { highlightMatches } from './highlight-matches.ts';

export type FindBarProps = {
  readonly readOnly: boolean;
  /** The cells that "in selection" means. */
  readonly selected: () => readonly CellId[];
};

/** Find and replace, at the top of the notebook while it is open. */
export function FindBar({ readOnly, selected }: FindBarProps) {
  const { find } = useNotebook();
  const { open } = useSyncExternalStore(find.subscribe, find.getSnapshot, find.getSnapshot);
  return open ? <OpenBar readOnly={readOnly} selected={selected} /> : null;
}

function OpenBar({ readOnly, selected }: FindBarProps) {
  const { find, cells, editor, selection } = useNotebook();
  const state = useSyncExternalStore(find.subscribe, find.getSnapshot, find.getSnapshot);
  const bar = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.select();
    return find.onFocus(() => field.current?.select());
  }, [find]);
  useEffect(() => {
    const list = bar.current?.closest<HTMLElement>('[data-notebook]') ?? null;
    return list === null ? undefined : highlightMatches(list, find, cells, editor);
  }, [find, cells, editor]);

  const close = () => {
    find.close();
    selection.set({ mode: 'command', follow: true });
  };
  const replaceAll = async () => {
    const replaced = await find.replaceAll();
    const places = replaced === 1 ? '1 place' : `${replaced.toLocaleString('en')} places`;
    showToast({ kind: 'info', title: `Replaced in ${places}.`, description: 'Z in command mode takes it back.' });
  };
  const keys = (event: React.KeyboardEvent) => {
    const handled = handleKey(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const handleKey = (event: React.KeyboardEvent): boolean => {
    // Enter and Escape end the word that an input method composes.
    if (event.nativeEvent.isComposing) return false;
    const accel = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') close();
    else if (event.key === 'F3' || (accel && event.key.toLowerCase() === 'g')) find.step(event.shiftKey ? -1 : 1);
    else if (accel && (event.key === 'f' || event.key === 'h')) find.open({ replacing: event.key === 'h' });
    else if (event.key === 'Enter' && event.target === field.current) find.step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement)
      if (accel) void replaceAll();
      else void find.replaceOne();
    else return false;
    return true;
  };
  const toggle = (part: 'regex' | 'caseSensitive' | 'wholeWord') => ({
    size: 'small' as const,
    'aria-pressed': state.query[part],
    onClick: () => find.setQuery({ [part]: !state.query[part] }),
  });

  return (
    <div ref={bar} role="search" aria-label="Find in the notebook" className={styles.bar} onKeyDown={keys}>
      {readOnly ? null : (
        <IconButton
          icon={state.replacing ? ChevronDown : ChevronRight}
          label={state.replacing ? 'Hide replace' : 'Show replace'}
          aria-expanded={state.replacing}
          size="small"
          onClick={() => find.setReplacing(!state.replacing)}
        />
      )}
      <div className={styles.rows}>
        <div className={styles.row}>
          <input
            ref={field}
            className={styles.field}
            aria-label="Find"
            aria-invalid={state.trouble !== null}
            placeholder="Find in all cells"
            spellCheck={false}
            autoComplete="off"
            value={state.query.text}
            onChange={(event) => find.setQuery({ text: event.currentTarget.value })}
          />
          <IconButton icon={CaseSensitive} label="Match case" {...toggle('caseSensitive')} />
          <IconButton icon={WholeWord} label="Whole words" {...toggle('wholeWord')} />
          <IconButton icon={Regex} label="Regular expression" {...toggle('regex')} />
          <IconButton
            icon={Rows3}
            label="In the selected cells only"
            size="small"
            aria-pressed={state.within !== null}
            onClick={() => find.setWithin(state.within === null ? selected() : null)}
          />
          <span className={styles.count} role="status" data-trouble={state.trouble !== null || undefined}>
            {describe(state)}
          </span>
          <IconButton
            icon={ArrowUp}
            label="Previous match"
            shortcut="Shift+Enter"
            size="small"
            onClick={() => find.step(-1)}
          />
          <IconButton icon={ArrowDown} label="Next match" shortcut="Enter" size="small" onClick={() => find.step(1)} />
          <IconButton icon={X} label="Close find" shortcut="Esc" size="small" onClick={close} />
        </div>
        {state.replacing && !readOnly ? (
          <div className={styles.row}>
            <input
              className={styles.field}
              aria-label="Replace with"
              placeholder="Replace with"
              spellCheck={false}
              autoComplete="off"
              value={state.replacement}
              onChange={(event) => find.setReplacement(event.currentTarget.value)}
            />
            <IconButton
              icon={Replace}
              label="Replace"
              shortcut="Enter"
              size="small"
              onClick={() => void find.replaceOne()}
            />
            <IconButton
              icon={ReplaceAll}
              label="Replace all"
              shortcut="Ctrl+Enter"
              size="small"
              onClick={() => void replaceAll()}
            />
          </div>
        ) : null}
      </div>
    </div>
  );
}

function describe({ query, trouble, searching, count, capped, position, within }: FindState): string {
  if (trouble !== null) return trouble;
  if (query.text === '') return '';
  const where =
    within === null ? '' : ` in ${within.length === 1 ? 'one cell' : `${within.length.toLocaleString('en')} cells`}`;
  if (count === 0) return searching ? 'Searching…' : `No results${where}`;
  const all = `${count.toLocaleString('en')}${capped ? '+' : ''}`;
  return `${position === 0 ? all : `${position.toLocaleString('en')} of ${all}`}${where}`;
}
