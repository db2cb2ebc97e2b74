import { z } from 'zod';
import { StoredValue } from './stored-value.ts';

const mostRecent = 5;

/** Ids of the actions that were last chosen in the palette, the newest first. */
export const recentActions = new StoredValue<readonly string[]>(
  'farfield-recent-actions',
  z.array(z.string().max(128)).max(mostRecent),
  [],
);

export function rememberAction(id: string): void {
  recentActions.set([id, ...recentActions.get().filter((other) => other !== id)].slice(0, mostRecent));
}
