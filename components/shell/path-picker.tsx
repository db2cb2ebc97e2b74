'use client';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Search } from 'lucide-react';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from './command-palette.module.css';
import { FileFilter, type Found } from './file-filter.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf } from './locations.ts';

export type PathPickerProps = {
  readonly title: string;
  readonly placeholder: string;
  readonly accepts: (entry: FileItem) => boolean;
  /** Paths that are offered before something is typed. */
  readonly suggested: readonly string[];
  readonly onPick: (path: string) => void;
  readonly onClose: () => void;
};

const mostShown = 100;

/** Finds a file or folder of the workspace by words of its name. */
export function PathPicker(props: PathPickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : props.onClose())}
      title={props.title}
      flush
      initialFocus={input}
    >
      <PathList {...props} inputRef={input} />
    </Dialog>
  );
}

type PathListProps = PathPickerProps & { readonly inputRef: React.RefObject<HTMLInputElement | null> };

function PathList({ title, placeholder, accepts, suggested, onPick, onClose, inputRef }: PathListProps) {
  const [found, setFound] = useState<Found | null>(null);
  const [selected, setSelected] = useState(0);
  const listId = useId();
  const filter = useMemo(() => new FileFilter(() => fileTree.listed(), setFound), []);
  // A search that nobody waits for any more is ended.
  useEffect(() => () => filter.stop(), [filter]);
  const paths = (found === null ? suggested : found.hits.filter(accepts).map(({ path }) => path)).slice(0, mostShown);
  const at = Math.min(selected, Math.max(0, paths.length - 1));

  const pick = (path: string | undefined) => {
    if (path === undefined) return;
    onClose();
    onPick(path);
  };
  const select = (index: number) => {
    const next = (index + paths.length) % Math.max(1, paths.length);
    setSelected(next);
    document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') select(at + 1);
    else if (event.key === 'ArrowUp') select(at - 1);
    else if (event.key === 'Enter') pick(paths[at]);
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
          aria-label={title}
          aria-expanded
          aria-controls={listId}
          aria-autocomplete="list"
          {...(paths.length > 0 ? { 'aria-activedescendant': `${listId}-${at}` } : {})}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          value={found?.query ?? ''}
          onChange={(event) => {
            filter.set(event.target.value);
            setSelected(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.list} id={listId} role="listbox" aria-label={title}>
        {paths.map((path, index) => (
          <div
            key={path}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className={styles.option}
            onPointerMove={() => setSelected(index)}
            onClick={() => pick(path)}
          >
            <span className={styles.title}>
              <span className={styles.category}>{path === '' ? '' : sayFolder(folderOf(path))}</span>
              {path === '' ? 'The workspace itself' : showHiddenCharacters(path.slice(path.lastIndexOf('/') + 1))}
            </span>
          </div>
        ))}
      </div>
      <p className={styles.none} role="status">
        {paths.length > 0 ? '' : found?.searching === true ? 'Looking…' : 'Nothing has such a name.'}
      </p>
    </>
  );
}

const sayFolder = (folder: string) => (folder === '' ? '' : `${showHiddenCharacters(folder)} / `);
