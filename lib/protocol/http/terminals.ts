import { z } from 'zod';
import { faultSchema } from '#lib/core/fault.ts';
import { gatewayIdField, pathField, terminalNameField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});

export const terminalSchema = z.object({
  gatewayId: gatewayIdField,
  gatewayLabel: z.string(),
  name: terminalNameField,
  /** When its shell last wrote something, ms since 1970; null where the gateway does not say. */
  lastActivity: z.number().nullable(),
  /** Windows that follow it through this server. */
  watching: z.number(),
});
export type TerminalView = z.infer<typeof terminalSchema>;

export const listTerminals = route({
  method: 'GET',
  path: '/api/v1/terminals',
  summary: 'Terminals of all gateways that offer them, asked at once; a gateway that fails is listed with its fault.',
  action: 'terminal.read',
  params: none,
  query: none,
  body: none,
  reply: z.object({
    terminals: z.array(terminalSchema),
    faults: z.array(z.object({ gatewayId: gatewayIdField, gatewayLabel: z.string(), fault: faultSchema })),
  }),
});

export const openTerminal = route({
  method: 'POST',
  path: '/api/v1/terminals',
  summary: 'Start a shell on a gateway that offers terminals, in a folder of the workspace where the gateway has it.',
  action: 'terminal.execute',
  params: none,
  query: none,
  body: z.object({ gatewayId: gatewayIdField, folder: pathField.default('') }),
  reply: terminalSchema,
});

export const closeTerminal = route({
  method: 'DELETE',
  path: '/api/v1/terminals/:gatewayId/:name',
  summary: 'End the shell of a terminal, and what runs in it.',
  action: 'terminal.execute',
  params: z.object({ gatewayId: gatewayIdField, name: terminalNameField }),
  query: none,
  body: none,
  reply: none,
});
