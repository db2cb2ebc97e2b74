'use client';
import { useSyncExternalStore } from 'react';
import { Compass, NotebookPen, Server } from 'lucide-react';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { useKeyWords } from '#lib/client/actions/use-actions.ts';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import { Link } from '#components/ui/navigation.tsx';
import { DocumentIcon } from './document-icon.tsx';
import { documentTitle } from './document-titles.ts';
import { createFile } from './file-actions.ts';
import { fileTree, initialFileTree } from './file-tree-store.ts';
import styles from './home.module.css';
import { openDocuments } from './layout.ts';
import { useLayout } from './layout-store.ts';
import { documentHref } from './locations.ts';

const palette = { keys: ['Accel-Shift-P'] };

/** The start page: what is open, or the three steps with which somebody new begins. */
export function Home() {
  const tabs = openDocuments(useLayout());
  const keys = useKeyWords(palette);
  useSyncExternalStore(fileTree.subscribe, fileTree.getSnapshot, initialFileTree);
  const here = fileTree.entriesOf('');
  const tour = here.find(({ kind, name }) => kind === 'notebook' && /tour|welcome/i.test(name));
  const recent = tabs.length > 0 ? tabs : here.filter(({ kind }) => kind === 'notebook').map(({ path }) => path);
  return (
    <main className={styles.home}>
      <div>
        <h1 className={styles.title}>Notebooks near, kernels far</h1>
        <p className={styles.lead}>
          Your notebooks are plain <code>.ipynb</code> files on this machine. Their code runs where the data is: here,
          or on any Jupyter Server that you add.
        </p>
      </div>
      <ul className={styles.steps}>
        {tour === undefined ? null : (
          <li>
            <Link href={documentHref(tour.path)} className={styles.step}>
              <Compass size={18} strokeWidth={1.75} aria-hidden />
              <span className={styles.stepTitle}>Take the tour</span>
              <span className={styles.stepText}>A notebook that shows the keys and the kernels in five minutes.</span>
            </Link>
          </li>
        )}
        <li>
          <button type="button" className={styles.step} onClick={() => void createFile('notebook', '')}>
            <NotebookPen size={18} strokeWidth={1.75} aria-hidden />
            <span className={styles.stepTitle}>New notebook</span>
            <span className={styles.stepText}>Starts empty; nothing runs until you run it.</span>
          </button>
        </li>
        <li>
          <button type="button" className={styles.step} onClick={() => actionRegistry.run('gateway.add')}>
            <Server size={18} strokeWidth={1.75} aria-hidden />
            <span className={styles.stepTitle}>Add a gateway</span>
            <span className={styles.stepText}>Connect a Jupyter Server by its URL and token.</span>
          </button>
        </li>
      </ul>
      {recent.length === 0 ? null : (
        <section>
          <h2 className={styles.heading}>{tabs.length > 0 ? 'Open files' : 'Notebooks in this folder'}</h2>
          <ul className={styles.list}>
            {recent.slice(0, 12).map((path) => (
              <li key={path} className={styles.item}>
                <Link href={documentHref(path)}>
                  <DocumentIcon path={path} />
                  <span className={styles.path}>{showHiddenCharacters(documentTitle(path) ?? path)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className={styles.hint}>
        <button type="button" onClick={() => actionRegistry.run('view.palette')}>
          Everything has a command: <kbd>{keys}</kbd>
        </button>
      </p>
    </main>
  );
}
