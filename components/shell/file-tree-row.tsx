'use client';
import type { CSSProperties, ReactNode } from 'react';
import { ChevronRight, File, Folder, FolderOpen, NotebookText, TriangleAlert } from 'lucide-react';
import { assertNever } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import type { FileRow } from './file-rows.ts';
import styles from './file-tree.module.css';
import { RenameField } from './rename-field.tsx';

export type FileTreeRowProps = {
  readonly row: FileRow;
  readonly domId: string;
  readonly active: boolean;
  /** The shown document. */
  readonly selected: boolean;
  /** Has a tab. */
  readonly open: boolean;
  readonly renaming: boolean;
  /** @param aside open in the other pane: Alt was held */
  readonly onPress: (aside: boolean) => void;
  readonly onRename: (name: string | null) => void;
};

export function FileTreeRow(props: FileTreeRowProps) {
  const { row, active, renaming } = props;
  const place = { '--depth': row.depth } as CSSProperties;
  const activeMark = active ? { 'data-active': '' } : {};
  if (row.kind !== 'entry') {
    return (
      <div
        id={props.domId}
        role="treeitem"
        aria-level={row.depth + 1}
        aria-selected={false}
        className={`${styles.row} ${row.kind === 'fault' ? styles.fault : styles.quiet}`}
        style={place}
        onClick={() => props.onPress(false)}
        data-row={row.id}
        {...activeMark}
      >
        {row.kind === 'fault' ? <TriangleAlert size={14} aria-hidden /> : <span className={styles.blank} />}
        <span className={styles.name} title={textOf(row)}>
          {textOf(row)}
        </span>
      </div>
    );
  }
  const { entry } = row;
  return (
    <div
      id={props.domId}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={props.selected}
      {...(entry.kind === 'folder' ? { 'aria-expanded': row.expanded } : {})}
      className={styles.row}
      style={place}
      title={entry.name}
      onClick={renaming ? undefined : (event) => props.onPress(event.altKey)}
      data-row={row.id}
      data-path={entry.path}
      {...activeMark}
    >
      {iconOf(entry, row.expanded)}
      {renaming ? (
        <RenameField name={entry.name} onDone={props.onRename} />
      ) : (
        <span className={styles.name}>{entry.name}</span>
      )}
      {props.open ? <span className={styles.open} title="Open in a tab" /> : null}
    </div>
  );
}

function textOf(row: Exclude<FileRow, { kind: 'entry' }>): string {
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

function iconOf(entry: FileItem, expanded: boolean): ReactNode {
  if (entry.kind === 'folder') {
    const Icon = expanded ? FolderOpen : Folder;
    return (
      <>
        <ChevronRight size={14} aria-hidden className={styles.twist} {...(expanded ? { 'data-open': '' } : {})} />
        <Icon size={14} strokeWidth={1.75} aria-hidden />
      </>
    );
  }
  const Icon = entry.kind === 'notebook' ? NotebookText : File;
  return (
    <>
      <span className={styles.blank} />
      <Icon size={14} strokeWidth={1.75} aria-hidden />
    </>
  );
}
