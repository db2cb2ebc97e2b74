import { z } from 'zod';
import { gatewayIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});

export const gatewaySchema = z.object({
  id: gatewayIdField,
  kind: z.enum(['local', 'jupyter']),
  label: z.string(),
  /** Base URL without token; '' for the embedded one. */
  url: z.string(),
  /** near: this machine. far: somewhere else. */
  place: z.enum(['near', 'far']),
  /** Whether it can be forgotten; the embedded one cannot. */
  removable: z.boolean(),
});
export type Gateway = z.infer<typeof gatewaySchema>;

export const listGateways = route({
  method: 'GET',
  path: '/api/v1/gateways',
  summary: 'List the registered gateways. Tokens are never part of an answer.',
  action: 'gateway.list',
  params: none,
  query: none,
  body: none,
  reply: z.object({ gateways: z.array(gatewaySchema) }),
});

const gatewayForm = z.object({
  /** Shown in the picker; the host when empty. */
  label: z.string().max(80).optional(),
  /** http(s) base URL of a Jupyter Server. A `?token=` in it is taken out and used as the token. */
  url: z.string().min(1).max(2048),
  token: z.string().max(4096).optional(),
});

export const addGateway = route({
  method: 'POST',
  path: '/api/v1/gateways',
  summary: 'Test a Jupyter Server by URL and token and, when it answers as one, keep it. The token is sealed at rest.',
  action: 'gateway.manage',
  params: none,
  query: none,
  body: gatewayForm,
  reply: gatewaySchema,
});

export const checkGateway = route({
  method: 'POST',
  path: '/api/v1/gateways/check',
  summary: 'Test a Jupyter Server by URL and token without keeping it.',
  action: 'gateway.manage',
  params: none,
  query: none,
  body: gatewayForm,
  reply: z.object({ version: z.string(), kernelspecs: z.number(), distanceMs: z.number() }),
});

export const removeGateway = route({
  method: 'DELETE',
  path: '/api/v1/gateways/:id',
  summary: 'Forget a gateway and its token. Its kernels are left running.',
  action: 'gateway.manage',
  params: z.object({ id: gatewayIdField }),
  query: none,
  body: none,
  reply: none,
});
