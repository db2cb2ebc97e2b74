import { describe, expect, it } from 'vitest';
import type { Action, ActionScope } from './action.ts';
import type { KeyPress } from './key-chord.ts';
import { isPageKey, scopesAt } from './dispatch-keys.ts';
import { parseKeys } from './key-chord.ts';
import { resolveKeys } from './resolve-keys.ts';

const action = (id: string, scope: ActionScope, keys: string[], enabled = true): Action => ({
  id,
  title: id,
  category: 'Test',
  keys,
  scope,
  isEnabled: () => enabled,
  run: () => undefined,
});

/** `^` Ctrl, `@` Cmd, `+` Shift, `!` Alt before the key. */
function press(text: string): KeyPress {
  const marks = /^[\^@+!]*/.exec(text)?.[0] ?? '';
  const key = text.slice(marks.length);
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^[0-9]$/.test(key) ? `Digit${key}` : key;
  return {
    key,
    code,
    ctrlKey: marks.includes('^'),
    metaKey: marks.includes('@'),
    shiftKey: marks.includes('+'),
    altKey: marks.includes('!'),
  };
}

const all = [
  action('run.next', 'notebook', ['Shift-Enter']),
  action('cell.delete', 'notebook.command', ['D D']),
  action('cell.down', 'notebook.command', ['ArrowDown', 'J'], true),
  action('interrupt', 'notebook.command', ['I I']),
  action('undo', 'notebook.command', ['Z']),
  action('redo', 'notebook.command', ['Shift-Z']),
  action('leave', 'notebook.edit', ['Escape']),
  action('save', 'global', ['Accel-S']),
  action('save.notebook', 'notebook', ['Accel-S']),
  action('palette', 'global', ['Accel-Shift-P']),
  action('off', 'notebook.command', ['A'], false),
];

const command = scopesAt('notebook');
const editor = scopesAt('editor');
const field = scopesAt('field');

function resolved(scopes: ReadonlySet<ActionScope>, ...presses: string[]): string {
  const found = resolveKeys(all, scopes, presses.map(press));
  return found.kind === 'run' ? found.action.id : found.kind;
}

describe('resolveKeys', () => {
  it.each([
    [command, ['+Enter'], 'run.next'],
    [editor, ['+Enter'], 'run.next'],
    [command, ['d'], 'wait'],
    [command, ['d', 'd'], 'cell.delete'],
    [command, ['d', 'i'], 'none'],
    [command, ['+d', '+d'], 'none'],
    [editor, ['d'], 'none'],
    [command, ['J'], 'cell.down'],
    [command, ['ArrowDown'], 'cell.down'],
    [command, ['z'], 'undo'],
    [command, ['+Z'], 'redo'],
    [command, ['^z'], 'none'],
    [editor, ['Escape'], 'leave'],
    [command, ['Escape'], 'none'],
    [command, ['^s'], 'save.notebook'],
    [command, ['@s'], 'save.notebook'],
    [command, ['^@s'], 'none'],
    [field, ['^+P'], 'palette'],
    [field, ['@+p'], 'palette'],
    [scopesAt('dialog'), ['^+P'], 'none'],
    [command, ['a'], 'none'],
  ] as const)('%# %j → %s', (scopes, presses, id) => {
    expect(resolved(scopes, ...presses)).toBe(id);
  });

  it('reads letters by their place where the layout has no Latin ones', () => {
    const cyrillic: KeyPress = { ...press('^s'), key: 'ы', code: 'KeyS' };
    const found = resolveKeys(all, command, [cyrillic]);
    expect(found.kind).toBe('run');
  });

  it('reads a digit with Shift by its place', () => {
    const digits = [action('x', 'global', ['Shift-1'])];
    expect(
      resolveKeys(digits, field, [{ ...press('+!'), key: '!', code: 'Digit1', altKey: false, shiftKey: true }]).kind,
    ).toBe('run');
  });

  it('refuses a keymap with a modifier it does not know', () => {
    expect(() => parseKeys('Hyper-A')).toThrow(/Hyper-A/);
  });
});

describe('in a terminal', () => {
  it.each([
    ['^+P', true],
    ['^+L', true],
    ['@c', true],
    ['^c', false],
    ['^k', false],
    ['!w', false],
    ['^!+Q', false],
    ['F6', false],
    ['Tab', false],
    ['+Tab', false],
  ])('%s is a key of the page: %s', (keys, mine) => expect(isPageKey(press(keys))).toBe(mine));

  it('its own actions and those of the page hold, those of notebooks do not', () => {
    expect([...scopesAt('terminal')]).toEqual(['terminal', 'global']);
  });
});
