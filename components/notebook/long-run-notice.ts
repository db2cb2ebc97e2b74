import type { Run } from '#lib/core/session/state.ts';
import { span } from '#components/ui/measure-words.ts';

/** A person waits for a run of a minute; of a longer one they want to be told. ms */
export const longRunMs = 60_000;

/** What is said at the end of a long run; null where nobody waited for it. `number`: place of the cell from 1. */
export function longRunNotice({ state, startedAt, finishedAt }: Run, number: number): string | null {
  if (startedAt === null || finishedAt === null || finishedAt - startedAt < longRunMs) return null;
  const after = `after ${span(finishedAt - startedAt)}`;
  switch (state) {
    case 'ok':
      return `Cell ${number} finished ${after}`;
    case 'error':
      return `Cell ${number} failed ${after}`;
    case 'lost':
      return `Cell ${number}: its end is not known, ${after}`;
    case 'cancelled':
    case 'queued':
    case 'running':
      return null;
  }
}
