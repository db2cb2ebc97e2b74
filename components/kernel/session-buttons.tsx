'use client';
import { useState } from 'react';
import { Power, RotateCcw, Square, Unplug } from 'lucide-react';
import type { SessionState } from '#lib/core/session/state.ts';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { commandSession, type SessionCommand } from './kernel-requests.ts';

/** What can be done with the kernel the notebook has. What loses its memory asks first. */
export function SessionButtons({ session }: { readonly session: SessionState }) {
  const [asking, setAsking] = useState<'restart' | 'shutdown' | null>(null);
  const { id, displayName } = session.binding;
  const run = (command: SessionCommand) => void commandSession(id, command);
  return (
    <>
      <IconButton
        icon={Square}
        label="Interrupt"
        disabled={session.running === null}
        onClick={() => run('interrupt')}
      />
      <IconButton icon={RotateCcw} label="Restart" onClick={() => setAsking('restart')} />
      <IconButton icon={Unplug} label="Detach, leave it running" onClick={() => run('detach')} />
      <IconButton icon={Power} label="Shut down" onClick={() => setAsking('shutdown')} />
      <ConfirmDialog
        open={asking !== null}
        title={asking === 'restart' ? `Restart ${displayName}?` : `Shut ${displayName} down?`}
        verb={asking === 'restart' ? 'Restart' : 'Shut down'}
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          if (asking !== null) run(asking);
          setAsking(null);
        }}
      >
        Its variables are lost and what runs or waits is cancelled. The outputs in the notebook stay.
      </ConfirmDialog>
    </>
  );
}
