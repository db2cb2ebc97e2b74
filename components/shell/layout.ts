import { z } from 'zod';
import { movedPath } from '#lib/core/moved-path.ts';
import { isWithin } from './locations.ts';

/**
 * Which documents are open, in which of up to two panes, and which pane has the focus. A document is in one pane at
 * most. Pure: `layout-store.ts` keeps it and lets the address follow.
 */

const paneIds = ['a', 'b'] as const;
export type PaneId = (typeof paneIds)[number];

export type Pane = {
  readonly id: PaneId;
  /** Paths of documents, in the order of the tabs. */
  readonly tabs: readonly string[];
  /** The shown one; null for the start page. */
  readonly active: string | null;
};

export type Layout = {
  /** One or two, in the order of the screen. */
  readonly panes: readonly Pane[];
  readonly focused: PaneId;
  /** Panes side by side, or one above the other. */
  readonly direction: 'row' | 'column';
  /** Share of the first pane, percent. */
  readonly share: number;
  /** Tabs closed last, the newest at the end. */
  readonly closed: readonly string[];
};

export const shareLimits = { initial: 50, min: 20, max: 80 } as const;
const mostTabs = 200;
const mostClosed = 20;

const path = z.string().min(1).max(4096);

export const layoutSchema: z.ZodType<Layout> = z
  .object({
    panes: z
      .array(z.object({ id: z.enum(paneIds), tabs: z.array(path).max(mostTabs), active: path.nullable() }))
      .min(1)
      .max(2),
    focused: z.enum(paneIds),
    direction: z.enum(['row', 'column']),
    share: z.number().min(shareLimits.min).max(shareLimits.max),
    closed: z.array(path).max(mostClosed),
  })
  .refine(isSound);

export const emptyLayout: Layout = {
  panes: [{ id: 'a', tabs: [], active: null }],
  focused: 'a',
  direction: 'row',
  share: shareLimits.initial,
  closed: [],
};

export type LayoutEvent =
  /** A person wants to see a document, or the start page. */
  | { readonly type: 'Shown'; readonly path: string | null }
  /** The same in the other pane, which is made when there is none. */
  | { readonly type: 'ShownAside'; readonly path: string }
  /** A document, or everything below a folder. */
  | { readonly type: 'Closed'; readonly path: string }
  /** Other tabs of the same pane. */
  | { readonly type: 'RestClosed'; readonly path: string; readonly which: 'others' | 'right' | 'all' }
  | { readonly type: 'Reopened' }
  /** Dropped in a pane before another tab; at the end when that is null. */
  | { readonly type: 'Moved'; readonly path: string; readonly pane: PaneId; readonly before: string | null }
  /** One place to the left or right. */
  | { readonly type: 'Nudged'; readonly path: string; readonly by: -1 | 1 }
  /** The next or previous tab of the focused pane. */
  | { readonly type: 'Stepped'; readonly by: -1 | 1 }
  /** A document, or a folder above documents. */
  | { readonly type: 'Renamed'; readonly from: string; readonly to: string }
  | { readonly type: 'Focused'; readonly pane: PaneId }
  | { readonly type: 'Resized'; readonly share: number }
  | { readonly type: 'Turned' };

export function reduceLayout(layout: Layout, event: LayoutEvent): Layout {
  switch (event.type) {
    case 'Shown':
      return shown(layout, event.path);
    case 'ShownAside':
      return shownAside(layout, event.path);
    case 'Closed':
      return closed(layout, (tab) => isWithin(tab, event.path));
    case 'RestClosed': {
      const tabs = paneOf(layout, event.path)?.tabs ?? [];
      const at = tabs.indexOf(event.path);
      const going = tabs.filter(
        (_, index) => event.which === 'all' || (event.which === 'right' ? index > at : index !== at),
      );
      return closed(layout, (tab) => going.includes(tab));
    }
    case 'Reopened': {
      const last = layout.closed.at(-1);
      return last === undefined ? layout : shown(layout, last);
    }
    case 'Moved':
      return moved(layout, event.path, event.pane, event.before);
    case 'Nudged': {
      const pane = paneOf(layout, event.path);
      if (pane === null) return layout;
      const rest = pane.tabs.filter((tab) => tab !== event.path);
      const at = Math.max(0, Math.min(rest.length, pane.tabs.indexOf(event.path) + event.by));
      return moved(layout, event.path, pane.id, rest[at] ?? null);
    }
    case 'Stepped': {
      const { tabs, active } = focusedPane(layout);
      if (tabs.length === 0) return layout;
      const at = active === null ? (event.by === 1 ? -1 : 0) : tabs.indexOf(active);
      return shown(layout, tabs[(at + event.by + tabs.length) % tabs.length] ?? null);
    }
    case 'Renamed':
      return renamed(layout, event.from, event.to);
    case 'Focused':
      return layout.focused === event.pane || !layout.panes.some(({ id }) => id === event.pane)
        ? layout
        : { ...layout, focused: event.pane };
    case 'Resized':
      return { ...layout, share: Math.min(shareLimits.max, Math.max(shareLimits.min, event.share)) };
    case 'Turned':
      return { ...layout, direction: layout.direction === 'row' ? 'column' : 'row' };
  }
}

export function focusedPane(layout: Layout): Pane {
  const pane = layout.panes.find(({ id }) => id === layout.focused) ?? layout.panes[0];
  if (pane === undefined) throw new Error('a layout without a pane');
  return pane;
}

/** The pane that has a document; null when it is not open. */
export function paneOf(layout: Layout, document: string): Pane | null {
  return layout.panes.find(({ tabs }) => tabs.includes(document)) ?? null;
}

/** Paths of all open documents. */
export function openDocuments(layout: Layout): readonly string[] {
  return layout.panes.flatMap(({ tabs }) => tabs);
}

function shown(layout: Layout, document: string | null): Layout {
  const target = document === null ? focusedPane(layout) : (paneOf(layout, document) ?? focusedPane(layout));
  const tabs = document === null || target.tabs.includes(document) ? target.tabs : bounded([...target.tabs, document]);
  if (layout.focused === target.id && target.active === document && tabs === target.tabs) return layout;
  return {
    ...layout,
    panes: withPane(layout, { ...target, tabs, active: document }),
    focused: target.id,
    closed: layout.closed.filter((tab) => tab !== document),
  };
}

function shownAside(layout: Layout, document: string): Layout {
  const from = paneOf(layout, document);
  const here = focusedPane(layout);
  // A document already in the other pane only has to be looked at.
  if (from !== null && from.id !== here.id) return shown(layout, document);
  if (from !== null && from.tabs.length === 1 && layout.panes.length === 1) return layout;
  if (from === null && here.tabs.length === 0) return shown(layout, document);
  const other: Pane = layout.panes.find(({ id }) => id !== here.id) ?? {
    id: here.id === 'a' ? 'b' : 'a',
    tabs: [],
    active: null,
  };
  const without = from === null ? here : withoutTabs(here, (tab) => tab === document);
  const aside = { ...other, tabs: bounded([...other.tabs, document]), active: document };
  const panes = layout.panes.length === 1 ? [without, aside] : [...layout.panes];
  const next = { ...layout, panes, focused: aside.id };
  return settled({ ...next, panes: withPane({ ...next, panes: withPane(next, without) }, aside) });
}

function closed(layout: Layout, goes: (tab: string) => boolean): Layout {
  const gone = openDocuments(layout).filter(goes);
  if (gone.length === 0) return layout;
  return settled({
    ...layout,
    panes: layout.panes.map((pane) => withoutTabs(pane, goes)),
    closed: [...layout.closed.filter((tab) => !gone.includes(tab)), ...gone].slice(-mostClosed),
  });
}

function moved(layout: Layout, document: string, pane: PaneId, before: string | null): Layout {
  const from = paneOf(layout, document);
  const to = layout.panes.find(({ id }) => id === pane);
  if (from === null || to === undefined || before === document) return layout;
  const rest = to.tabs.filter((tab) => tab !== document);
  const at = before === null ? rest.length : Math.max(0, rest.indexOf(before));
  const tabs = [...rest.slice(0, at), document, ...rest.slice(at)];
  if (from.id === to.id) return { ...layout, panes: withPane(layout, { ...to, tabs }) };
  const left = {
    ...layout,
    panes: withPane(
      layout,
      withoutTabs(from, (tab) => tab === document),
    ),
    focused: to.id,
  };
  return settled({ ...left, panes: withPane(left, { ...to, tabs, active: document }) });
}

function renamed(layout: Layout, from: string, to: string): Layout {
  const follow = (tab: string) => movedPath(tab, from, to);
  if (![...openDocuments(layout), ...layout.closed].some((tab) => isWithin(tab, from))) return layout;
  const seen = new Set<string>();
  const panes = layout.panes.map((pane) => {
    const tabs = pane.tabs.map(follow).filter((tab) => !seen.has(tab) && seen.add(tab));
    const active = pane.active === null ? null : follow(pane.active);
    return { ...pane, tabs, active: active !== null && tabs.includes(active) ? active : (tabs[0] ?? null) };
  });
  return settled({ ...layout, panes, closed: layout.closed.map(follow) });
}

/** Takes tabs out; the neighbour to the right of the shown one is shown instead, else the one to the left. */
function withoutTabs(pane: Pane, goes: (tab: string) => boolean): Pane {
  const tabs = pane.tabs.filter((tab) => !goes(tab));
  if (pane.active === null || tabs.includes(pane.active)) return { ...pane, tabs };
  const at = pane.tabs.indexOf(pane.active);
  const right = pane.tabs.slice(at + 1).find((tab) => !goes(tab));
  const left = pane.tabs.slice(0, at).findLast((tab) => !goes(tab));
  return { ...pane, tabs, active: right ?? left ?? null };
}

/** One of two panes goes when it has no tab left. */
function settled(layout: Layout): Layout {
  const kept = layout.panes.filter(({ tabs }) => tabs.length > 0);
  const panes = layout.panes.length === 1 ? layout.panes : kept.length === 0 ? layout.panes.slice(0, 1) : kept;
  const focused = panes.some(({ id }) => id === layout.focused) ? layout.focused : (panes[0]?.id ?? 'a');
  return { ...layout, panes, focused };
}

const withPane = (layout: Layout, pane: Pane): readonly Pane[] =>
  layout.panes.map((present) => (present.id === pane.id ? pane : present));

/** The oldest tab goes when there are too many. */
const bounded = (tabs: readonly string[]): readonly string[] => tabs.slice(-mostTabs);

/** What a schema cannot say of stored layouts: panes and tabs are there once, and what is shown has a tab. */
function isSound(layout: Layout): boolean {
  const all = openDocuments(layout);
  return (
    new Set(all).size === all.length &&
    new Set(layout.panes.map(({ id }) => id)).size === layout.panes.length &&
    layout.panes.some(({ id }) => id === layout.focused) &&
    layout.panes.every(({ tabs, active }) => active === null || tabs.includes(active)) &&
    (layout.panes.length === 1 || layout.panes.every(({ tabs }) => tabs.length > 0))
  );
}
