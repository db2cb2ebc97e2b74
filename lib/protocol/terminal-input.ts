import { z } from 'zod';
import { gatewayIdField, replyOr, terminalNameField } from './fields.ts';
import { up } from './message.ts';

/** Characters of one message; a longer paste is sent in several. */
export const mostTerminalInput = 32_768;

/** What was typed or pasted, or what a program asked of the terminal. It is kept nowhere. */
export const terminalInput = up({
  name: 'terminal.input',
  action: 'terminal.execute',
  request: z.object({
    gatewayId: gatewayIdField,
    name: terminalNameField,
    text: z.string().min(1).max(mostTerminalInput),
  }),
  reply: replyOr(z.object({})),
});
