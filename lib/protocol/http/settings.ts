import { z } from 'zod';
import { settingsSchema } from '#lib/core/settings.ts';
import { route } from './route.ts';

const none = z.object({});

export const readSettings = route({
  method: 'GET',
  path: '/api/v1/settings',
  summary: 'The settings of the workspace.',
  action: 'settings.read',
  params: none,
  query: none,
  body: none,
  reply: settingsSchema,
});

export const changeSettings = route({
  method: 'PUT',
  path: '/api/v1/settings',
  summary: 'Replace the named sections of the settings; answers all of them.',
  action: 'settings.change',
  params: none,
  query: none,
  body: settingsSchema.partial(),
  reply: settingsSchema,
});
