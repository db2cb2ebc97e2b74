import { z } from 'zod';

/** Room for text, in cells. */
export const terminalSizeField = z.object({
  cols: z.number().int().min(2).max(1_000),
  rows: z.number().int().min(1).max(1_000),
});
export type TerminalSize = z.infer<typeof terminalSizeField>;
