import type { Action } from './action.ts';
import { describeSequence } from './key-chord.ts';

/**
 * The one registry of actions. Features register theirs while they are mounted; the palette, menus, tooltips and the key
 * dispatcher read it. Actions of a place (one document of several that are shown) exist while that place has the focus.
 * A later registration of the same id wins until it is disposed.
 */
export class ActionRegistry {
  #entries: { readonly action: Action; readonly place: string | null }[] = [];
  #focused: string | null = null;
  #snapshot: readonly Action[] = [];
  readonly #listeners = new Set<() => void>();

  /** Adds actions, those of one place or (null) of the whole page; the returned function takes exactly these away again. */
  register(actions: readonly Action[], place: string | null = null): () => void {
    const mine = actions.map((action) => ({ action, place }));
    this.#entries = [...this.#entries, ...mine];
    this.#changed();
    return () => {
      const before = this.#entries.length;
      this.#entries = this.#entries.filter((entry) => !mine.includes(entry));
      if (this.#entries.length !== before) this.#changed();
    };
  }

  /** The registered actions, one per id, in order of registration. The array is the same until something changes. */
  readonly getSnapshot = (): readonly Action[] => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Says which place has the focus: its actions hold now, those of all others do not. */
  focus(place: string | null): void {
    if (place === this.#focused) return;
    this.#focused = place;
    this.#changed();
  }

  find(id: string): Action | undefined {
    return this.#snapshot.find((action) => action.id === id);
  }

  /** Runs an action if it exists and is enabled; says whether it did. */
  run(id: string): boolean {
    const action = this.find(id);
    if (action === undefined || !action.isEnabled()) return false;
    void action.run();
    return true;
  }

  #changed(): void {
    const byId = new Map<string, Action>();
    for (const { action, place } of this.#entries) {
      if (place === null || place === this.#focused) byId.set(action.id, action);
    }
    this.#snapshot = [...byId.values()];
    for (const listener of this.#listeners) listener();
  }
}

/** The registry of this page. */
export const actionRegistry = new ActionRegistry();

/** The shown shortcut of an action, or '' when it has none. */
export function describeKeys(action: Pick<Action, 'keys'>, mac = isMac()): string {
  const first = action.keys[0];
  return first === undefined ? '' : describeSequence(first, mac);
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
}
