import { z } from 'zod';
import { StoredValue } from './stored-value.ts';

/** Whether the sidebar stands beside the page on wide screens. */
export const sidebarShown = new StoredValue<boolean>('farfield-sidebar', z.boolean(), true);
