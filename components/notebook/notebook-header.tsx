'use client';
import { memo, type ReactNode } from 'react';
import { Ellipsis, ListOrdered, ListPlus, Pause, Play, Plus, RotateCcw, Square } from 'lucide-react';
import { DocumentTitle } from '#components/ui/document-title.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu, type MenuEntry } from '#components/ui/menu.tsx';
import spoken from '#components/ui/spoken.module.css';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import type { KernelStatus } from '#lib/core/session/event.ts';
import type { NotebookActionId } from './notebook-actions.ts';
import { keysOf } from './notebook-actions.ts';
import styles from './notebook-header.module.css';
import type { Peer } from './peer.ts';

export type NotebookHeaderProps = {
  readonly path: string;
  readonly save: string;
  /** Something is not on disk, or nothing can be sent. */
  readonly saveTrouble: boolean;
  readonly peers: readonly Peer[];
  readonly kernel: KernelStatus;
  readonly running: number;
  readonly queued: number;
  /** Nothing that waits starts until a person says so. */
  readonly held: boolean;
  /** A cell asks something. */
  readonly waiting: boolean;
  readonly disabled: boolean;
  /** Keep the function and the entries stable between renders. */
  readonly onAction: (id: NotebookActionId) => void;
  readonly menu: readonly MenuEntry[];
  /** The compute chip. */
  readonly slot?: ReactNode;
};

const kernelWords: Readonly<Record<KernelStatus, string>> = {
  none: 'no kernel',
  starting: 'kernel is starting',
  idle: 'kernel is idle',
  busy: 'kernel is busy',
  restarting: 'kernel is restarting',
  reconnecting: 'reconnecting to the kernel',
  dead: 'kernel has died',
};

/** Near and far in one line: what is saved where, who else is here, where the code runs and how busy it is. */
export function NotebookHeader(props: NotebookHeaderProps) {
  const { path, save, saveTrouble, peers, kernel, running, queued, held, waiting, disabled } = props;
  const { onAction, menu, slot } = props;
  const hasKernel = kernel !== 'none';
  // The chip in the slot says where and whether; here stands what needs a word.
  const calm = slot !== undefined && (kernel === 'none' || kernel === 'idle') && running + queued === 0;
  return (
    <header className={styles.header}>
      <div className={styles.names}>
        <DocumentTitle path={path} />
        <span className={`${styles.save} ${saveTrouble ? styles.trouble : ''}`} data-save-words>
          {save}
        </span>
        <Peers peers={peers} />
      </div>
      <div className={styles.compute}>
        {waiting ? (
          <button type="button" className={styles.waiting} onClick={() => onAction('run.answer')}>
            waiting for your input
          </button>
        ) : null}
        {calm || waiting ? null : (
          <span className={`${styles.kernel} ${styles[kernel]}`}>
            <span className={styles.dot} aria-hidden />
            {kernelWords[kernel]}
          </span>
        )}
        {running + queued > 0 || held ? (
          <QueueButton running={running} queued={queued} held={held} onShow={() => onAction('queue.show')} />
        ) : null}
        {slot}
      </div>
      <Tools disabled={disabled} hasKernel={hasKernel} onAction={onAction} menu={menu} />
    </header>
  );
}

type QueueButtonProps = Pick<NotebookHeaderProps, 'running' | 'queued' | 'held'> & { readonly onShow: () => void };

/** How much runs and waits, in words; on a phone in a sign and a number, which leaves the chip its room. */
function QueueButton({ running, queued, held, onShow }: QueueButtonProps) {
  const words = `${running > 0 ? `${running} running, ` : ''}${queued} ${held ? 'held' : 'queued'}`;
  const Icon = held ? Pause : ListOrdered;
  return (
    <button
      type="button"
      className={`${styles.queue} ${held ? styles.held : ''}`}
      title="Show what runs and waits"
      onClick={onShow}
    >
      <span className={styles.queueWords}>{words}</span>
      <span className={styles.queueBrief}>
        <Icon size={14} aria-hidden />
        <span aria-hidden>{running + queued}</span>
        <span className={spoken.spoken}>{words}</span>
      </span>
    </button>
  );
}

type ToolsProps = Pick<NotebookHeaderProps, 'disabled' | 'onAction' | 'menu'> & { readonly hasKernel: boolean };

/** What can be done with the notebook; the steps of a run change none of it. */
const Tools = memo(function Tools({ disabled, hasKernel, onAction, menu }: ToolsProps) {
  const button = (id: NotebookActionId) => ({
    shortcut: describeKeys({ keys: keysOf(id) }),
    onClick: () => onAction(id),
  });
  return (
    <div className={styles.tools} role="toolbar" aria-label="Notebook">
      <IconButton icon={Plus} label="Add a code cell below" disabled={disabled} {...button('cell.insertBelow')} />
      <IconButton icon={Play} label="Run the cell and go on" disabled={disabled} {...button('run.cell')} />
      <IconButton icon={ListPlus} label="Run all cells" disabled={disabled} {...button('run.all')} />
      <IconButton icon={Square} label="Interrupt the kernel" disabled={!hasKernel} {...button('kernel.interrupt')} />
      <IconButton icon={RotateCcw} label="Restart the kernel" disabled={!hasKernel} {...button('kernel.restart')} />
      <Menu
        align="end"
        trigger={<IconButton icon={Ellipsis} label="More for this notebook" disabled={disabled} />}
        entries={menu}
      />
    </div>
  );
});

function Peers({ peers }: { readonly peers: readonly Peer[] }) {
  if (peers.length === 0) return null;
  return (
    <ul className={styles.peers} aria-label="Also here">
      {peers.slice(0, 5).map((peer) => (
        <li key={peer.client} className={`${styles.peer} ${styles[peer.color]}`}>
          <span className={styles.dot} aria-hidden />
          {peer.name}
        </li>
      ))}
      {peers.length > 5 ? <li>and {peers.length - 5} more</li> : null}
    </ul>
  );
}
