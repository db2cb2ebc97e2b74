'use client';
import { useState, useSyncExternalStore } from 'react';
import { Plus, Power, SquareTerminal } from 'lucide-react';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import styles from '#components/ui/row-list.module.css';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { terminalNumber, terminalPath } from '#lib/core/terminal/terminal-path.ts';
import type { TerminalView } from '#lib/protocol/http/terminals.ts';
import { closeTerminal } from './terminal-requests.ts';
import { terminals } from './terminals-store.ts';

export type TerminalListProps = { readonly onOpen: (path: string) => void };

/** The terminals that run, with the way to open another one. */
export function TerminalList({ onOpen }: TerminalListProps) {
  const state = useSyncExternalStore(terminals.subscribe, terminals.getSnapshot, terminals.getInitial);
  const [ending, setEnding] = useState<TerminalView | null>(null);
  return (
    <section aria-labelledby="terminals-title">
      <div className={styles.titleRow}>
        <h3 id="terminals-title" className={styles.title}>
          Terminals
        </h3>
        <IconButton
          icon={Plus}
          size="small"
          label="Open a terminal"
          onClick={() => actionRegistry.run('terminal.open')}
        />
      </div>
      {state.terminals?.length === 0 ? (
        <p className={styles.none}>None runs. A terminal goes on when its tab is closed, and is found here.</p>
      ) : null}
      <ul className={styles.list}>
        {state.terminals?.map((terminal) => (
          <li key={terminalPath(terminal)} className={styles.row} data-terminal-row={terminalPath(terminal)}>
            <button type="button" className={styles.open} onClick={() => onOpen(terminalPath(terminal))}>
              <span className={styles.mark}>
                <SquareTerminal size={14} strokeWidth={1.75} aria-hidden />
              </span>
              <span className={styles.words}>
                <span className={styles.name}>{nameOf(terminal)}</span>
                <span className={styles.detail}>
                  on {terminal.gatewayLabel}
                  {terminal.watching > 1 ? ` · ${terminal.watching} windows` : ''}
                </span>
              </span>
            </button>
            <IconButton
              icon={Power}
              size="small"
              label={`End ${nameOf(terminal)} on ${terminal.gatewayLabel}…`}
              onClick={() => setEnding(terminal)}
            />
          </li>
        ))}
      </ul>
      {state.faults.map(({ gatewayLabel, fault }) => (
        <p key={gatewayLabel} className={styles.none}>
          {gatewayLabel}: {fault.message}
        </p>
      ))}
      <ConfirmDialog
        open={ending !== null}
        title={`End the shell of ${ending === null ? '' : nameOf(ending).toLowerCase()}?`}
        verb="End it"
        onCancel={() => setEnding(null)}
        onConfirm={() => {
          if (ending !== null) void closeTerminal(ending).then(() => terminals.load());
          setEnding(null);
        }}
      >
        What runs in it is ended as well.
      </ConfirmDialog>
    </section>
  );
}

const nameOf = ({ name }: TerminalView) => `Terminal ${terminalNumber(name)}`;
