import { z } from 'zod';
import { pathField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});

export const fileEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'notebook', 'file']),
  /** Bytes; 0 for folders. */
  size: z.number(),
  modifiedAt: z.number(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

export const listFiles = route({
  method: 'GET',
  path: '/api/v1/files',
  summary: 'List one folder of the workspace: folders first, then by name.',
  action: 'file.list',
  params: none,
  query: z.object({ path: pathField.default('') }),
  body: none,
  reply: z.object({ path: z.string(), entries: z.array(fileEntrySchema) }),
});

export const createFile = route({
  method: 'POST',
  path: '/api/v1/files',
  summary: 'Create an empty notebook, file or folder. Never overwrites. Without a name a free one is chosen.',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({
    folder: pathField,
    name: z.string().max(255).optional(),
    kind: z.enum(['notebook', 'file', 'folder']),
  }),
  reply: fileEntrySchema,
});

export const renameFile = route({
  method: 'POST',
  path: '/api/v1/files/rename',
  summary: 'Rename or move within the workspace. Never overwrites. An open notebook goes on under its new path.',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({ from: pathField, to: pathField }),
  reply: fileEntrySchema,
});

export const trashFile = route({
  method: 'POST',
  path: '/api/v1/files/trash',
  summary: 'Move a file or folder to the trash of the state folder.',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({ path: pathField }),
  reply: z.object({ trashId: z.string() }),
});

export const restoreFile = route({
  method: 'POST',
  path: '/api/v1/files/restore',
  summary: 'Put something from the trash back to where it was (under a free name when that is taken).',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({ trashId: z.string().max(128) }),
  reply: fileEntrySchema,
});

export const readFile = route({
  method: 'GET',
  path: '/api/v1/files/content',
  summary: 'Download the bytes of a file, or a part of them (Range, If-Range).',
  action: 'file.read',
  params: none,
  query: z.object({ path: pathField }),
  body: none,
  reply: z.unknown(),
  bytes: true,
});

export const writeFile = route({
  method: 'PUT',
  path: '/api/v1/files/content',
  summary:
    'Replace the text of a file, on condition that its bytes still have the given SHA-256. The old bytes go to the trash.',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({ path: pathField, text: z.string(), hash: z.string() }),
  reply: fileEntrySchema,
});
