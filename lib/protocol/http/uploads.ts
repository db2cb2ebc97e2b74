import { z } from 'zod';
import { pathField } from '#lib/protocol/fields.ts';
import { fileEntrySchema } from './files.ts';
import { route } from './route.ts';

/**
 * A file on its way into the workspace: begun, sent in pieces, each at the offset that the server has, and finished. What
 * was sent outlives the line, the page and the server: beginning the same file again goes on where it was.
 */
const none = z.object({});
const uploadParams = z.object({ id: z.string().max(64) });
const uploadProgress = z.object({
  id: z.string(),
  /** Bytes that the server has. */
  offset: z.number(),
});

/** What happens when the name is taken: ask the person, take a free name, or put the old bytes into the trash. */
const onClashField = z.enum(['refuse', 'keepBoth', 'replace']);
export type OnClash = z.infer<typeof onClashField>;

export const beginUpload = route({
  method: 'POST',
  path: '/api/v1/uploads',
  summary: 'Begin to upload a file, or find how much the server has of it. Folders of its path are made.',
  action: 'file.write',
  params: none,
  query: none,
  body: z.object({
    path: pathField,
    /** Bytes. */
    size: z.number().int().nonnegative(),
    /** What tells this file from another one of the same name: the same file begun again has the same key. */
    key: z.string().max(256),
    onClash: onClashField.default('refuse'),
  }),
  reply: uploadProgress,
});

export const uploadState = route({
  method: 'GET',
  path: '/api/v1/uploads/:id',
  summary: 'How much the server has of an upload.',
  action: 'file.write',
  params: uploadParams,
  query: none,
  body: none,
  reply: uploadProgress,
});

export const sendUpload = route({
  method: 'PUT',
  path: '/api/v1/uploads/:id',
  summary: 'Send the next bytes of an upload; `offset` is what the server has.',
  action: 'file.write',
  params: uploadParams,
  query: z.object({ offset: z.coerce.number().int().nonnegative() }),
  body: none,
  reply: uploadProgress,
  takesBytes: true,
});

export const finishUpload = route({
  method: 'POST',
  path: '/api/v1/uploads/:id/finish',
  summary: 'Put an upload that is whole into its place. Overwrites only when told so.',
  action: 'file.write',
  params: uploadParams,
  query: none,
  body: z.object({ onClash: onClashField.default('refuse') }),
  reply: fileEntrySchema,
});

export const cancelUpload = route({
  method: 'DELETE',
  path: '/api/v1/uploads/:id',
  summary: 'Forget an upload and what was sent of it.',
  action: 'file.write',
  params: uploadParams,
  query: none,
  body: none,
  reply: none,
});
