'use client';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Ellipsis, NotebookText, Power, RotateCcw, Square, SquareActivity } from 'lucide-react';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import styles from '#components/ui/row-list.module.css';
import { SideView } from '#components/ui/side-view.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useGateway } from './gateways-store.ts';
import { IdleCountdown } from './idle-countdown.tsx';
import { commandSession, type SessionCommand } from './kernel-requests.ts';
import { places } from './places-store.ts';
import { running } from './running-store.ts';
import { StateMark } from '#components/ui/state-mark.tsx';
import { TrustMark } from './trust-mark.tsx';
import { agoWords } from '#components/ui/measure-words.ts';
import { statusWords } from './words.ts';

export type RunningViewProps = {
  readonly onOpen: (path: string) => void;
  /** What else runs, below the notebooks. */
  readonly children?: ReactNode;
};

type Asking = { readonly session: SessionView; readonly command: 'restart' | 'shutdown' };

/** Every notebook that has a kernel: where it runs, how busy it is, and what can be done about it. */
export function RunningView({ onOpen, children }: RunningViewProps) {
  const { sessions, fault } = useSyncExternalStore(running.subscribe, running.getSnapshot, running.getInitial);
  const known = useSyncExternalStore(places.subscribe, places.getSnapshot, places.getInitial);
  const [asking, setAsking] = useState<Asking | null>(null);
  const kernels = sessions === null ? '' : sessions.map(({ id, status }) => `${id} ${status}`).join();

  // When a kernel was last active is known by its gateway: asked again when something about the sessions changed.
  useEffect(() => {
    if (kernels !== '') void places.load();
  }, [kernels]);

  const command = async (session: SessionView, verb: SessionCommand) => {
    await commandSession(session.id, verb);
    await running.load();
  };
  const idleSince = (session: SessionView) => {
    const place = known.places?.find(({ gateway }) => gateway.id === session.gatewayId);
    return place?.kernels.find(({ id }) => id === session.kernelId)?.lastActivity ?? null;
  };

  return (
    <SideView title="Running">
      {fault === null ? null : <FaultNotice fault={fault} />}
      {sessions === null && fault === null ? (
        <div className={styles.wait}>
          <Skeleton label="Asking for what runs" />
        </div>
      ) : null}
      {sessions?.length === 0 ? (
        <EmptyState icon={SquareActivity} title="No notebook runs">
          A notebook appears here as soon as it has a kernel: run one of its cells.
        </EmptyState>
      ) : null}
      <ul className={styles.list}>
        {sessions?.map((session) => (
          <Row
            key={session.id}
            session={session}
            idleSince={idleSince(session)}
            now={known.checkedAt ?? 0}
            onOpen={() => onOpen(session.path)}
            onInterrupt={() => void command(session, 'interrupt')}
            onAsk={(verb) => setAsking({ session, command: verb })}
          />
        ))}
      </ul>
      {children}
      <ConfirmDialog
        open={asking !== null}
        title={`${asking?.command === 'restart' ? 'Restart' : 'Shut down'} the kernel of “${nameOf(asking?.session.path ?? '')}”?`}
        verb={asking?.command === 'restart' ? 'Restart' : 'Shut down'}
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          if (asking !== null) void command(asking.session, asking.command);
          setAsking(null);
        }}
      >
        Its variables are lost and what runs or waits is cancelled. The outputs in the notebook stay.
      </ConfirmDialog>
    </SideView>
  );
}

type RowProps = {
  readonly session: SessionView;
  /** When its kernel last did something and the time of that answer, ms since 1970. */
  readonly idleSince: number | null;
  readonly now: number;
  readonly onOpen: () => void;
  readonly onInterrupt: () => void;
  readonly onAsk: (command: 'restart' | 'shutdown') => void;
};

function Row({ session, idleSince, now, onOpen, onInterrupt, onAsk }: RowProps) {
  const { path, status, displayName, gatewayLabel, queued } = session;
  const gateway = useGateway(session.gatewayId);
  const name = nameOf(path);
  const words = [
    status === 'idle' && idleSince !== null ? `idle, used ${agoWords(idleSince, now)}` : statusWords[status],
    session.waitsForInput ? 'waiting for your input' : null,
    queued > 0 ? `${queued} queued` : null,
  ].filter(Boolean);
  return (
    <li className={styles.row} data-session-path={path} data-session-status={status}>
      <button type="button" className={styles.open} title={path} onClick={onOpen}>
        <span className={styles.mark}>
          <StateMark status={status} />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{name}</span>
          <span className={styles.detail}>{words.join(' · ')}</span>
          <span className={styles.detail}>
            {displayName} on {gatewayLabel} {gateway?.tls.verify === false ? <TrustMark brief /> : null}
          </span>
        </span>
      </button>
      <span className={styles.tools}>
        <IconButton
          icon={Square}
          size="small"
          label={`Interrupt ${name}`}
          disabled={session.running === 0}
          onClick={onInterrupt}
        />
        <Menu
          align="end"
          trigger={<IconButton icon={Ellipsis} size="small" label={`More about ${name}`} />}
          entries={[
            { label: 'Open', icon: NotebookText, onSelect: onOpen },
            { label: 'Restart the kernel…', icon: RotateCcw, onSelect: () => onAsk('restart') },
            { label: 'Shut down…', icon: Power, danger: true, onSelect: () => onAsk('shutdown') },
          ]}
        />
      </span>
      {session.idleEnd === null ? null : <IdleCountdown id={session.id} end={session.idleEnd} />}
    </li>
  );
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
