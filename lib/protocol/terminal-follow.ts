import { z } from 'zod';
import { gatewayIdField, replyOr, terminalNameField } from './fields.ts';
import { up } from './message.ts';
import { terminalSizeField } from './terminal-size.ts';
import { terminalStateSchema } from './terminal-state.ts';

/**
 * Follows a terminal: its text so far comes as `terminal.data` that begins anew, then what its shell writes. `room` is what
 * this window has for it: the window that was typed in last, or came first, sets the size, so it takes the right to execute.
 */
export const terminalFollow = up({
  name: 'terminal.follow',
  action: 'terminal.execute',
  request: z.object({ gatewayId: gatewayIdField, name: terminalNameField, room: terminalSizeField }),
  reply: replyOr(terminalStateSchema),
});

/** Follows a terminal no longer. Its shell goes on. */
export const terminalLeave = up({
  name: 'terminal.leave',
  action: 'terminal.read',
  request: z.object({ gatewayId: gatewayIdField, name: terminalNameField }),
  reply: replyOr(z.object({})),
});
