'use client';
import { memo, type CSSProperties, type DragEvent, type MouseEvent } from 'react';
import { ChevronRight, EllipsisVertical, File, Folder, FolderOpen, NotebookText, TriangleAlert } from 'lucide-react';
import { assertNever } from '#lib/core/fault.ts';
import { hasHiddenCharacters, showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import type { FileRow, NoteRow } from './file-rows.ts';
import styles from './file-tree.module.css';
import { folderOf } from './locations.ts';
import { RenameField } from './rename-field.tsx';

/** What a row hands up; the same functions for all rows. */
export type FileTreeRowEvents = {
  readonly onPress: (id: string, event: MouseEvent) => void;
  readonly onRename: (entry: FileItem, name: string | null) => void;
  readonly onDragStart: (event: DragEvent, entry: FileItem) => void;
  readonly onMore: (id: string, event: MouseEvent<HTMLElement>) => void;
};

export type FileTreeRowProps = FileTreeRowEvents & {
  readonly row: FileRow;
  readonly domId: string;
  readonly active: boolean;
  /** One of several that are chosen together. */
  readonly chosen: boolean;
  /** The shown document. */
  readonly shown: boolean;
  /** Has a tab. */
  readonly open: boolean;
  readonly renaming: boolean;
  /** Was cut and waits to be pasted. */
  readonly cut: boolean;
  /** Would take what is being dragged. */
  readonly dropTarget: boolean;
  /** Says in which folder it lies: a row that stands for itself. */
  readonly withFolder: boolean;
};

export const FileTreeRow = memo(function FileTreeRow(props: FileTreeRowProps) {
  const { row, active } = props;
  if (row.kind !== 'entry') return <Note row={row} domId={props.domId} active={active} onPress={props.onPress} />;
  const { entry } = row;
  const folder = props.withFolder ? folderOf(entry.path) : '';
  return (
    <div
      id={props.domId}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={props.chosen}
      {...(props.shown ? { 'aria-current': 'page' } : {})}
      {...(entry.kind === 'folder' && !props.withFolder ? { 'aria-expanded': row.expanded } : {})}
      className={styles.row}
      style={{ '--depth': row.depth } as CSSProperties}
      title={showHiddenCharacters(props.withFolder ? entry.path : entry.name)}
      draggable={!props.renaming}
      onDragStart={(event) => props.onDragStart(event, entry)}
      onClick={props.renaming ? undefined : (event) => props.onPress(row.id, event)}
      data-row={row.id}
      data-path={entry.path}
      {...flags({ active, cut: props.cut, drop: props.dropTarget })}
    >
      <Icon entry={entry} expanded={row.expanded} />
      {props.renaming ? (
        <RenameField name={entry.name} onDone={(name) => props.onRename(entry, name)} />
      ) : (
        <span className={styles.name}>
          {showHiddenCharacters(entry.name)}
          {folder === '' ? null : <span className={styles.folder}> {showHiddenCharacters(folder)}</span>}
        </span>
      )}
      {hasHiddenCharacters(entry.name) ? (
        <span className={styles.warning} title="The name has characters that hide or turn text">
          <TriangleAlert size={14} aria-hidden />
        </span>
      ) : null}
      {props.open ? <span className={styles.open} title="Open in a tab" /> : null}
      {/* The keyboard has the menu key. */}
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        className={styles.more}
        onClick={(event) => {
          event.stopPropagation();
          props.onMore(row.id, event);
        }}
      >
        <EllipsisVertical size={14} />
      </button>
    </div>
  );
});

type NoteProps = {
  readonly row: NoteRow;
  readonly domId: string;
  readonly active: boolean;
  readonly onPress: FileTreeRowEvents['onPress'];
};

function Note({ row, domId, active, onPress }: NoteProps) {
  return (
    <div
      id={domId}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={false}
      className={`${styles.row} ${row.kind === 'fault' ? styles.fault : styles.quiet}`}
      style={{ '--depth': row.depth } as CSSProperties}
      onClick={(event) => onPress(row.id, event)}
      data-row={row.id}
      {...flags({ active })}
    >
      {row.kind === 'fault' ? <TriangleAlert size={14} aria-hidden /> : <span className={styles.blank} />}
      <span className={styles.name} title={textOf(row)}>
        {textOf(row)}
      </span>
    </div>
  );
}

/** `data-…` for each that holds. */
function flags(names: Readonly<Record<string, boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).flatMap(([name, on]) => (on ? [[`data-${name}`, '']] : [])));
}

function textOf(row: NoteRow): string {
  switch (row.kind) {
    case 'loading':
      return 'Loading…';
    case 'empty':
      return 'Empty';
    case 'fault':
      return `${row.fault.message} Click to try again.`;
    default:
      return assertNever(row);
  }
}

function Icon({ entry, expanded }: { readonly entry: FileItem; readonly expanded: boolean }) {
  const Picture = { folder: expanded ? FolderOpen : Folder, notebook: NotebookText, file: File }[entry.kind];
  return (
    <>
      {entry.kind === 'folder' ? (
        <ChevronRight size={14} aria-hidden className={styles.twist} {...flags({ open: expanded })} />
      ) : (
        <span className={styles.blank} />
      )}
      <Picture size={14} strokeWidth={1.75} aria-hidden />
    </>
  );
}
