import type { Action } from '#lib/client/actions/action.ts';
import type { SessionId } from '#lib/core/ids.ts';
import { openKernelDialog } from './open-dialog.ts';
import { commandSession } from './kernel-requests.ts';

/** What can be done about the compute of the shown notebook. Interrupt, restart and shutdown belong to the notebook's own keymap. */
export function chipActions(path: string, session: SessionId | null): readonly Action[] {
  const bound = () => session !== null;
  return [
    {
      id: 'kernel.choose',
      title: 'Choose where this notebook runs',
      category: 'Kernel',
      keys: ['Alt-K'],
      scope: 'notebook',
      isEnabled: () => true,
      run: () => openKernelDialog({ kind: 'picker', path }),
    },
    {
      id: 'kernel.detach',
      title: 'Detach from the kernel and leave it running',
      category: 'Kernel',
      keys: [],
      scope: 'notebook',
      isEnabled: bound,
      run: async () => {
        if (session !== null) await commandSession(session, 'detach');
      },
    },
  ];
}

/** What can be done from anywhere. */
export const gatewayActions: readonly Action[] = [
  {
    id: 'gateway.add',
    title: 'Add a gateway',
    category: 'Kernel',
    keys: [],
    scope: 'global',
    isEnabled: () => true,
    run: () => openKernelDialog({ kind: 'gateway', path: null }),
  },
];
