import { z } from 'zod';
import { gatewayIdField, replyOr, terminalNameField } from './fields.ts';
import { down, up } from './message.ts';

/** Characters of one message; more comes in several. */
export const mostTerminalText = 65_536;

/** What the shell wrote, to a window that follows it. */
export const terminalData = down({
  name: 'terminal.data',
  payload: z.object({
    gatewayId: gatewayIdField,
    name: terminalNameField,
    text: z.string(),
    /** Position behind the text, in characters since the terminal began: what `terminal.taken` names. */
    upTo: z.number().int().nonnegative(),
    /** The screen begins anew with this text. */
    fresh: z.boolean(),
    /** Another window had it before, or this one: what programs ask in it has been answered. */
    seen: z.boolean(),
  }),
});

/** The window has drawn everything up to a position: the next text may come. */
export const terminalTaken = up({
  name: 'terminal.taken',
  action: 'terminal.read',
  request: z.object({ gatewayId: gatewayIdField, name: terminalNameField, upTo: z.number().int().nonnegative() }),
  reply: replyOr(z.object({})),
});
