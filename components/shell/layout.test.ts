import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyLayout, type Layout, type LayoutEvent, layoutSchema, openDocuments, reduceLayout } from './layout.ts';

const play = (...events: readonly LayoutEvent[]) => events.reduce(reduceLayout, emptyLayout);
const show = (path: string | null): LayoutEvent => ({ type: 'Shown', path });
const aside = (path: string): LayoutEvent => ({ type: 'ShownAside', path });

/** `a: x *y* | b: *z*`, the focused pane in brackets. */
function words(layout: Layout): string {
  return layout.panes
    .map(({ id, tabs, active }) => {
      const line = `${id}: ${tabs.map((tab) => (tab === active ? `*${tab}*` : tab)).join(' ')}`.trim();
      return id === layout.focused ? `[${line}]` : line;
    })
    .join(' | ');
}

describe('one pane', () => {
  test.each<readonly [string, readonly LayoutEvent[], string]>([
    ['a document has one tab', [show('x'), show('y'), show('x')], '[a: *x* y]'],
    ['the start page keeps the tabs', [show('x'), show(null)], '[a: x]'],
    ['the right neighbour follows', [show('x'), show('y'), show('z'), show('y'), close('y')], '[a: x *z*]'],
    ['then the left one', [show('x'), show('y'), close('y')], '[a: *x*]'],
    ['then the start page', [show('x'), close('x')], '[a:]'],
    ['a closed folder takes what lies in it', [show('d2/a'), show('d/a'), close('d')], '[a: *d2/a*]'],
    ['others', [show('x'), show('y'), show('z'), rest('y', 'others')], '[a: *y*]'],
    ['those to the right', [show('x'), show('y'), show('z'), rest('y', 'right')], '[a: x *y*]'],
    ['all', [show('x'), show('y'), rest('y', 'all')], '[a:]'],
    ['reopens the newest', [show('x'), show('y'), close('x'), close('y'), { type: 'Reopened' }], '[a: *y*]'],
    ['a folder is renamed', [show('d/a'), show('x'), rename('d', 'e/f')], '[a: e/f/a *x*]'],
    ['a rename onto an open document', [show('x'), show('y'), rename('x', 'y')], '[a: *y*]'],
    ['a step past the end', [show('x'), show('y'), { type: 'Stepped', by: 1 }], '[a: *x* y]'],
    ['a step from the start page', [show('x'), show('y'), show(null), { type: 'Stepped', by: 1 }], '[a: *x* y]'],
    ['a nudge', [show('x'), show('y'), { type: 'Nudged', path: 'y', by: -1 }], '[a: *y* x]'],
    ['a nudge at the end', [show('x'), show('y'), { type: 'Nudged', path: 'y', by: 1 }], '[a: x *y*]'],
    ['a drop before another', [show('x'), show('y'), drop('y', 'a', 'x')], '[a: *y* x]'],
    ['a drop at the end', [show('x'), show('y'), drop('x', 'a', null)], '[a: *y* x]'],
  ])('%s', (_, events, expected) => expect(words(play(...events))).toBe(expected));
});

describe('two panes', () => {
  test.each<readonly [string, readonly LayoutEvent[], string]>([
    ['a new document to the side', [show('x'), aside('y')], 'a: *x* | [b: *y*]'],
    ['an open one moves', [show('x'), show('y'), aside('y')], 'a: *x* | [b: *y*]'],
    ['the only one stays', [show('x'), aside('x')], '[a: *x*]'],
    ['beside nothing is here', [aside('x')], '[a: *x*]'],
    ['showing what the other pane has goes there', [show('x'), aside('y'), show('x')], '[a: *x*] | b: *y*'],
    ['new ones open where the focus is', [show('x'), aside('y'), show('z')], 'a: *x* | [b: y *z*]'],
    [
      'from the second pane the side is the first',
      [show('x'), aside('y'), show('z'), aside('z')],
      '[a: x *z*] | b: *y*',
    ],
    ['an empty pane goes', [show('x'), aside('y'), close('y')], '[a: *x*]'],
    ['also the first one', [show('x'), aside('y'), close('x')], '[b: *y*]'],
    ['moving the last tab away closes its pane', [show('x'), aside('y'), drop('x', 'b', 'y')], '[b: *x* y]'],
    ['focus', [show('x'), aside('y'), { type: 'Focused', pane: 'a' }], '[a: *x*] | b: *y*'],
    ['the only pane is split again', [show('x'), aside('y'), close('x'), show('z'), aside('z')], 'b: *y* | [a: *z*]'],
  ])('%s', (_, events, expected) => expect(words(play(...events))).toBe(expected));
});

test('nothing new is the same object', () => {
  const layout = play(show('x'));
  expect(reduceLayout(layout, show('x'))).toBe(layout);
  expect(reduceLayout(layout, { type: 'Focused', pane: 'b' })).toBe(layout);
  expect(reduceLayout(layout, close('nowhere'))).toBe(layout);
});

test.each([
  ['a tab twice', { ...emptyLayout, panes: [{ id: 'a', tabs: ['x', 'x'], active: 'x' }] }],
  ['a shown document without a tab', { ...emptyLayout, panes: [{ id: 'a', tabs: [], active: 'x' }] }],
  ['a focus on no pane', { ...emptyLayout, focused: 'b' }],
  ['no pane', { ...emptyLayout, panes: [] }],
  ['a share without the other pane', { ...emptyLayout, share: 100 }],
])('a stored layout with %s is refused', (_, stored) => {
  expect(layoutSchema.safeParse(stored).success).toBe(false);
});

test('whatever happens, the layout can be stored and read again', () => {
  const path = fc.constantFrom('x', 'y', 'z', 'd/a', 'd/b');
  const pane = fc.constantFrom<'a' | 'b'>('a', 'b');
  const by = fc.constantFrom<-1 | 1>(-1, 1);
  const event: fc.Arbitrary<LayoutEvent> = fc.oneof(
    fc.record({ type: fc.constant('Shown' as const), path: fc.option(path) }),
    fc.record({ type: fc.constant('ShownAside' as const), path }),
    fc.record({ type: fc.constant('Closed' as const), path: fc.oneof(path, fc.constant('d')) }),
    fc.record({
      type: fc.constant('RestClosed' as const),
      path,
      which: fc.constantFrom<'others' | 'right' | 'all'>('others', 'right', 'all'),
    }),
    fc.constant<LayoutEvent>({ type: 'Reopened' }),
    fc.record({ type: fc.constant('Moved' as const), path, pane, before: fc.option(path) }),
    fc.record({ type: fc.constant('Nudged' as const), path, by }),
    fc.record({ type: fc.constant('Stepped' as const), by }),
    fc.record({ type: fc.constant('Renamed' as const), from: fc.oneof(path, fc.constant('d')), to: path }),
    fc.record({ type: fc.constant('Focused' as const), pane }),
    fc.record({ type: fc.constant('Resized' as const), share: fc.integer({ min: -10, max: 110 }) }),
    fc.constant<LayoutEvent>({ type: 'Turned' }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const layout = play(...events);
      expect(layoutSchema.parse(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
      expect(openDocuments(layout).length).toBeLessThanOrEqual(200);
    }),
    { numRuns: 500 },
  );
});

function close(path: string): LayoutEvent {
  return { type: 'Closed', path };
}

function rest(path: string, which: 'others' | 'right' | 'all'): LayoutEvent {
  return { type: 'RestClosed', path, which };
}

function rename(from: string, to: string): LayoutEvent {
  return { type: 'Renamed', from, to };
}

function drop(path: string, pane: 'a' | 'b', before: string | null): LayoutEvent {
  return { type: 'Moved', path, pane, before };
}
