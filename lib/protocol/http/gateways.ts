import { z } from 'zod';
import { gatewayIdField } from '#lib/protocol/fields.ts';
import {
  farKindSchema,
  gatewayAuthSchema,
  gatewaySecretsSchema,
  gatewayTlsSchema,
} from '#lib/protocol/gateway-settings.ts';
import { route } from './route.ts';

const none = z.object({});

export const gatewaySchema = z.object({
  id: gatewayIdField,
  kind: z.enum(['local', ...farKindSchema.options]),
  label: z.string(),
  /** Base URL without credentials; '' for the embedded one. */
  url: z.string(),
  /** near: this machine. far: somewhere else. */
  place: z.enum(['near', 'far']),
  /** Whether it can be changed and forgotten; the embedded one cannot. */
  removable: z.boolean(),
  auth: gatewayAuthSchema,
  tls: gatewayTlsSchema,
  /** Its credentials were refused, and nothing here can renew them: somebody has to enter new ones. */
  needsSecrets: z.boolean(),
});
export type Gateway = z.infer<typeof gatewaySchema>;

export const listGateways = route({
  method: 'GET',
  path: '/api/v1/gateways',
  summary: 'List the registered gateways. Secrets are never part of an answer.',
  action: 'gateway.list',
  params: none,
  query: none,
  body: none,
  reply: z.object({ gateways: z.array(gatewaySchema) }),
});

const formFields = {
  /** Shown in the picker; the host when empty. */
  label: z.string().max(80).optional(),
  /** http(s) base URL. A `?token=` in it is taken out and used as the token. */
  url: z.string().min(1).max(2048),
  /** Left out: found by asking. */
  kind: farKindSchema.optional(),
  /** Left out: `token`, when there is one, else `none`. */
  auth: gatewayAuthSchema.optional(),
  secrets: gatewaySecretsSchema.optional(),
  /** Short for `secrets.token`. */
  token: z.string().max(4096).optional(),
  tls: gatewayTlsSchema.optional(),
};
export const gatewayFormSchema = z.object(formFields);
export type GatewayForm = z.infer<typeof gatewayFormSchema>;

/** What was left out stays; secrets stay only while they go to the place that they were entered for. */
export const gatewayChangeSchema = gatewayFormSchema.partial();
export type GatewayChange = z.infer<typeof gatewayChangeSchema>;

const checked = z.object({
  kind: farKindSchema,
  version: z.string(),
  /** null: its own server, which has the kernels, does not run. */
  kernelspecs: z.number().nullable(),
  distanceMs: z.number(),
});
export type GatewayAnswer = z.infer<typeof checked>;

export const addGateway = route({
  method: 'POST',
  path: '/api/v1/gateways',
  summary: 'Test a gateway by URL and credentials and, when it answers as one, keep it. Secrets are sealed at rest.',
  action: 'gateway.manage',
  params: none,
  query: none,
  body: gatewayFormSchema,
  reply: gatewaySchema,
});

export const checkGateway = route({
  method: 'POST',
  path: '/api/v1/gateways/check',
  summary: 'Test a gateway by URL and credentials without keeping it; `id` fills in what a registered one has.',
  action: 'gateway.manage',
  params: none,
  query: none,
  body: gatewayChangeSchema.extend({ id: gatewayIdField.optional() }),
  reply: checked,
});

export const changeGateway = route({
  method: 'PUT',
  path: '/api/v1/gateways/:id',
  summary: 'Change a gateway, or enter new credentials, when it answers with them. Sessions on it go on.',
  action: 'gateway.manage',
  params: z.object({ id: gatewayIdField }),
  query: none,
  body: gatewayChangeSchema,
  reply: gatewaySchema,
});

export const wakeGateway = route({
  method: 'POST',
  path: '/api/v1/gateways/:id/start',
  summary: 'Start what a gateway needs before it has kernels: the own server of a hub. Answers when it runs.',
  action: 'kernel.control',
  params: z.object({ id: gatewayIdField }),
  query: none,
  body: none,
  reply: none,
});

export const removeGateway = route({
  method: 'DELETE',
  path: '/api/v1/gateways/:id',
  summary: 'Forget a gateway and its secrets. Its kernels are left running.',
  action: 'gateway.manage',
  params: z.object({ id: gatewayIdField }),
  query: none,
  body: none,
  reply: none,
});
