import type { Action, ActionScope } from './action.ts';
import type { KeyPress } from './key-chord.ts';
import { chordMatches, parseKeys } from './key-chord.ts';

/** What a key press means after the presses before it. */
export type KeyResolution =
  | { readonly kind: 'run'; readonly action: Action }
  /** The beginning of a longer sequence: keep the press and wait for the next. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'none' };

/** The nearer scope wins over the farther one. */
const scopeOrder: Readonly<Record<ActionScope, number>> = {
  'notebook.edit': 0,
  'notebook.command': 0,
  files: 0,
  terminal: 0,
  notebook: 1,
  global: 2,
};

/**
 * Finds the action of a key sequence among enabled actions of the given scopes. `presses` ends with the newest one. A
 * complete sequence wins over the beginning of a longer one.
 */
export function resolveKeys(
  actions: readonly Action[],
  scopes: ReadonlySet<ActionScope>,
  presses: readonly KeyPress[],
): KeyResolution {
  let waiting = false;
  let best: Action | null = null;
  for (const action of actions) {
    if (!scopes.has(action.scope)) continue;
    if (best !== null && scopeOrder[best.scope] <= scopeOrder[action.scope]) continue;
    for (const keys of action.keys) {
      const sequence = parseKeys(keys);
      if (sequence.length < presses.length) continue;
      const begins = presses.every((press, at) => {
        const chord = sequence[at];
        return chord !== undefined && chordMatches(chord, press);
      });
      if (!begins || !action.isEnabled()) continue;
      if (sequence.length === presses.length) best = action;
      else waiting = true;
    }
  }
  if (best !== null) return { kind: 'run', action: best };
  return waiting ? { kind: 'wait' } : { kind: 'none' };
}
