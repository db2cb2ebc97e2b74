import type { Action, ActionScope } from './action.ts';
import type { ActionRegistry } from './action-registry.ts';
import type { KeyPress } from './key-chord.ts';
import { resolveKeys } from './resolve-keys.ts';

/** A sequence such as `D D` is forgotten after this pause, ms. */
const sequencePause = 1_000;

const modifierKeys: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock']);

/** Where the focus is, as far as shortcuts care. */
export type FocusPlace = 'dialog' | 'search' | 'terminal' | 'field' | 'editor' | 'files' | 'notebook' | 'elsewhere';

/** Which scopes may answer a key pressed at `place`. */
export function scopesAt(place: FocusPlace): ReadonlySet<ActionScope> {
  switch (place) {
    case 'dialog':
      return new Set();
    case 'search':
      return new Set(['global']);
    case 'terminal':
      return new Set(['terminal', 'global']);
    case 'editor':
      return new Set(['notebook.edit', 'notebook', 'global']);
    case 'notebook':
      return new Set(['notebook.command', 'notebook', 'global']);
    case 'files':
      return new Set(['files', 'notebook', 'global']);
    case 'field':
    case 'elsewhere':
      return new Set(['notebook', 'global']);
  }
}

/** Reads the place of the focus from the page: `[data-cell-editor]`, `main[data-notebook]`, `[data-file-tree]`, `[data-terminal]`, fields and dialogs. */
export function placeOf(target: EventTarget | null): FocusPlace {
  if (!(target instanceof Element)) return 'elsewhere';
  // Before dialogs: on a phone the tree lies in one.
  if (target.matches('[data-file-tree]')) return 'files';
  if (target.closest('[role="menu"], [role="listbox"]') !== null) return 'dialog';
  // A toast calls itself a dialog, but stands beside the page and does not stop it.
  if (target.closest(':is([role="dialog"], [role="alertdialog"]):not([aria-modal="false"])') !== null) return 'dialog';
  // A bar with keys of its own: Shift-Enter in it runs no cell.
  if (target.closest('[role="search"], [data-own-keys]') !== null) return 'search';
  if (target.closest('[data-terminal]') !== null) return 'terminal';
  if (target.closest('[data-cell-editor]') !== null && isField(target)) return 'editor';
  if (isField(target)) return 'field';
  if (target === document.body || target.closest('main[data-notebook]') !== null) return 'notebook';
  return 'elsewhere';
}

function isField(target: Element): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement)
    return !['button', 'checkbox', 'radio', 'range', 'color'].includes(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || target.getAttribute('role') === 'textbox');
}

/** Enter and Space belong to the button or link that has the focus. */
function belongsToControl(press: KeyPress, target: EventTarget | null): boolean {
  if (press.key !== 'Enter' && press.key !== ' ') return false;
  if (press.ctrlKey || press.altKey || press.shiftKey || press.metaKey) return false;
  return (
    target instanceof Element && target.closest('button, a[href], summary, [role="button"], [role="tab"]') !== null
  );
}

/** In a terminal all keys are the shell's, save those that no shell can tell from others: Ctrl with Shift, and Cmd. */
export function isPageKey(press: Omit<KeyPress, 'key' | 'code'>): boolean {
  return press.metaKey || (press.ctrlKey && press.shiftKey && !press.altKey);
}

const types = (press: KeyPress) => press.key.length === 1 && !press.ctrlKey && !press.metaKey && !press.altKey;

/**
 * The page's only global key listener. Returns the function that stops it. In the capture phase, so that an editor
 * cannot swallow a shortcut; it leaves alone everything that no enabled action claims.
 */
export function dispatchKeys(registry: ActionRegistry, target: Document = document): () => void {
  let pending: { presses: readonly KeyPress[]; at: number } = { presses: [], at: 0 };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || modifierKeys.has(event.key)) return;
    const place = placeOf(event.target);
    if (belongsToControl(event, event.target)) return;
    if (place === 'terminal' && !isPageKey(event)) return;
    // Plain letters typed into a field are text, not shortcuts.
    if ((place === 'field' || place === 'editor') && types(event)) return;
    const scopes = scopesAt(place);
    const held = event.timeStamp - pending.at <= sequencePause ? pending.presses : [];
    const press = pressOf(event);
    let presses = [...held, press];
    let found = resolveKeys(registry.getSnapshot(), scopes, presses);
    if (found.kind === 'none' && held.length > 0) {
      presses = [press];
      found = resolveKeys(registry.getSnapshot(), scopes, presses);
    }
    pending = found.kind === 'wait' ? { presses, at: event.timeStamp } : { presses: [], at: 0 };
    if (found.kind === 'none') return;
    event.preventDefault();
    event.stopPropagation();
    if (found.kind === 'run' && !(event.repeat && isOnceOnly(found.action))) void found.action.run();
  };

  target.addEventListener('keydown', onKeyDown, { capture: true });
  return () => target.removeEventListener('keydown', onKeyDown, { capture: true });
}

/** A held key repeats motions only; a held `D` must not empty the notebook. */
const isOnceOnly = (action: Action) => action.hidden !== true;

function pressOf(event: KeyboardEvent): KeyPress {
  const { key, code, ctrlKey, altKey, shiftKey, metaKey } = event;
  return { key, code, ctrlKey, altKey, shiftKey, metaKey };
}
