import { z } from 'zod';
import { down } from './message.ts';

/** The clusters, or the life of one of them, are others; a client that shows them asks again. At most some times a second. */
export const clustersChanged = down({ name: 'clusters.changed', payload: z.object({}) });
