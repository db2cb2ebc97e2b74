import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { hasKernel, type Rows } from './row.ts';

/** What waits for the kernel. */
export const queueRows = {
  'queue.show': {
    title: 'Show what runs and waits',
    category: 'Run',
    keys: ['G Q'],
    scope: 'notebook.command',
    run: () => void actionRegistry.run('view.queue'),
  },
  'queue.hold': {
    title: 'Hold the queue',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => hasKernel(c) && !c.queueing.isHeld(),
    run: (c) => c.queueing.hold(),
  },
  'queue.continue': {
    title: 'Continue the held queue',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.queueing.isHeld(),
    run: (c) => c.queueing.continue(),
  },
  'queue.runNext': {
    title: 'Run the waiting cell next',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.queueing.activeWaits(),
    run: (c) => c.queueing.runActiveNext(),
  },
  'queue.stopOnError': {
    title: 'Stop at an error, or go on after it',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.queueing.toggleStopOnError(),
  },
  'run.cancel': {
    title: 'Cancel waiting cells',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.queueing.anyWaits(),
    run: (c) => c.queueing.clear(),
  },
} satisfies Rows;
