'use client';
import type { DragEvent, MouseEvent } from 'react';
import { X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Link } from '#components/ui/navigation.tsx';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import { DocumentIcon } from './document-icon.tsx';
import { useDocumentTitle } from './document-titles.ts';
import { documentHref, folderOf, nameOf } from './locations.ts';
import styles from './tab-strip.module.css';

export type DocumentTabProps = {
  readonly path: string;
  /** Shown in its pane. */
  readonly current: boolean;
  /** Its pane has the focus. */
  readonly focused: boolean;
  readonly unsaved: boolean;
  /** Another tab has the same name. */
  readonly ambiguous: boolean;
  readonly dropMark: 'before' | 'after' | undefined;
  readonly onClose: () => void;
  readonly onDragStart: () => void;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
};

export function DocumentTab(props: DocumentTabProps) {
  const { path, current, focused, unsaved, onClose } = props;
  const title = useDocumentTitle(path);
  const name = showHiddenCharacters(title ?? nameOf(path));
  const onMiddleClick = (event: MouseEvent) => {
    if (event.button !== 1) return;
    event.preventDefault();
    onClose();
  };
  return (
    <li
      className={styles.tab}
      draggable
      data-tab={path}
      data-drop={props.dropMark}
      onAuxClick={onMiddleClick}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', path);
        // A page that changes while a drag begins ends it.
        setTimeout(props.onDragStart, 0);
      }}
      onDragOver={props.onDragOver}
      onDragEnd={props.onDragEnd}
      {...(current ? { 'data-current': focused ? 'focused' : '' } : {})}
    >
      <Link
        href={documentHref(path)}
        className={styles.link}
        title={showHiddenCharacters(title ?? path)}
        draggable={false}
        {...(current ? { 'aria-current': 'page' } : {})}
      >
        <DocumentIcon path={path} />
        <span className={styles.name}>
          {name}
          {props.ambiguous && folderOf(path) !== '' ? (
            <span className={styles.folder}> {showHiddenCharacters(nameOf(folderOf(path)))}</span>
          ) : null}
        </span>
        {unsaved ? <span className={styles.unsaved} role="img" aria-label="unsaved changes" /> : null}
      </Link>
      <span className={styles.close}>
        <IconButton icon={X} label={`Close ${name}`} size="small" onClick={onClose} />
      </span>
    </li>
  );
}
