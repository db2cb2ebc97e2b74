import { z } from 'zod';
import { gatewayIdField, terminalNameField } from './fields.ts';
import { down } from './message.ts';
import { terminalSizeField } from './terminal-size.ts';

/** How a terminal is, as one of those who follow it sees it. */
export const terminalStateSchema = z.object({
  /** reconnecting: the line from the server to the gateway is down; what is typed meanwhile goes nowhere. */
  line: z.enum(['connecting', 'connected', 'reconnecting', 'ended']),
  /** Why, where that is known. */
  reason: z.string().max(1_000).nullable(),
  /** The size of the screen that the shell knows of: the room of the window that typed last. */
  size: terminalSizeField,
  /** This window typed last: it answers what programs ask of a terminal, and the size follows its room. */
  leads: z.boolean(),
  /** Windows that follow it. */
  watching: z.number().int().nonnegative(),
  /** Its oldest lines are kept no longer. */
  cut: z.boolean(),
});
export type TerminalState = z.infer<typeof terminalStateSchema>;

export const terminalStateMessage = down({
  name: 'terminal.state',
  payload: z.object({ gatewayId: gatewayIdField, name: terminalNameField, state: terminalStateSchema }),
});
