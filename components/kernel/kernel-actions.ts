import type { Action } from '#lib/client/actions/action.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import { openKernelDialog } from './open-dialog.ts';
import { commandSession } from './kernel-requests.ts';
import { secretWords } from './secret-words.ts';

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
    run: () => openKernelDialog({ kind: 'gateway', gatewayId: null, path: null }),
  },
];

/** One for each gateway that can be changed, and one more where it waits for a person. */
export function gatewayChanges(gateways: readonly Gateway[]): readonly Action[] {
  const action = (id: string, title: string, run: () => void): Action => ({
    id,
    title,
    category: 'Kernel',
    keys: [],
    scope: 'global',
    isEnabled: () => true,
    run,
  });
  return gateways
    .filter(({ removable }) => removable)
    .flatMap(({ id, label, needsSecrets, auth }) => [
      action(`gateway.change.${id}`, `Change the gateway “${label}”`, () =>
        openKernelDialog({ kind: 'gateway', gatewayId: id, path: null }),
      ),
      ...(needsSecrets
        ? [
            action(`gateway.enter.${id}`, `Enter ${secretWords(auth)} for “${label}”`, () =>
              openKernelDialog({ kind: 'secrets', gatewayId: id, path: null, from: 'page' }),
            ),
          ]
        : []),
    ]);
}
