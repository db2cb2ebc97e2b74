import { z } from 'zod';
import { down } from './message.ts';

/** Folders of the workspace whose listing changed; a client that shows one of them lists it again. */
export const filesChanged = down({ name: 'files.changed', payload: z.object({ folders: z.array(z.string()) }) });
