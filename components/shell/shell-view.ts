import { z } from 'zod';
import { type SidebarViewId, sidebarViewIds } from './sidebar-views.ts';
import { StoredValue } from './stored-value.ts';

/** Width of the sidebar on wide screens, px. */
export const sidebarWidth = { initial: 256, min: 168, max: 640 } as const;

export type SidebarState = {
  /** Whether it stands beside the page on wide screens. */
  readonly shown: boolean;
  readonly view: SidebarViewId;
  /** px */
  readonly width: number;
};

/** The sidebar of this browser. Written by the activity bar, the actions of the frame and the sidebar's edge. */
export const sidebarState = new StoredValue<SidebarState>(
  'farfield-sidebar',
  z.object({
    shown: z.boolean(),
    view: z.enum(sidebarViewIds),
    width: z.number().min(sidebarWidth.min).max(sidebarWidth.max),
  }),
  { shown: true, view: 'files', width: sidebarWidth.initial },
);

export function setSidebar(part: Partial<SidebarState>): void {
  sidebarState.set({ ...sidebarState.get(), ...part });
}

/** A press on the icon of a view: shows it, or hides the sidebar when it already is what is shown. */
export function toggleSidebarView(view: SidebarViewId): void {
  const { shown, view: present } = sidebarState.get();
  setSidebar({ view, shown: !(shown && present === view) });
}
