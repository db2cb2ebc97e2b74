'use client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { X } from 'lucide-react';
import { CopyButton } from '#components/output/copy-button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import spoken from '#components/ui/spoken.module.css';
import { Splitter } from '#components/ui/splitter.tsx';
import { useNotebook } from '../notebook-context.ts';
import type { HelpPage } from './help-store.ts';
import { HelpText, textOf, useRenderedHelp } from './help-text.tsx';
import styles from './pager.module.css';

const smallest = 96;
const usual = 280;

/** Long help in a pane at the foot of the notebook: what `name?` answers. Not part of the notebook. */
export function Pager() {
  const { help } = useNotebook();
  const read = () => help.store.get().page;
  const page = useSyncExternalStore(help.store.subscribe, read, read);
  const [height, setHeight] = useState(usual);
  if (page === null) return null;
  return <Pane page={page} height={height} onHeight={setHeight} onClose={() => help.closePage()} />;
}

type PaneProps = {
  readonly page: HelpPage;
  /** CSS px */
  readonly height: number;
  readonly onHeight: (height: number) => void;
  readonly onClose: () => void;
};

function Pane({ page, height, onHeight, onClose }: PaneProps) {
  const { commands } = useNotebook();
  const text = useRef<HTMLDivElement>(null);
  const rendered = useRenderedHelp(page.data);
  const copied = textOf(rendered);
  useEffect(() => {
    if (page.focus) text.current?.focus();
  }, [page]);
  useEffect(() => {
    text.current?.scrollTo({ top: 0 });
  }, [page.data]);
  const close = () => {
    const within = text.current?.parentElement?.contains(document.activeElement) === true;
    onClose();
    // Back to where the keys were.
    const id = within ? commands.selecting.active() : null;
    if (id !== null) commands.selecting.activate(id);
  };
  const largest = Math.max(smallest, Math.round(window.innerHeight * 0.7));
  const shown = Math.min(height, largest);
  // The splitter counts the part before it: what is above the pane.
  const onMove = (above: number) => onHeight(largest - above);
  return (
    // A dialog that leaves the page alone: keys in it are its own, not those of the cells.
    <section
      role="dialog"
      aria-label={`${page.title}: help from the kernel`}
      data-pager
      className={styles.pane}
      style={{ height: shown }}
      onMouseDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <Splitter
        label="Height of the help"
        orientation="horizontal"
        value={largest - shown}
        min={0}
        max={largest - smallest}
        step={24}
        onMove={onMove}
        onDone={onMove}
        onReset={() => onHeight(usual)}
        className={styles.splitter}
      />
      <div className={styles.head}>
        <h2 className={styles.title}>{page.title}</h2>
        <p className={styles.hint}>from the kernel; not kept in the notebook</p>
        <span className={styles.tools}>
          {copied === null ? null : (
            <span className={styles.copy}>
              <CopyButton text={() => copied} label="Copy the help" />
            </span>
          )}
          <IconButton icon={X} size="small" label="Close the help" shortcut="Esc" onClick={close} />
        </span>
      </div>
      <div ref={text} className={styles.text} tabIndex={0} role="document" aria-label={page.title}>
        <HelpText rendered={rendered} />
      </div>
      <p className={spoken.spoken} role="status">
        Help is open at the foot of the notebook.
      </p>
    </section>
  );
}
