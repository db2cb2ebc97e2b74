import { z } from 'zod';
import { faultSchema } from '#lib/core/fault.ts';
import { boundClusterSchema, kernelStatusSchema, sessionBindingSchema } from '#lib/core/session/event.ts';
import { clusterIdField, gatewayIdField, kernelIdField, pathField, sessionIdField } from '#lib/protocol/fields.ts';
import { gatewaySchema } from './gateways.ts';
import { route } from './route.ts';

const none = z.object({});

export const kernelSpecSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  language: z.string(),
  isDefault: z.boolean(),
});

export const runningKernelSchema = z.object({
  id: kernelIdField,
  name: z.string(),
  displayName: z.string(),
  state: z.string(),
  connections: z.number(),
  /** ms since 1970 */
  lastActivity: z.number(),
  /** Notebooks of this workspace that use it. */
  notebooks: z.array(z.string()),
});

export const computePlaceSchema = z.object({
  gateway: gatewaySchema,
  /** asleep: what has its kernels is not started yet (`wakeGateway` starts it). */
  state: z.enum(['ready', 'starting', 'asleep', 'unreachable', 'refused', 'unavailable']),
  distanceMs: z.number().nullable(),
  fault: faultSchema.nullable(),
  kernelspecs: z.array(kernelSpecSchema),
  kernels: z.array(runningKernelSchema),
});
export type ComputePlace = z.infer<typeof computePlaceSchema>;

/** A session as the interface sees it: the binding (without the Jupyter client id) and its present state. */
export const sessionViewSchema = sessionBindingSchema.omit({ clientId: true }).extend({
  path: z.string(),
  /** The cluster that its code finds without an address; `reason`: why it does not find it yet. */
  cluster: boundClusterSchema.extend({ reason: z.string().nullable() }).nullable(),
  status: kernelStatusSchema,
  running: z.number(),
  queued: z.number(),
  /** When its kernel is shut down for want of use, once that is near. ms since 1970 */
  idleEnd: z.number().nullable(),
  /** The running cell asks something and waits for a person. */
  waitsForInput: z.boolean(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const listKernels = route({
  method: 'GET',
  path: '/api/v1/kernels',
  summary:
    'Kernelspecs and running kernels of all gateways, asked at once; a gateway that fails is listed with its fault.',
  action: 'kernel.list',
  params: none,
  query: none,
  body: none,
  reply: z.object({ places: z.array(computePlaceSchema) }),
});

export const listSessions = route({
  method: 'GET',
  path: '/api/v1/sessions',
  summary: 'Sessions of open notebooks, or of one notebook.',
  action: 'kernel.list',
  params: none,
  query: z.object({ path: pathField.optional() }),
  body: none,
  reply: z.object({ sessions: z.array(sessionViewSchema) }),
});

export const startSession = route({
  method: 'POST',
  path: '/api/v1/sessions',
  summary:
    'Bind a notebook to a kernel: start one by kernelspec name, or attach to a running one by id. Replaces the present binding.',
  action: 'kernel.control',
  params: none,
  query: none,
  body: z.object({
    path: pathField,
    gatewayId: gatewayIdField,
    kernelName: z.string().max(255).optional(),
    kernelId: kernelIdField.optional(),
    /** The cluster that its code is to find without an address. */
    clusterId: clusterIdField.optional(),
    /** Shut the kernel of the replaced session down instead of leaving it running. */
    shutdownPrevious: z.boolean().default(false),
    /** Answer with the notebook's present session, or the one that is being started, where there is one. */
    unlessBound: z.boolean().default(false),
  }),
  reply: sessionViewSchema,
});

const onSession = z.object({ id: sessionIdField });

export const interruptSession = route({
  method: 'POST',
  path: '/api/v1/sessions/:id/interrupt',
  summary: 'Interrupt the running cell; what waits behind it is held until the queue is released or cleared.',
  action: 'kernel.control',
  params: onSession,
  query: none,
  body: none,
  reply: none,
});

export const restartSession = route({
  method: 'POST',
  path: '/api/v1/sessions/:id/restart',
  summary: 'Restart the kernel; running and waiting runs are cancelled, outputs are kept.',
  action: 'kernel.control',
  params: onSession,
  query: none,
  body: none,
  reply: none,
});

export const endSession = route({
  method: 'DELETE',
  path: '/api/v1/sessions/:id',
  summary: 'End a session: shut its kernel down, or with `shutdown=false` only let go of it.',
  action: 'kernel.control',
  params: onSession,
  query: z.object({ shutdown: z.enum(['true', 'false']).default('true') }),
  body: none,
  reply: none,
});
