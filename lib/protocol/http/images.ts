import { z } from 'zod';
import { cellIdField, notebookIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

export const readImage = route({
  method: 'GET',
  path: '/api/v1/images/:hash',
  summary: 'An image among the present outputs of a cell of an open notebook, named by the hash of its content.',
  action: 'notebook.read',
  params: z.object({ hash: z.string().regex(/^[0-9a-f]{32}$/) }),
  query: z.object({ notebookId: notebookIdField, cellId: cellIdField }),
  body: z.object({}),
  reply: z.unknown(),
  bytes: true,
});
