import { describe, expect, it, vi } from 'vitest';
import type { Action } from './action.ts';
import { ActionRegistry, describeKeys } from './action-registry.ts';

const action = (id: string, over: Partial<Action> = {}): Action => ({
  id,
  title: id,
  category: 'Test',
  keys: [],
  scope: 'global',
  isEnabled: () => true,
  run: () => undefined,
  ...over,
});

describe('ActionRegistry', () => {
  it('lists what is registered and takes exactly that away again', () => {
    const registry = new ActionRegistry();
    registry.register([action('a')]);
    const dispose = registry.register([action('b'), action('c')]);
    expect(registry.getSnapshot().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    dispose();
    expect(registry.getSnapshot().map(({ id }) => id)).toEqual(['a']);
  });

  it('lets a later registration of an id win until it is disposed', () => {
    const registry = new ActionRegistry();
    registry.register([action('a', { title: 'first' })]);
    const dispose = registry.register([action('a', { title: 'second' })]);
    expect(registry.find('a')?.title).toBe('second');
    dispose();
    expect(registry.find('a')?.title).toBe('first');
  });

  it('offers the actions of a place only while it has the focus', () => {
    const registry = new ActionRegistry();
    registry.register([action('page')]);
    registry.register([action('save', { title: 'left' })], 'left');
    registry.register([action('save', { title: 'right' })], 'right');
    expect(registry.find('save')).toBeUndefined();
    registry.focus('left');
    expect(registry.find('save')?.title).toBe('left');
    registry.focus('right');
    expect(registry.find('save')?.title).toBe('right');
    registry.focus(null);
    expect(registry.getSnapshot().map(({ id }) => id)).toEqual(['page']);
  });

  it('keeps the snapshot while nothing changes and tells listeners when it does', () => {
    const registry = new ActionRegistry();
    const listener = vi.fn();
    const stop = registry.subscribe(listener);
    const before = registry.getSnapshot();
    expect(registry.getSnapshot()).toBe(before);
    const dispose = registry.register([action('a')]);
    expect(listener).toHaveBeenCalledTimes(1);
    dispose();
    dispose();
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    registry.register([action('b')]);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('runs only what is there and enabled', () => {
    const registry = new ActionRegistry();
    const run = vi.fn();
    registry.register([action('on', { run }), action('off', { run, isEnabled: () => false })]);
    expect([registry.run('on'), registry.run('off'), registry.run('gone')]).toEqual([true, false, false]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['Accel-S', false, 'Ctrl+S'],
    ['Accel-S', true, '⌘S'],
    ['Accel-Shift-P', true, '⇧⌘P'],
    ['D D', false, 'D D'],
    ['Shift-Enter', false, 'Shift+Enter'],
    ['Ctrl-Shift-ArrowUp', false, 'Ctrl+Shift+↑'],
    ['Alt-PageDown', false, 'Alt+PgDn'],
    ['Alt-PageUp', true, '⌥PgUp'],
  ])('describes %s (mac: %s) as %s', (keys, mac, shown) => {
    expect(describeKeys({ keys: [keys] }, mac)).toBe(shown);
  });

  it('describes an action without keys as nothing', () => {
    expect(describeKeys({ keys: [] }, false)).toBe('');
  });
});
