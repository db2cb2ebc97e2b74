'use client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { ChoiceField } from '#components/ui/choice-field.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { useChoiceKeys } from '#components/ui/use-choice-keys.ts';
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
  const filter = useMemo(() => new FileFilter(() => fileTree.listed(), setFound), []);
  // A search that nobody waits for any more is ended.
  useEffect(() => () => filter.stop(), [filter]);
  const paths = (found === null ? suggested : found.hits.filter(accepts).map(({ path }) => path)).slice(0, mostShown);

  const pick = (path: string) => {
    onClose();
    onPick(path);
  };
  const choice = useChoiceKeys(paths, pick);

  return (
    <>
      <ChoiceField
        choice={choice}
        inputRef={inputRef}
        label={title}
        placeholder={placeholder}
        value={found?.query ?? ''}
        onChange={(typed) => filter.set(typed)}
      />
      <div className={styles.list} id={choice.listId} role="listbox" aria-label={title}>
        {paths.map((path) => (
          <div
            key={path}
            id={choice.optionId(path)}
            role="option"
            aria-selected={path === choice.selected}
            className={styles.option}
            onPointerMove={() => (path === choice.selected ? undefined : choice.select(path))}
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
