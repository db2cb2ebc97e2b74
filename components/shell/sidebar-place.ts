import { SidePlace } from './side-place.ts';
import { sidebarViewIds } from './sidebar-views.ts';

/** The sidebar of this browser, left of the page. Written by the activity bar, the actions of the frame and its edge. */
export const sidebarPlace = new SidePlace(
  'farfield-sidebar',
  sidebarViewIds,
  { initial: 256, min: 168, max: 640 },
  { shown: true, view: 'files' },
);
