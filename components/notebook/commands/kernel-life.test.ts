import { expect, it } from 'vitest';
import { runId } from '#lib/core/ids.ts';
import { KernelLife } from './kernel-life.ts';
import type { CommandParts } from './parts.ts';
import type { Running } from './running.ts';
import type { Selecting } from './selecting.ts';

/** A kernel that runs one cell, and a clock that strikes when it is told. */
function running() {
  const page = { hears: true, state: 'running', offered: [] as string[], interrupted: [] as string[] };
  const looks = new Set<() => void>();
  const run = runId('r');
  const parts = {
    runner: {
      interrupt: () => Promise.resolve(null),
      interruptRun: async (id: string) => {
        page.interrupted.push(id);
        return null;
      },
      hearsResults: () => page.hears,
      state: () => ({
        sessions: new Map([['s', { running: run }]]),
        runs: new Map([[run, { state: page.state }]]),
      }),
    },
    effects: {
      offer: ({ id }: { readonly id: string }) => page.offered.push(id),
      later: (_: number, then: () => void) => {
        looks.add(then);
        return () => looks.delete(then);
      },
    },
  } as unknown as CommandParts;
  const life = new KernelLife(parts, {} as Selecting, {} as Running);
  return { page, life, strike: () => looks.forEach((look) => look()) };
}

it('offers a restart for a cell that does not heed an interrupt, one at a time', async () => {
  const { page, life, strike } = running();
  await life.interrupt();
  await life.interrupt();
  strike();
  expect(page.offered).toEqual(['unheeded r']);
});

it('interrupts the run that was meant, and looks at that one', async () => {
  const { page, life, strike } = running();
  await life.interruptRun(runId('r'));
  strike();
  expect(page.interrupted).toEqual(['r']);
  expect(page.offered).toEqual(['unheeded r']);
});

it.each<[string, (of: ReturnType<typeof running>) => void]>([
  ['the cell has stopped', ({ page }) => void (page.state = 'cancelled')],
  ['nothing is heard of the cell', ({ page }) => void (page.hears = false)],
  ['nobody looks at the notebook any more', ({ life }) => life.leave()],
])('offers nothing when %s', async (_, happens) => {
  const of = running();
  await of.life.interrupt();
  happens(of);
  of.strike();
  expect(of.page.offered).toEqual([]);
});
