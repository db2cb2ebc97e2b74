'use client';
import { useSyncExternalStore, type KeyboardEvent } from 'react';
import { Search, X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import type { Found } from './file-filter.ts';
import styles from './file-filter-field.module.css';
import { fileTree, initialFileTree } from './file-tree-store.ts';

/** Narrows the tree to names that have what is typed, from the whole workspace. */
export function FileFilterField() {
  const { found } = useSyncExternalStore(fileTree.subscribe, fileTree.getSnapshot, initialFileTree);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') fileTree.filter('');
    else if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    document.querySelector<HTMLElement>('[data-file-tree]')?.focus();
    if (event.key !== 'Escape') fileTree.activate(fileTree.getSnapshot().rows.at(0)?.id ?? null);
  };
  return (
    <search className={styles.field}>
      <Search size={14} aria-hidden />
      <input
        className={styles.input}
        type="text"
        aria-label="Filter files by name"
        placeholder="Filter by name"
        spellCheck={false}
        autoComplete="off"
        data-file-filter=""
        value={found?.query ?? ''}
        onChange={(event) => fileTree.filter(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span className={styles.count} role="status">
        {found === null ? '' : sayFound(found)}
      </span>
      {found === null ? null : (
        <IconButton icon={X} label="Show all files" size="small" onClick={() => fileTree.filter('')} />
      )}
    </search>
  );
}

function sayFound({ hits, searching, complete }: Found): string {
  if (searching && hits.length === 0) return 'Looking…';
  return `${hits.length}${complete ? '' : '+'} found`;
}
