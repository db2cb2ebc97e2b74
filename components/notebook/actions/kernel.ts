import { hasActive, hasKernel, type Rows } from './row.ts';

/** The kernel. */
export const kernelRows = {
  'kernel.interrupt': {
    title: 'Interrupt the kernel',
    category: 'Kernel',
    keys: ['I I'],
    scope: 'notebook.command',
    isEnabled: hasKernel,
    run: (c) => c.life.interrupt(),
  },
  'kernel.restart': {
    title: 'Restart the kernel',
    category: 'Kernel',
    keys: ['0 0'],
    scope: 'notebook.command',
    isEnabled: hasKernel,
    run: (c) => c.life.restart('nothing'),
  },
  'kernel.restartAndRunToHere': {
    title: 'Restart the kernel and run up to the selected cell',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => hasKernel(c) && hasActive(c),
    run: (c) => c.life.restart('runToHere'),
  },
  'kernel.restartAndRunAll': {
    title: 'Restart the kernel and run all cells',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.life.restart('runAll'),
  },
  'kernel.restartAndClear': {
    title: 'Restart the kernel and clear all outputs',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.life.restart('clear'),
  },
  'kernel.shutdown': {
    title: 'Shut the kernel down',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.life.shutDown(),
  },
  'kernel.cancelStart': {
    title: 'Call off the start of the kernel',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.life.launches(),
    run: (c) => c.life.cancelLaunch(),
  },
  'kernel.replay': {
    title: 'Replay the cells that had run before the kernel died',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.life.hasDied(),
    run: (c) => c.life.replay(),
  },
} satisfies Rows;
