import { z } from 'zod';
import { down } from './message.ts';

/** The registered gateways, or the state of one of them, are others; a client that shows them asks again. */
export const gatewaysChanged = down({ name: 'gateways.changed', payload: z.object({}) });
