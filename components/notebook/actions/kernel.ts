import { hasKernel, type Rows } from './row.ts';

/** The kernel. */
export const kernelRows = {
  'kernel.interrupt': {
    title: 'Interrupt the kernel',
    category: 'Kernel',
    keys: ['I I'],
    scope: 'notebook.command',
    isEnabled: hasKernel,
    run: (c) => c.running.interrupt(),
  },
  'kernel.restart': {
    title: 'Restart the kernel',
    category: 'Kernel',
    keys: ['0 0'],
    scope: 'notebook.command',
    isEnabled: hasKernel,
    run: (c) => c.running.restart(false),
  },
  'kernel.restartAndRunAll': {
    title: 'Restart the kernel and run all cells',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.running.restart(true),
  },
} satisfies Rows;
