import { z } from 'zod';
import { sessionIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});
const onSession = z.object({ id: sessionIdField });

export const replaySession = route({
  method: 'POST',
  path: '/api/v1/sessions/:id/replay',
  summary:
    'After the death of a kernel: run the cells that had run in it again, in their order, each once, in a fresh kernel.',
  action: 'notebook.run',
  params: onSession,
  query: none,
  body: none,
  reply: z.object({ runs: z.number() }),
});

export const dismissDeath = route({
  method: 'DELETE',
  path: '/api/v1/sessions/:id/death',
  summary: 'Put the report of the death of a kernel away.',
  action: 'kernel.control',
  params: onSession,
  query: none,
  body: none,
  reply: none,
});

export const keepSession = route({
  method: 'POST',
  path: '/api/v1/sessions/:id/keep',
  summary:
    'The kernel of this session counts as used now: it is not shut down for want of use until the time is over anew.',
  action: 'kernel.control',
  params: onSession,
  query: none,
  body: none,
  reply: none,
});
