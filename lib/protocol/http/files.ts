import { z } from 'zod';
import { pathField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});

const fileKind = z.enum(['folder', 'notebook', 'file']);

/** What the tree shows of one file. */
export type FileItem = { readonly name: string; readonly path: string; readonly kind: z.infer<typeof fileKind> };

export const fileEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: fileKind,
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
  // Names alone: a folder of 20,000 files is asked for at every change in it, and a stat of each takes ten times as long.
  reply: z.object({ path: z.string(), entries: z.array(z.object({ name: z.string(), kind: fileKind })) }),
});

export const searchFiles = route({
  method: 'GET',
  path: '/api/v1/files/search',
  summary:
    'Find files and folders by words of their names (of their paths when the query has a slash), near ones first. Leaves off hidden names and node_modules.',
  action: 'file.list',
  params: none,
  query: z.object({ query: z.string().min(1).max(255) }),
  body: none,
  reply: z.object({
    hits: z.array(z.object({ path: z.string(), kind: fileKind })),
    /** False when there were more than are sent, or more to look through than is looked through. */
    complete: z.boolean(),
  }),
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

export const duplicateFile = route({
  method: 'POST',
  path: '/api/v1/files/duplicate',
  summary: 'Copy a file or folder under a free name, beside it or into another folder. Never overwrites.',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({ path: pathField, folder: pathField.optional() }),
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

export const listTrash = route({
  method: 'GET',
  path: '/api/v1/files/trash',
  summary: 'What was deleted or overwritten, newest first.',
  action: 'file.list',
  params: none,
  query: none,
  body: none,
  reply: z.object({
    items: z.array(
      z.object({
        trashId: z.string(),
        path: z.string(),
        /** Milliseconds since 1970. */
        at: z.number(),
        reason: z.enum(['deleted', 'overwritten']),
      }),
    ),
    /** False when older ones are left off. */
    complete: z.boolean(),
  }),
});

export const eraseTrash = route({
  method: 'DELETE',
  path: '/api/v1/files/trash/:id',
  summary: 'Delete something in the trash for good.',
  action: 'file.write',
  params: z.object({ id: z.string().max(128) }),
  query: none,
  body: none,
  reply: none,
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
