import { z } from 'zod';
import { route } from './route.ts';

const none = z.object({});

export const health = route({
  method: 'GET',
  path: '/api/v1/health',
  summary: 'Whether the server answers, and its version.',
  action: 'server.health',
  params: none,
  query: none,
  body: none,
  reply: z.object({ name: z.literal('farfield'), version: z.string(), protocol: z.number() }),
});

export const openapi = route({
  method: 'GET',
  path: '/api/v1/openapi.json',
  summary: 'This API as an OpenAPI 3.1 document.',
  action: 'api.describe',
  params: none,
  query: none,
  body: none,
  reply: z.unknown(),
});

export const signIn = route({
  method: 'POST',
  path: '/api/v1/sign-in',
  summary: 'Exchange a one-time code (60 s, printed by the server or by `npm run login`) for a session cookie.',
  action: 'session.signIn',
  params: none,
  query: none,
  body: z.object({ code: z.string().max(256) }),
  reply: z.object({ name: z.string() }),
});

export const signOut = route({
  method: 'POST',
  path: '/api/v1/sign-out',
  summary: 'End this session and drop its sockets.',
  action: 'session.signOut',
  params: none,
  query: none,
  body: none,
  reply: none,
});
