'use client';
import type { MouseEvent } from 'react';
import { NotebookText, X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Link, useNavigation } from '#components/ui/navigation.tsx';
import { closeTab } from './file-actions.ts';
import { folderOf, nameOf, notebookHref, notebookPathOf } from './locations.ts';
import { openTabs } from './open-tabs.ts';
import { useStoredValue } from './stored-value.ts';
import styles from './tab-strip.module.css';
import { useUnsavedNotebooks } from './unsaved-notebooks.ts';

/** Tabs are links to pages, so they are a navigation with a current page, not an ARIA tab list. */
export function TabStrip() {
  const unsaved = useUnsavedNotebooks();
  const tabs = useStoredValue(openTabs);
  const navigation = useNavigation();
  const shown = notebookPathOf(navigation.pathname);
  const names = tabs.map(nameOf);
  const close = (path: string) => closeTab(path, navigation);
  const onMiddleClick = (event: MouseEvent, path: string) => {
    if (event.button !== 1) return;
    event.preventDefault();
    close(path);
  };
  return (
    <nav className={styles.strip} aria-label="Open notebooks">
      <ul className={styles.tabs}>
        {tabs.map((path) => {
          const name = nameOf(path);
          const ambiguous = names.indexOf(name) !== names.lastIndexOf(name);
          return (
            <li
              key={path}
              className={styles.tab}
              onAuxClick={(event) => onMiddleClick(event, path)}
              {...(path === shown ? { 'data-current': '' } : {})}
            >
              <Link
                href={notebookHref(path)}
                className={styles.link}
                title={path}
                {...(path === shown ? { 'aria-current': 'page' } : {})}
              >
                <NotebookText size={14} strokeWidth={1.75} aria-hidden />
                <span className={styles.name}>
                  {name}
                  {ambiguous && folderOf(path) !== '' ? (
                    <span className={styles.folder}> {nameOf(folderOf(path))}</span>
                  ) : null}
                </span>
                {unsaved.has(path) ? <span className={styles.unsaved} role="img" aria-label="unsaved changes" /> : null}
              </Link>
              <span className={styles.close}>
                <IconButton icon={X} label={`Close ${name}`} size="small" onClick={() => close(path)} />
              </span>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
