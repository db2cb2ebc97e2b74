'use client';
import { useMemo, useState } from 'react';
import { SquareTerminal } from 'lucide-react';
import { Dialog } from '#components/ui/dialog.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { Action } from '#lib/client/actions/action.ts';
import { callApi } from '#lib/client/api.ts';
import { isFault } from '#lib/core/fault.ts';
import { offersTerminals } from '#lib/kinds/gateway/manifest.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import styles from './terminal-commands.module.css';
import { startTerminal } from './terminal-requests.ts';

export type TerminalCommandsProps = {
  /** Where a new shell begins. */
  readonly folder: () => string;
  readonly onOpened: (path: string) => void;
};

/** “Open a terminal”, from anywhere: at once where one gateway offers them, else it asks on which. Once in the frame. */
export function TerminalCommands({ folder, onOpened }: TerminalCommandsProps) {
  const [choice, setChoice] = useState<readonly Gateway[] | null>(null);
  const [shown, setShown] = useState<readonly Gateway[]>([]);
  const start = async (gateway: Gateway) => {
    setChoice(null);
    const path = await startTerminal(gateway.id, folder());
    if (path !== null) onOpened(path);
  };
  const actions = useMemo((): readonly Action[] => {
    const open = async () => {
      const answer = await callApi('listGateways');
      if (isFault(answer)) return showToast({ kind: 'error', title: answer.message, description: answer.hint });
      const offering = answer.gateways.filter(({ kind }) => offersTerminals(kind));
      const [only] = offering;
      if (only === undefined || offering.length > 1) {
        setShown(answer.gateways);
        return setChoice(answer.gateways);
      }
      const path = await startTerminal(only.id, folder());
      if (path !== null) onOpened(path);
    };
    return [
      {
        id: 'terminal.open',
        title: 'Open a terminal',
        category: 'Terminal',
        keys: [],
        scope: 'global',
        isEnabled: () => true,
        run: open,
      },
    ];
  }, [folder, onOpened]);
  useRegisterActions(actions);
  return (
    <Dialog
      open={choice !== null}
      onOpenChange={(open) => (open ? undefined : setChoice(null))}
      title="Open a terminal on which gateway?"
      size="narrow"
    >
      <ul className={styles.list}>
        {shown.map((gateway) => (
          <li key={gateway.id}>
            <button
              type="button"
              className={styles.gateway}
              disabled={!offersTerminals(gateway.kind)}
              onClick={() => void start(gateway)}
            >
              <SquareTerminal size={16} strokeWidth={1.75} aria-hidden />
              <span className={styles.words}>
                <span>{gateway.label}</span>
                <span className={styles.detail}>
                  {offersTerminals(gateway.kind) ? whereWords(gateway) : 'gateways of this kind have no terminals'}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

const whereWords = ({ place, url }: Gateway) =>
  place === 'near' ? 'near: where the Farfield server runs' : `far: ${url}`;
