import { z } from 'zod';
import { gatewayIdField, replyOr, terminalNameField } from './fields.ts';
import { up } from './message.ts';
import { terminalSizeField } from './terminal-size.ts';

/** What this window has room for. The shell is told the room of the window that typed last. */
export const terminalResize = up({
  name: 'terminal.resize',
  action: 'terminal.execute',
  request: z.object({ gatewayId: gatewayIdField, name: terminalNameField, room: terminalSizeField }),
  reply: replyOr(z.object({})),
});
