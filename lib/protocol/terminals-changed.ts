import { z } from 'zod';
import { down } from './message.ts';

/** A terminal was opened or has ended; a client that shows them asks again. */
export const terminalsChanged = down({ name: 'terminals.changed', payload: z.object({}) });
