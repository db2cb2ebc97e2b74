import type { Action } from './action.ts';
import { describeSequence } from './key-chord.ts';

/**
 * The one registry of actions. Features register theirs while they are mounted; the palette, menus, tooltips and the key
 * dispatcher read it. A later registration of the same id wins until it is disposed (two notebooks in two tabs: the
 * shown one is mounted last).
 */
export class ActionRegistry {
  #entries: { readonly action: Action }[] = [];
  #snapshot: readonly Action[] = [];
  readonly #listeners = new Set<() => void>();

  /** Adds actions; the returned function takes exactly these away again. */
  register(actions: readonly Action[]): () => void {
    const mine = actions.map((action) => ({ action }));
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
    for (const { action } of this.#entries) byId.set(action.id, action);
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
