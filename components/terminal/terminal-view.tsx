'use client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Accessibility, Plus, Power, SquareTerminal } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { useKeyWords, usePlaceFocused, useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { Fault } from '#lib/core/fault.ts';
import { type TerminalAddress, terminalNumber } from '#lib/core/terminal/terminal-path.ts';
import { leaveKey } from './leave-key.ts';
import { LinkDialog } from './link-dialog.tsx';
import { screenReaderMode, useScreenReaderMode } from './screen-reader-mode.ts';
import { screenActions } from './terminal-actions.ts';
import { closeTerminal, startTerminal } from './terminal-requests.ts';
import styles from './terminal-view.module.css';
import { detailWords, lineOf, lineWords } from './terminal-words.ts';
import { useFeedState, useTerminal } from './use-terminal.ts';

export type TerminalViewProps = {
  readonly address: TerminalAddress;
  /** As people know the gateway. */
  readonly gatewayLabel: string;
  /** Another terminal was opened. */
  readonly onOpened: (path: string) => void;
  /** Another one takes the place of this one, whose shell has ended. */
  readonly onReplaced: (path: string) => void;
  readonly onClose: () => void;
};

/** A terminal of a gateway: a bar that says how it is, its screen, and what can be done once its shell has ended. */
export function TerminalView({ address, gatewayLabel, onOpened, onReplaced, onClose }: TerminalViewProps) {
  const element = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLElement>(null);
  const [link, setLink] = useState<string | null>(null);
  const [ending, setEnding] = useState(false);
  const live = useTerminal(address, element, setLink);
  const known = useFeedState(live);
  const focused = usePlaceFocused();
  const readsAloud = useScreenReaderMode();
  const leaveWords = useKeyWords({ keys: [leaveKey] });
  const { state, fault } = known;
  const line = lineOf(known);
  const name = `Terminal ${terminalNumber(address.name)}`;

  useEffect(() => {
    if (live !== null && focused) live.screen.focus();
    // oxlint-disable-next-line react/exhaustive-deps -- once, when it is there: later the person decides
  }, [live]);
  useEffect(() => {
    live?.screen.readAloud(readsAloud);
  }, [live, readsAloud]);
  const actions = useMemo(
    () =>
      screenActions({
        screen: () => live?.screen ?? null,
        leave: () => bar.current?.querySelector('button')?.focus(),
        end: () => setEnding(true),
      }),
    [live],
  );
  useRegisterActions(actions);

  const start = async (then: (path: string) => void) => {
    const path = await startTerminal(address.gatewayId);
    if (path !== null) then(path);
  };
  return (
    <main className={styles.view} aria-label={`${name} on ${gatewayLabel}`} data-terminal-line={line}>
      <header ref={bar} className={styles.bar}>
        <h1 className={styles.title}>{name}</h1>
        <span className={styles.detail}>
          <span className={styles.gateway}>{gatewayLabel}</span>
          <span role="status" className={line === 'reconnecting' ? styles.trouble : undefined}>
            {lineWords[line]}
          </span>
          {state === null ? null : <span data-terminal-detail>{detailWords(state)}</span>}
        </span>
        <kbd className={styles.keys}>{leaveWords} leaves</kbd>
        <IconButton
          icon={Plus}
          label={`Open another terminal on ${gatewayLabel}`}
          onClick={() => void start(onOpened)}
        />
        <IconButton
          icon={Accessibility}
          label="Read the terminal aloud (screen reader mode)"
          aria-pressed={readsAloud}
          onClick={() => screenReaderMode.set(!readsAloud)}
        />
        <IconButton
          icon={Power}
          label="End this shell…"
          disabled={line === 'ended' || fault !== null}
          onClick={() => setEnding(true)}
        />
      </header>
      {fault === null ? null : <Trouble fault={fault} onRetry={() => live?.feed.follow()} onClose={onClose} />}
      {line === 'reconnecting' ? (
        <div className={styles.note}>
          <Notice kind="warning" hint="It is tried again until it succeeds. What is typed meanwhile is not sent.">
            {state?.reason ?? 'The line to the gateway is lost; the shell goes on there.'}
          </Notice>
        </div>
      ) : null}
      {line === 'ended' ? (
        <div className={styles.note}>
          <Notice
            kind="info"
            actions={
              <>
                <Button look="primary" onClick={() => void start(onReplaced)}>
                  Start another shell
                </Button>
                <Button onClick={onClose}>Close</Button>
              </>
            }
          >
            This shell has ended. {state?.reason ?? ''}
          </Notice>
        </div>
      ) : null}
      <div className={styles.room} hidden={fault !== null}>
        <div ref={element} className={styles.screen} data-terminal="" />
      </div>
      <LinkDialog address={link} onClose={() => setLink(null)} />
      <ConfirmDialog
        open={ending}
        title={`End the shell of ${name.toLowerCase()}?`}
        verb="End it"
        onCancel={() => setEnding(false)}
        onConfirm={() => {
          setEnding(false);
          void closeTerminal(address);
        }}
      >
        What runs in it is ended as well. To leave it running, close its tab instead.
      </ConfirmDialog>
    </main>
  );
}

type TroubleProps = { readonly fault: Fault; readonly onRetry: () => void; readonly onClose: () => void };

/** Why there is no screen. */
function Trouble({ fault, onRetry, onClose }: TroubleProps) {
  const never = fault.fault === 'gateway.noTerminals' || fault.fault === 'gateway.notFound';
  return (
    <div role="alert">
      <EmptyState
        icon={SquareTerminal}
        title={never ? 'This gateway has no terminals' : 'This terminal cannot be shown'}
        actions={
          <>
            {never ? null : (
              <Button look="primary" onClick={onRetry}>
                Try again
              </Button>
            )}
            <Button onClick={onClose}>Close</Button>
          </>
        }
      >
        {fault.message} {fault.hint}
      </EmptyState>
    </div>
  );
}
